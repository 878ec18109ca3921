"""`make run`: a central system, a wallbox on a simulated chip and a car that charges, told as a timeline.

python -m tools.run            one session, then a prompt: the wallbox stays, play on
python -m tools.run --once     one session; status 0 only when the whole chain held, else it says what failed
"""

import argparse
import contextlib
import signal
import socket
import sys
import tempfile

from tools import build, prompt, session
from tools.csms import BackgroundCentralSystem
from tools.timeline import Timeline
from tools.wallbox import ROOT, Wallbox, WallboxError


def main():
    options = parse()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        build.build(options.board)
        return run(options)
    except (build.BuildError, WallboxError, OSError) as e:
        sys.exit(f"run: {e}")
    except KeyboardInterrupt:
        print("\nrun: stopped")
        return 0


def parse():
    parser = argparse.ArgumentParser(prog="run", description=__doc__.split("\n")[0])
    parser.add_argument("--board", default="devkit", help="a folder of boards/")
    parser.add_argument("--once", action="store_true", help="one session, then the end")
    parser.add_argument("--speed", type=float, help="idle time passes so often as fast (1; with --once 10)")
    parser.add_argument("--data", help="folder of flash and world (data; with --once a fresh one)")
    options = parser.parse_args()
    options.speed = options.speed or (10 if options.once else 1)
    return options


def run(options):
    """-> the status to end with."""
    with contextlib.ExitStack() as stack:
        data = options.data or (
            stack.enter_context(tempfile.TemporaryDirectory(prefix="pilotwire-")) if options.once else ROOT / "data"
        )
        log = stack.enter_context(open(build.BUILD / "run.log", "w", encoding="utf-8", buffering=1))
        timeline = stack.enter_context(Timeline())
        csms = stack.enter_context(BackgroundCentralSystem(free_port(9000), timeline.message))
        modbus = free_port(8502)
        box = stack.enter_context(
            Wallbox(
                *(options.board, data, "--speed", options.speed),
                *("--modbus", f"127.0.0.1:{modbus}"),
                http=f"127.0.0.1:{free_port(8080)}",
                control=f"127.0.0.1:{free_port(9180)}",
                log=log,
            )
        )
        timeline.follow(box)
        introduce(options, box, csms, modbus)
        try:
            energy_wh = session.play(box, csms, 60 if options.once else 15, timeline.say)
        except WallboxError as e:
            timeline.flush()
            print(f"FAILED: {e}\nthe wallbox's log is in build/run.log, it ends:\n{box.last_words()}")
            if options.once:
                return 1
        else:
            timeline.flush()
            print(f"charged {energy_wh} Wh: OK", flush=True)
            if options.once:
                return 0
        return prompt.serve(box, timeline, csms)


def introduce(options, box, csms, modbus):
    pace = "in real time" if options.speed == 1 else f"idle time up to {options.speed:g} times as fast"
    print(f"Pilotwire, board {options.board} on a simulated chip, {pace}")
    print(f"  page             {box.url}/")
    print(f"  keys             {box.url}/api/status")
    print(f"  central system   {csms.url}")
    print(f"  Modbus TCP       127.0.0.1:{modbus}, while the key men is true")
    print(f"  control port     {box.control_address}")
    print(flush=True)


def free_port(wanted):
    """The port wanted, or the next that is free on this PC."""
    for port in range(wanted, wanted + 100):
        with socket.socket() as door:
            door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                door.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise OSError(f"no free port from {wanted} to {wanted + 99}")


if __name__ == "__main__":
    sys.exit(main())
