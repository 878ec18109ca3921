"""Runs the application. However it ends, contactors are open before anything else happens; then the chip restarts."""

import sys

import board
import machine
import micropython

_coils = [
    machine.Pin(outlet[part]["coil"], machine.Pin.OUT, value=0)
    for outlet in (board.__dict__, getattr(board, "OUTLET_2", {}))
    for part in ("CONTACTOR", "PHASES")
    if outlet.get(part)
]


def _open():
    micropython.kbd_intr(-1)  # a second Ctrl-C must not come between here and the open contactors
    for coil in _coils:
        coil.value(0)


try:
    try:
        from pilotwire import app, control, loader

        box = app.make(board)
        del app
        for name in ("boots", "saved", "records", "journal_boot", "journal_dead", "journal_room"):
            loader.release("store." + name)
        loader.release("app")
        control.run(box)
    finally:
        _open()
except KeyboardInterrupt:
    _open()
    micropython.kbd_intr(3)
    print("stopped by Ctrl-C; contactor open")
except BaseException as e:
    _open()
    sys.print_exception(e)
    machine.reset()  # never a soft reset: it leaves the outputs as they are
finally:
    _open()
