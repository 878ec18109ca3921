"""The contactor and its feedback: the application runs without a network until a test adapter has asked for current, so
the contactor closes as it always does, from C2 and by the safety path alone. How long its main contacts take is seen at
the mirror contact.
"""

import asyncio
from time import ticks_diff, ticks_ms

import board
from machine import Pin
from micropython import const

from pilotwire import commission, control, loader

_TURN_MS = const(200)
_LOOK_MS = const(20)
_CLOSED_MS = const(10_000)  # after that the offer is withdrawn, and the contactor opens within 6 s
_AFTER_MS = const(1000)  # in which an opened one is watched
_UNLOCK_MS = const(5000)

# For this one test: anybody, at once, with little current
_VALUES = {"acs": 0, "ocppe": False, "frc": 0, "amp": 6, "fse": False, "rdl": 0, "gla": False, "dwo": None, "ust": 0}


def run(outlet, wait_ms):
    """-> {"close_ms", "open_ms", "why"}: from the decision to the feedback, None: there was none; why: it did not
    close, or opened by a fault."""
    commission.open_contactor(outlet)
    box = loader.use("app").offline(board)
    loader.release("app")
    one = box.outlets[outlet - 1]
    box.settings.values.update(_VALUES)
    loader.lend("watch").second(box)  # what limited by the values of before does so no longer
    try:
        if any([own.transaction for own in box.outlets]):
            raise ValueError("A transaction of before is not over; the wallbox has to end it first.")
        said = asyncio.run(_watch(box, one, commission.view(outlet), wait_ms))
    finally:
        for path in box.paths:
            path.stop()
        commission.feed()
    if "lock" in one.parts:
        _free_plug(outlet, said)
    return said


def _free_plug(outlet, said):
    """One more pulse, whatever the lock's switch says: a broken wire says open, and the adapter would be stuck."""
    try:
        loader.use("commission.lock").run(outlet, False)
    except ValueError as e:  # it is closed
        said["why"] = said["why"] or str(e)


class _Mirror:
    """When the mirror contact moved last, to either side."""

    def __init__(self, spec):
        self.open_ms = self.close_ms = None
        self._closed = spec["mirror_closed"]
        self._pin = None if spec["mirror"] is None else Pin(spec["mirror"], Pin.IN)
        if self._pin:
            self._pin.irq(handler=self._moved, trigger=Pin.IRQ_RISING | Pin.IRQ_FALLING)

    def _moved(self, pin):
        if pin.value() == self._closed:
            self.close_ms = ticks_ms()
        else:
            self.open_ms = ticks_ms()

    def tell(self, said, closed_ms, opened_ms):
        """closed_ms, opened_ms: ticks of the two decisions."""
        if self.close_ms is not None:
            said["close_ms"] = ticks_diff(self.close_ms, closed_ms)
        if self.open_ms is not None and opened_ms is not None:
            said["open_ms"] = ticks_diff(self.open_ms, opened_ms)

    def leave(self):
        if self._pin:
            self._pin.irq(handler=None)


async def _watch(box, outlet, seen, wait_ms):
    mirror, connector = _Mirror(seen.CONTACTOR), outlet.connector
    said = {"close_ms": None, "open_ms": None, "why": ""}
    try:
        if not await _until(box, lambda: connector.close, wait_ms):
            said["why"] = outlet.why()[1]
            return said
        closed_ms = connector.changed_ms
        print("!told to close")
        if not await _until(box, lambda: not connector.close, _CLOSED_MS):
            box.settings.values["frc"] = 1
            await _until(box, lambda: not connector.close, _CLOSED_MS)
        print("!told to open")
        await _until(box, lambda: False, _AFTER_MS)
        said["why"] = outlet.why()[1] if outlet.faults.any else ""  # a weld, too: it takes its time to be believed
        mirror.tell(said, closed_ms, connector.opened_ms)
        return said
    finally:
        mirror.leave()
        await _let_go(box, outlet)


async def _let_go(box, outlet):
    """Nothing is offered any more, and the lock opens, where there is one: the adapter is to be unplugged."""
    box.settings.values["frc"] = 1
    lock = outlet.parts.get("lock")
    if lock:
        loader.lend("parts.lock").let_go(lock)
        await _until(box, lambda: lock.locked is False, _UNLOCK_MS)


async def _until(box, condition, most_ms):
    """Runs the wallbox until it is so -> whether it was in time."""
    began_ms, turn = ticks_ms(), 0
    while ticks_diff(ticks_ms(), began_ms) < most_ms:
        turn += 1
        control.step(box)
        if turn % 5 == 0:
            for outlet in box.outlets:
                outlet.second()
            print(".")
        for _ in range(_TURN_MS // _LOOK_MS):
            if condition():
                return True
            await asyncio.sleep_ms(_LOOK_MS)
    return False
