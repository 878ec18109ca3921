"""Fetch what a wallbox has noted on its flash, for who looks for a fault: settings, journal, crash, counts.

    python -m tools.pull_log --port /dev/ttyUSB0 [--to data/log]

Networks with their passwords, and the application itself, are not fetched; passwords that are settings are (*.pem,
keys of a back end): look through the folder before you show it to anybody. The application is stopped for it (the
contactor is open then) and starts anew.
"""

import re
import time
from pathlib import Path

from tools.build import ROOT
from tools.flash import arguments, opened, report, told
from tools.flash_plan import RECORDS

_NOT = ("app_a", "app_b", "safe", "wifi", "update.pw", "boot.py", "main.py", "tx.room")
_NOT += ("host", "app", "rom")  # of a simulated box


def pull(chip, folder, say):
    """-> how many files. What the box says at its start becomes console.txt."""
    chip.stop()
    paths = [path for top in chip.ask("os.listdir('/')") if top not in _NOT for path in _below(chip, "/" + top)]
    paths += [f"/app_{slot}/{name}" for slot in "ab" for name in RECORDS]
    found = 0
    for path in paths:
        if not chip.ask(f"look({path!r})"):
            continue
        to = folder / path[1:]
        to.parent.mkdir(parents=True, exist_ok=True)
        to.write_bytes(chip.read(path))
        found += 1
    lines = []
    chip.restart()
    report(chip, lines.append)
    text = "".join(line.strip(" |") + "\n" for line in lines)
    (folder / "console.txt").write_text(re.sub(r"(?<=password )\S+", "(not told)", text))
    say(f"{found} files and the console of a start are in {folder}")
    return found


def _below(chip, top):
    return [f"{top}/{path}" for path in chip.sums(top)[0]] or [top]


def main():
    parser = arguments("pull_log", __doc__)
    parser.add_argument("--to", help="a folder (data/log/TIME)")
    options = parser.parse_args()
    folder = Path(options.to or ROOT / "data" / "log" / time.strftime("%Y-%m-%d_%H%M%S"))
    after = "nothing was changed on the box; it starts anew within two minutes"
    with told("pull_log", after), opened(options.port, options.board, options.baud) as chip:
        pull(chip, folder, print)


if __name__ == "__main__":
    main()
