"""Put the firmware on a wallbox over its serial console: docs/flash.md tells what each step prints.

    python -m tools.flash --board devkit --port /dev/ttyUSB0 [--force] [--erase] [--yes]

What runs on the box is never touched: the other of its two slots is written, what is there already is kept, what the
running one has is copied on the chip. The slot counts only once its record is there, which is written last.
`--port sim` flashes a simulated box that is kept in data/flash.
"""

import argparse
import contextlib
import sys
import tempfile
import time
from pathlib import Path

from mpremote.transport import TransportError

from tools import boards, build, flash_plan, slot_tree
from tools.flash_chip import Chip, NotThere
from tools.flash_plan import RECORDS, Refused
from tools.wallbox import Wallbox, WallboxError

_SLOT = "/app_"
_REPORT_S = 60  # a start, and the time in which a network is looked for
_REPORT = " health "
_OLDEST = (1, 26, 0)
_MPY = 6


class Flash:
    """One box, one board. say(text): for people. force: another board's box, and one of another kind, is flashed."""

    def __init__(self, chip, board, tree, say=print, force=False):
        self._chip = chip
        self._board = board
        self._wanted, self._root = slot_tree.slot(tree), slot_tree.root(tree)
        self._say = say
        self._force = force

    def run(self, erase=False):
        """-> the health report. Raises Refused: nothing was changed; TransportError: the old application runs on."""
        self.begin()
        if erase:
            self._chip.run("erase()")
            self._say("erased: slots, settings, networks, journal")
            self._about = self._chip.ask("about()")
        began = time.monotonic()
        made, runs = self._plan()
        if runs and not self._force:
            self._write_root()
            self._say("the box runs this very application: nothing is written to the slot (FORCE=1 does)")
        else:
            self._upload(made)
            self._verify(made)
            self._write_root()
            self._write_record(made)
        chip = self._chip
        took_s = time.monotonic() - began
        self._say(f"done in {took_s:.1f} s, {chip.bytes_out:,} bytes to the chip, {chip.bytes_in:,} from it; restart")
        chip.restart()
        return report(chip, self._say)

    def begin(self):
        """Stops the application and looks at the box."""
        if self._chip.stop() and not self._force:
            self._chip.restart()
            raise Refused("the contacts of a contactor are closed although its coil is off (FORCE=1 flashes it)")
        self._about = about = self._chip.ask("about()")
        slots = self._slots()
        on_it = flash_plan.board(slots)
        self._say(
            "box {}: {} with MicroPython {}, {}".format(
                about["serial"], about["chip"], ".".join(map(str, about["micropython"])), on_it or "no application"
            )
        )
        try:
            self._check(on_it)
        except Refused:
            self._chip.restart()
            raise

    def _check(self, on_it):
        about, mcu = self._about, boards.load(build.ROOT / "boards" / self._board / "board.py").MCU
        if about["chip"].lower().replace("-", "") != mcu.split("_")[0]:
            raise Refused(f"{self._board} has an {mcu.upper()}, this chip is an {about['chip']}")
        if about["micropython"] < _OLDEST or about["mpy"] != _MPY:
            raise Refused("MicroPython is too old: take 1.26 or newer (make install-micropython)")
        if on_it and on_it != self._board and not self._force:
            raise Refused(f"this box carries {on_it}, not {self._board}: the pins differ (FORCE=1 flashes it)")

    def _slots(self):
        return dict(zip("ab", self._about["slots"], strict=True))

    def _plan(self):
        chip, wanted = self._chip, self._wanted
        slot = flash_plan.target(self._about["cwd"], self._slots())
        own, _ = chip.sums(_SLOT + slot)
        running, others = chip.sums(_SLOT + flash_plan.other(slot), True)
        made = flash_plan.plan(slot, wanted, {path: digest for path, (_, digest) in own.items()}, others)
        flash_plan.check_room(made, wanted, {path: size for path, (size, _) in own.items()}, self._about["free"])
        files, size = made.sent
        self._say(
            f"slot {_SLOT}{slot}: {size:,} bytes of {files} files to send, {len(made.write) - files} files to copy on "
            f"the chip, {len(made.keep)} are there, {len(made.remove)} to remove"
        )
        return made, self._is_it(running) and self._about["cwd"] == _SLOT + flash_plan.other(slot)

    def _is_it(self, files):
        """Whether the files of a slot, but for its records, are what is wanted."""
        found = {path: what for path, what in files.items() if path not in RECORDS}
        return found == {path: (len(data), flash_plan.digest(data)) for path, data in self._wanted.items()}

    def _upload(self, made):
        """The slot's record goes first: whatever happens now, the box starts the other one."""
        chip, top = self._chip, _SLOT + made.slot
        for name in RECORDS:
            chip.run(f"rm({top + '/' + name!r})")
        for path in made.remove:
            chip.later(f"rm({top + '/' + path!r})")
        chip.later(f"folder({top!r})")
        for path in made.folders:
            chip.later(f"folder({(top + '/' + path).rstrip('/')!r})")
        progress = self._progress(sum(len(self._wanted[path]) for path in made.write))
        for path, parts in made.write.items():
            chip.write(top + "/" + path, parts, progress)
        chip.flush()

    def _progress(self, total):
        """-> a function that is told each size written, and says each tenth of the whole."""
        done = 0

        def written(size):
            nonlocal done
            tenths = 10 * done // total
            done += size
            if 10 * done // total > tenths:
                self._say(f"{100 * done // total:3} % written")

        return written

    def _verify(self, made):
        found, _ = self._chip.sums(_SLOT + made.slot)
        if not self._is_it(found):
            raise TransportError("what is on the chip is not what was sent: flash once more")
        self._say(f"verified {len(found)} files on the chip (SHA-256)")

    def _write_root(self):
        """What lies beside the slots, each file whole or not at all."""
        for path in self._stale():
            self._replace("/" + path, self._root[path])

    def _write_record(self, made):
        """The slot's record, which makes it count."""
        number = max(flash_plan.sequence(record) for record, _ in self._slots().values()) + 1
        record = f"{number} {version()} {self._board}"
        self._chip.write(f"{_SLOT}{made.slot}/complete", [record.encode()])
        self._chip.flush()
        self._say(f"slot {_SLOT}{made.slot} is complete: {record}")

    def _stale(self):
        """-> files of the root that are not what they shall be; what is not theirs in its folders goes."""
        chip, found = self._chip, {}
        for top in {path.split("/")[0] for path in self._root}:
            files = chip.sums("/" + top)[0] or {"": (0, chip.ask(f"look('/{top}')"))}
            found |= {f"{top}/{path}".rstrip("/"): digest for path, (_, digest) in files.items()}
        for path in found.keys() - self._root.keys():
            chip.later(f"rm('/{path}')")
        for path in {path.rpartition("/")[0] for path in self._root if "/" in path}:
            chip.later(f"folder('/{path}')")
        chip.flush()
        return [path for path, data in self._root.items() if found.get(path) != flash_plan.digest(data)]

    def _replace(self, path, data):
        chip = self._chip
        chip.write("/new", [data])
        chip.flush()
        if chip.ask("look('/new')") != flash_plan.digest(data):
            raise TransportError(f"{path} is not what was sent: flash once more")
        chip.run(f"os.rename('/new','{path}')")


def version():
    """Of the firmware."""
    names = {}
    exec((build.FIRMWARE / "pilotwire" / "__init__.py").read_text(), names)
    return names["VERSION"]


def report(chip, say):
    """What the box says at its start -> its health report. NotThere: there was none."""
    for line in chip.lines(_REPORT_S):
        if line:
            say("  | " + line)
        if _REPORT in line:
            return line
    raise NotThere(f"no health report within {_REPORT_S} s: read the lines above, docs/flash.md tells what they mean")


@contextlib.contextmanager
def opened(port, board, baud=115200):
    """The chip at a port; `sim`: a simulated box, that ends with it."""
    with contextlib.ExitStack() as stack:
        if port == "sim":
            folder = build.ROOT / "data" / "flash"
            folder.mkdir(parents=True, exist_ok=True)
            port = str(Path(stack.enter_context(tempfile.TemporaryDirectory())) / "console")
            stack.enter_context(Wallbox(board, folder, "--console", port))
        chip = Chip(port, baud)
        stack.callback(chip.close)
        yield chip


def arguments(prog, about):
    """A parser with what each program of the console wants to know."""
    parser = argparse.ArgumentParser(prog=prog, description=about.split("\n")[0])
    parser.add_argument("--port", required=True, help="serial port, pseudo terminal, socket://HOST:PORT, or sim")
    parser.add_argument("--board", default="devkit", help="a folder of boards/")
    parser.add_argument("--baud", type=int, default=115200, help="of a console that is not at 115200")
    return parser


@contextlib.contextmanager
def told(prog, after):
    """What may go wrong ends the program with a sentence; after: what is so after a loss in the middle."""
    try:
        yield
    except (Refused, build.BuildError) as e:
        sys.exit(f"{prog}: nothing was changed: {e}")
    except (NotThere, WallboxError) as e:
        sys.exit(f"{prog}: {e}")
    except (TransportError, OSError) as e:
        sys.exit(f"{prog}: {e}\n{prog}: {after}")
    except KeyboardInterrupt:
        sys.exit(f"\n{prog}: stopped; {after}")


def agreed(question, word):
    """Whether somebody at the keyboard types that word."""
    return sys.stdin.isatty() and input(f"{question} Type {word} to go on: ").strip() == word


def main():
    parser = arguments("flash", __doc__)
    parser.add_argument("--force", action="store_true", help="a box that carries another board, too")
    parser.add_argument("--erase", action="store_true", help="remove slots, settings, networks and journal first")
    parser.add_argument("--yes", action="store_true", help="erase without asking")
    options = parser.parse_args()
    loss = "everything on the box is removed: settings, networks, and transactions that were not sent yet."
    with told("flash", "the box starts what it had before within two minutes; flash once more"):
        build.build(options.board)
        if options.erase and not options.yes and not agreed(loss, "erase"):
            raise Refused("not erased (ERASE=yes does not ask)")
        with opened(options.port, options.board, options.baud) as chip:
            Flash(chip, options.board, build.BUILD / options.board, force=options.force).run(options.erase)


if __name__ == "__main__":
    main()
