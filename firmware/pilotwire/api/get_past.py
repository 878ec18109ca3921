"""When something was, in ms since boot.

One function per key, found by its name (status.py). Each takes the Box; None where it has not been yet.
"""

from pilotwire.core import ticks


def lccfi(box):
    """The car was plugged in."""
    return _since_boot(box, box.outlet.session.began_ms)


def lcctc(box):
    return _since_boot(box, box.outlet.session.closed_ms)


def lccfc(box):
    return _since_boot(box, box.outlet.session.opened_ms)


def lfspt(box):
    """The phases were switched; None on a board that cannot."""
    part = box.outlet.parts.get("phases")
    return _since_boot(box, part.at_ms) if part and part.moved else None


def tab(box):
    """Unix ms of the boot."""
    s = box.clock.utc_s()
    return None if s is None else s * 1000 + box.clock.utc_ms() - box.clock.up_ms()


def _since_boot(box, at):
    """Of ticks up to six days ago; a car that has been there for longer was plugged in at an unknown time."""
    return None if at is None else max(0, box.clock.up_ms() - ticks.diff(box.clock.ms(), at))
