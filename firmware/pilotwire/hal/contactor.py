"""The contactor: one pin to the coil driver, and where the board has one, a pin that sees the
mirror contact."""

from machine import Pin


class Contactor:
    """contract.Contactor. mirror_closed: the level of the mirror pin while the main contacts are
    closed."""

    def __init__(self, coil_pin, mirror_pin, mirror_closed, release_ms, close_ms):
        self._coil = Pin(coil_pin, Pin.OUT, value=0)
        self._mirror = None if mirror_pin is None else Pin(mirror_pin, Pin.IN)
        self._mirror_closed = mirror_closed
        self.release_ms = release_ms
        self.close_ms = close_ms
        self.commanded = False

    def open(self):
        self._coil.value(0)  # always, even if we believe it is off
        self.commanded = False

    def close(self):
        self.commanded = True
        self._coil.value(1)

    def feedback(self):
        return None if self._mirror is None else self._mirror.value() == self._mirror_closed


def make(spec, board):
    return Contactor(
        spec["coil"],
        spec["mirror"],
        spec["mirror_closed"],
        spec["release_ms"],
        spec["close_ms"],
    )
