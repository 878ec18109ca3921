"""Commission a wallbox at its serial console: docs/commissioning.md tells an electrician how.

    python -m tools.commission --port /dev/ttyUSB0 [--outlet 2] [--out FILE]
    python -m tools.commission --port /dev/ttyUSB0 --show
    python -m tools.commission --simulated blueprint [--data FOLDER]

The application is stopped (contactors are open then); what tests in its place is in firmware/pilotwire/commission/.
In the end a protocol is written, a short record of it stays in the box (setting `commissioned`), and the chip starts
anew.
"""

import argparse
import ast
import contextlib
import datetime
import queue
import sys
import tempfile
import threading
from pathlib import Path

from mpremote.transport import TransportError, TransportExecError
from mpremote.transport_serial import SerialTransport

from tools import build, calibrate, commission_play
from tools.commission_desk import Desk
from tools.commission_job import Job, fingerprint
from tools.commission_protocol import Protocol
from tools.commission_steps import STEPS, leave_out, play

_ENTER = """
import os
if slot:
    os.chdir(slot)
    import application
    application.mount()
    import slots
    slots.again()
from commission import feed, run
"""
_SILENT_S = 10  # a line that says nothing for so long is dead
_KEEP_S = 1.0  # the chip starts anew when nobody asks for ten seconds
_LOOK_S = 0.3


class Refused(Exception):
    """It cannot begin; the text says why."""


class Chip:
    """The chip at the other end of a serial line. Raises TransportError: it does not answer."""

    def __init__(self, transport):
        self._transport = transport
        self._bare = calibrate.Chip(transport)

    def begin(self):
        """Stops the application, or what it did last, and takes its place. boot.py has counted that as a start without
        health (slots.py), which it is not: a box is commissioned minutes after it was flashed."""
        self._bare.stop()
        try:
            self._transport.exec(_ENTER)
        except TransportExecError as e:
            why = e.error_output.strip().splitlines()[-1]
            raise Refused(f"The box has no application with the wizard's part ({why}): flash it anew.") from e

    def ask(self, job, *args, live=None):
        """-> (True, what a job of firmware/pilotwire/commission/ says) or (False, why not). live: is told what comes
        meanwhile."""
        said = []

        def take(byte):
            said.append(byte)
            if live and byte == b"\n":
                line = b"".join(said).decode().splitlines()[-1]
                if line.startswith("!"):
                    live("   " + line[1:])

        words = ", ".join(map(repr, (job, *args)))
        _, error = self._transport.exec_raw(f"run({words})", timeout=_SILENT_S, data_consumer=take)
        if error:
            raise TransportError(error.decode())
        lines = [line for line in b"".join(said).decode().splitlines() if line.startswith("=")]
        if not lines:
            raise TransportError("the chip has not answered")
        return ast.literal_eval(lines[-1][1:].strip("\x04"))

    def feed(self):
        self._transport.exec("feed()")

    def lives(self):
        """Does it still answer? It begins anew."""
        try:
            self.begin()
            return True
        except (Refused, TransportError, OSError):
            return False

    def calibrator(self):
        """What tools/calibrate.py works with."""
        return self._bare

    def restart(self):
        """The application comes back."""
        with contextlib.suppress(OSError, TransportError):
            self._transport.exec("from machine import reset")
        self._bare.restart()


class Console:
    """Someone at the keyboard, or a file of answers. keep(): is called each second while nothing is said; aside(words):
    takes the lines that begin with `!` and says what to print."""

    def __init__(self, lines=sys.stdin, aside=None):
        self.keep = lambda: None
        self._aside = aside
        self._said = queue.Queue()
        threading.Thread(target=self._read, args=(lines,), daemon=True).start()

    def say(self, text):
        print(text, flush=True)

    def ask(self, text):
        """-> the line that is said. Raises EOFError: there is none any more."""
        print("   " + text, end="", flush=True)
        return self._line(_KEEP_S, self.keep)

    def wait(self, text, live):
        """Shows live() again and again until Enter is pressed -> what was said."""
        self.say(text + " Then press Enter.")

        def show():
            print(f"\r  {live():<76}", end="", flush=True)

        show()
        said = self._line(_LOOK_S, show)
        self.say("")
        return said.strip().lower()

    def _line(self, each_s, meanwhile):
        while True:
            try:
                line = self._said.get(timeout=each_s)
            except queue.Empty:
                meanwhile()
                continue
            if not line:
                raise EOFError
            return line.rstrip("\n")

    def _read(self, lines):
        for line in lines:
            if self._aside and line.startswith("!"):
                print(self._aside(line[1:].split()), end="", flush=True)
            else:
                self._said.put(line)
        self._said.put("")


def commission(chip, person, outlet=1, when=None):
    """Plays it through -> the Protocol; the record is in the box, or the person was told that it is not. Stopped on its
    way, the other steps are not done. Raises Refused: nothing was tested; TransportError, EOFError."""
    facts = _begin(chip, outlet)
    job = Job(chip, person, outlet, facts)
    person.say(
        "Board {}, firmware {version}, serial {serial}, outlet {}.".format(facts["board"]["NAME"], outlet, **facts)
    )
    person.say(f"Last commissioning: {facts['settings']['commissioned'] or 'none'}.")
    person.say("Each question can be answered with skip: its step is then written down as not done.")
    person.keep = chip.feed
    while not (who := person.ask("Your name: ").strip()):
        pass
    job.protocol = Protocol(who, when or datetime.datetime.now(), _head(job))
    _play_all(job)
    _record(job)
    return job.protocol


def _begin(chip, outlet):
    """-> what the chip tells of itself."""
    chip.begin()
    good, facts = chip.ask("about", outlet)
    if not good:
        raise Refused(facts)
    if facts["closed"]:
        raise Refused(
            f"The feedback of outlet {facts['closed'][0]} says closed: switch the mains off and look for a contactor "
            "that is welded, or the broken wire of its mirror contact."
        )
    return facts


def _head(job):
    facts = job.facts
    name = facts["board"]["NAME"]
    return [
        ("Board", f"{name}, data {fingerprint(facts['board'])}"),
        ("Serial number", facts["serial"]),
        ("Firmware", facts["version"]),
        ("Outlet", str(job.outlet)),
        ("Notes of the box", "; ".join(facts["notes"]) or "none"),
    ]


def _play_all(job):
    steps = iter(STEPS)
    title = None
    try:
        for title, step in steps:
            play(job, title, step)
    except (EOFError, KeyboardInterrupt):
        job.person.say("\nStopped. What is left is written down as not done.")
        job.stopped(title, "It was stopped here.")
    except (Refused, TransportError, OSError) as e:
        job.person.say(f"The console is gone: {e}. What is left is written down as not done.")
        job.stopped(title, "The console was lost here.")
    leave_out(job, [title for title, _ in steps])


def _record(job):
    """The short record, in the box."""
    text = job.protocol.short(job.limit_ma, job.outlet if "OUTLET_2" in job.board else None)
    try:
        job.chip.begin()
        good, said = job.chip.ask("save", "commissioned", text)
    except (Refused, TransportError, OSError) as e:
        good, said = False, e
    if not good:
        job.person.say(f"The record could not be saved in the box: {said}")


def name_of(protocol):
    """commissioning-NAME-SERIAL-DATE.txt, in this folder."""
    facts = dict(protocol.facts)
    name = facts["Board"].partition(",")[0]
    outlet = "" if facts["Outlet"] == "1" else "-" + facts["Outlet"]
    return f"commissioning-{name}-{facts['Serial number']}{outlet}-{protocol.when:%Y-%m-%d}.txt"


def _play(port, options, aside=None):
    """-> the status to end with."""
    chip = Chip(SerialTransport(port, timeout=_SILENT_S))
    try:
        if options.show:
            print(_begin(chip, options.outlet)["settings"]["commissioned"] or "never commissioned")
            return 0
        person = Console(aside=aside)
        protocol = commission(chip, person, options.outlet)
        path = Path(options.out or name_of(protocol))
        path.write_text(protocol.text())
        person.say(f"{protocol.verdict.upper()}. The protocol is {path}. The wallbox starts anew.")
        return 0 if protocol.verdict == "in order" else 1
    finally:
        chip.restart()


def _simulate(options):
    """On a wallbox that is none; its flash is --data, as of `make run`, or forgotten."""
    with contextlib.ExitStack() as stack:
        folder = options.data or stack.enter_context(tempfile.TemporaryDirectory(prefix="pilotwire-"))
        Path(folder).mkdir(exist_ok=True)
        desk = stack.enter_context(Desk(options.simulated, Path(folder).resolve(), speed=1))
        print(f"A simulated {options.simulated}, its console at {desk.port}. Lines with ! play the world; !help")
        return _play(desk.port, options, lambda words: commission_play.answer(desk, words))


def _parse():
    parser = argparse.ArgumentParser(prog="commission", description=__doc__.split("\n")[0])
    where = parser.add_mutually_exclusive_group(required=True)
    where.add_argument("--port", help="serial port of the wallbox")
    where.add_argument("--simulated", metavar="BOARD", help="a simulated one, to try it")
    parser.add_argument("--data", help="folder of the simulated one's flash (no `make run` may use it meanwhile)")
    parser.add_argument("--outlet", type=int, choices=(1, 2), default=1)
    parser.add_argument("--out", help="file of the protocol; else commissioning-NAME-SERIAL-DATE.txt")
    parser.add_argument("--show", action="store_true", help="tell the record of the last commissioning, and no more")
    return parser.parse_args()


def main():
    options = _parse()
    try:
        return _simulate(options) if options.simulated else _play(options.port, options)
    except (Refused, build.BuildError) as e:
        sys.exit(f"commission: {e}")
    except EOFError:
        sys.exit("commission: no more answers, no protocol was written")
    except (TransportError, OSError) as e:
        sys.exit(f"commission: {e}. Is a car plugged in? While it charges the console does not listen.")
    except KeyboardInterrupt:
        sys.exit("\ncommission: stopped, no protocol was written")


if __name__ == "__main__":
    sys.exit(main())
