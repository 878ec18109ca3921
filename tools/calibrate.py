"""Calibrate the control pilot of a wallbox over its serial console: docs/calibration.md tells an installer how.

    python -m tools.calibrate --port /dev/ttyUSB0 [--outlet 2] [--clear]

The application is stopped (the contactor is open then), a small program measures in its place, and in the end the chip
starts anew. The levels go into the setting `pilot_levels`, where calibration.py of the firmware finds them.
"""

import argparse
import ast
import contextlib
import json
import runpy
import select
import sys
from pathlib import Path

from mpremote.transport import TransportError
from mpremote.transport_serial import SerialTransport

from tools.calibrate_levels import STATES, Reading, Refused, levels
from tools.raw_repl import settle

ROOT = Path(__file__).resolve().parents[1]
_PILOTWIRE = ROOT / "firmware" / "pilotwire"
_FILES = runpy.run_path(str(_PILOTWIRE / "store" / "files.py"))
_parse = runpy.run_path(str(_PILOTWIRE / "core" / "pilot_levels.py"))["parse"]
_FORMAT = 1  # of a setting, store/changes.py
_SILENT_S = 10  # a line that says nothing for so long is dead
_KEEP_MS = 10_000  # between the application and our program
_PLUG = {
    "A": "Plug nothing in.",
    "B": "Connect 2.74 kOhm with a diode (1N4148) from CP to PE, its ring towards PE: state B.",
    "C": "Connect 882 Ohm (2.74 kOhm and 1.3 kOhm in parallel) behind the diode: state C.",
    "D": "Connect 246 Ohm (2.74 kOhm and 270 Ohm in parallel) behind the diode: state D.",
}


class Chip:
    """The chip at the other end of a serial line. Raises TransportError: it does not answer."""

    def __init__(self, transport, settings="/settings"):
        self._transport = transport
        self._file = settings + "/pilot_levels"

    def stop(self):
        """Stops the application: contactors are open, and the chip is bare."""
        transport = self._transport
        transport.enter_raw_repl(soft_reset=False)
        settle(transport, _SILENT_S)
        transport.exec(f"import machine\nmachine.WDT(timeout={_KEEP_MS})")  # the application's watchdog is at 3 s
        transport.enter_raw_repl(soft_reset=True)  # its timers are gone, and its memory is free

    def begin(self, outlet):
        """Stops the application and takes its place -> (name of the board, its levels, whether the ADC is exact)."""
        self.stop()
        transport = self._transport
        for source in (_PILOTWIRE / "hal" / "adc_reader.py", ROOT / "tools" / "calibrate_probe.py"):
            transport.exec(source.read_text())
        return self._eval(f"begin({outlet})")

    def measure(self):
        return Reading(*self._eval("measure()"))

    def saved(self):
        """The text of the setting, "" where there is none that can be used."""
        data = self._eval(f"load({self._file!r})")
        with contextlib.suppress(ValueError):
            text = json.loads(data.split(b" ", 2)[2] if data.count(b" ") > 1 else b'""')
            if _FILES["record"](_FORMAT, json.dumps(text).encode()) == data:
                return text
        return ""

    def save(self, text):
        """Writes the setting and reads it again. Raises TransportError: it is not what was written."""
        data = _FILES["record"](_FORMAT, json.dumps(text).encode())
        self._transport.exec(f"save({self._file!r}, {data!r})")
        if self.saved() != text:
            raise TransportError("the levels could not be saved")

    def restart(self):
        """The application comes back. A chip with a USB of its own is gone from it before it can answer."""
        with contextlib.suppress(OSError, TransportError):
            self._transport.exec_raw_no_follow("reset()")
        with contextlib.suppress(OSError):
            self._transport.close()
        self._transport.serial.close()  # a line that is gone takes no RTS, and the first close stops there

    def _eval(self, call):
        return ast.literal_eval(self._transport.exec(f"print(repr({call}))").decode())


class Person:
    """Someone at the keyboard."""

    def say(self, text):
        print(text, flush=True)

    def wait(self, text, live):
        """Shows live() again and again until Enter is pressed."""
        self.say(text + " Then press Enter.")
        while not select.select([sys.stdin], [], [], 0)[0]:
            print(f"\r  {live():<60}", end="", flush=True)
        sys.stdin.readline()


def calibrate(chip, person, outlet=1):
    """Plays it through -> the levels; the wallbox starts anew. Raises as adjust()."""
    found = adjust(chip, person, outlet)
    person.say("The wallbox starts anew.")
    chip.restart()
    return found


def adjust(chip, person, outlet=1):
    """Measures and saves -> the levels. Raises Refused: they cannot be, and nothing was changed; TransportError."""
    name, board, exact = chip.begin(outlet)
    person.say(f"{name}, outlet {outlet}. Contactors are open. Its own levels: {_words(mv for mv, _ in board)} mV.")
    if not exact:
        person.say("This chip's ADC has no reference: it does not charge before it is calibrated.")
    readings = {state: _measured(chip, person, state) for state in STATES}
    found, remarks = levels(readings)
    for remark in remarks:
        person.say(remark)
    person.say(f"Levels at +12, +9, +6, +3, -12 V: {_words(found)} mV.")
    if not _parse(_words(found), board):
        raise Refused(f"They are too far from the board's. Is this a {name}, and its divider as in its README?")
    chip.save(_joined(chip.saved(), outlet, _words(found)))
    person.say("Saved.")
    return found


def _measured(chip, person, state):
    def live():
        return "high {} mV, low {} mV, moves by {} mV".format(*chip.measure())

    person.wait(f"{state}: {_PLUG[state]}", live)
    reading = chip.measure()
    person.say(f"  {state}: high {reading.high_mv} mV, low {reading.low_mv} mV")
    return reading


def _joined(text, outlet, own):
    """The setting with the levels of one outlet in place of those it had."""
    parts = (text.split(";") + [""])[:2]
    parts[outlet - 1] = own
    return ";".join(parts).rstrip(";")


def _words(numbers):
    return " ".join(map(str, numbers))


def main():
    parser = argparse.ArgumentParser(prog="calibrate", description=__doc__.split("\n")[0])
    parser.add_argument("--port", required=True, help="serial port of the wallbox")
    parser.add_argument("--outlet", type=int, choices=(1, 2), default=1)
    parser.add_argument("--clear", action="store_true", help="forget the levels: those of the board are in force again")
    options = parser.parse_args()
    try:
        chip = Chip(SerialTransport(options.port, timeout=_SILENT_S))
        if options.clear:
            chip.begin(options.outlet)
            chip.save(_joined(chip.saved(), options.outlet, ""))
            chip.restart()
        else:
            calibrate(chip, Person(), options.outlet)
    except Refused as e:
        sys.exit(f"calibrate: nothing was changed. {e}")
    except (TransportError, OSError) as e:
        sys.exit(f"calibrate: {e}. Is a car plugged in? While it charges the console does not listen.")
    except KeyboardInterrupt:
        sys.exit("\ncalibrate: stopped, nothing was changed; the wallbox starts anew within ten seconds")


if __name__ == "__main__":
    main()
