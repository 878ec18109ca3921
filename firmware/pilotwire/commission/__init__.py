"""What tools/commission.py asks of the chip, in place of the application: a file a job, each with run(). No other file
of the firmware imports these, so they are in memory for the wizard only.

Contactors are open when it comes, by boot.py; only contactor.py can close one, through the application's safety path.
"""

from time import sleep_ms, ticks_diff, ticks_ms

import board
from machine import WDT

from pilotwire import hal, loader

_LOOK_MS = 5
_KEEP_MS = 10_000  # nobody asks for so long: the chip starts anew, with its application
_SIGN_MS = 1000

_drivers = {}
_boxes = []
_sign_ms = [ticks_ms()]


def run(job, *args):
    """Prints "=" and (True, what the job says) or (False, why it does not)."""
    feed()
    try:
        said = True, loader.lend("commission." + job).run(*args)
    except (OSError, ValueError, ImportError) as e:
        said = False, str(e)
    print("=%r" % (said,))


def feed():
    """The wizard is there."""
    WDT(timeout=_KEEP_MS).feed()


def alive():
    """A job that takes its time says so, or the line is taken for dead."""
    if ticks_diff(ticks_ms(), _sign_ms[0]) >= _SIGN_MS:
        _sign_ms[0] = ticks_ms()
        feed()
        print(".")


def settled(read, wanted, most_ms):
    """-> ms until read() was `wanted` and stayed so to the end of most_ms, None: it did not."""
    began_ms, since_ms, ms = ticks_ms(), None, 0
    while ms < most_ms:
        if read() is not wanted:
            since_ms = None
        elif since_ms is None:
            since_ms = ms
        alive()
        sleep_ms(_LOOK_MS)
        ms = ticks_diff(ticks_ms(), began_ms)
    return since_ms


def view(outlet):
    """The board as outlet 1 or 2 sees it; app.py has more of it."""
    if outlet == 1:
        return board
    own = {"LIMITS": board.LIMITS, "INPUTS": getattr(board, "INPUTS", None)}
    own.update(board.OUTLET_2)
    return type("", (), own)


def driver(outlet, part):
    """The driver of a part, always the same. Raises ValueError: the board has none; ImportError: it is not driven."""
    if (outlet, part) not in _drivers:
        made = hal.make(view(outlet), part)
        if not made:
            raise ValueError("The board has no %s." % part)
        _drivers[outlet, part] = made
    return _drivers[outlet, part]


def box():
    """A Box with its settings, without outlets."""
    if not _boxes:
        _boxes.append(loader.use("box").Box(board))
        _boxes[0].settings.load()
    return _boxes[0]


def open_contactor(outlet):
    """Raises ValueError: the mirror contact says that it is closed."""
    contactor = driver(outlet, "CONTACTOR")
    contactor.open()
    if contactor.feedback():
        raise ValueError("The contactor is closed, or the wire of its feedback is broken.")
