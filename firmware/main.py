"""Runs the application of the slot that boot.py has chosen. However it ends, contactors are open before anything else
happens; then the chip restarts.

No update replaces this file: what it asks of an application is application.py, and that stays as it is.
"""

import os
import sys

import machine
import micropython

_START_MS = 20_000  # a start that hangs ends; the safety path arms the watchdog anew
_coils = [
    machine.Pin(outlet[part]["coil"], machine.Pin.OUT, value=0)
    for outlet in ((board.__dict__, getattr(board, "OUTLET_2", {})) if board else ())  # noqa: F821 (boot.py)
    for part in ("CONTACTOR", "PHASES")
    if outlet.get(part)
]


def _open():
    micropython.kbd_intr(-1)  # a second Ctrl-C must not come between here and the open contactors
    for coil in _coils:
        coil.value(0)


def _note(e):
    """What ended it, for who comes to look."""
    try:
        with open("/crash", "w") as file:
            sys.print_exception(e, file)
    except Exception:
        pass


try:
    try:
        machine.WDT(timeout=_START_MS)
        os.chdir(slot or "/safe")  # noqa: F821
        if slot:  # noqa: F821
            import application
        else:
            from pilotwire import safe_mode as application
        run, box = application.ready(board)  # noqa: F821
        del application
        run(box)
    finally:
        _open()
except KeyboardInterrupt:
    _open()
    for path in getattr(globals().get("box"), "paths", ()):
        path.stop()  # its timer would go on, and a car that asks would find a pilot that answers
    micropython.kbd_intr(3)
    print("stopped by Ctrl-C; contactor open")
except BaseException as e:
    _open()
    sys.print_exception(e)
    _note(e)
    machine.reset()  # never a soft reset: it leaves the outputs as they are
finally:
    _open()
