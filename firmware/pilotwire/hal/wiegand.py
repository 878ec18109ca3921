"""A card reader with a Wiegand output, 26 or 34 bits: a short low pulse on one of two lines per bit.

Source: evse-hardware.md 6. A parity bit, 24 or 32 bits of the card, a parity bit: with the first one the number of ones
in the first half is even, with the last one that in the second half is odd. The end is 25 ms of silence.

Nothing comes without a card, so a reader that is gone cannot be told from one that nobody uses. Pulses wait in the
chip's queue of eight while Python cannot run; when more than that come meanwhile, the card is read wrong, which the
parity or the number of bits tells, and has to be held up again.
"""

from time import ticks_diff, ticks_ms

from machine import Pin
from micropython import const

_SILENCE_MS = const(25)
_MOST = const(35)  # bits: one more than there should be


class Wiegand:
    """contract.Reader. d0, d1: pins that are low for a bit that is 0, 1."""

    def __init__(self, d0, d1):
        self.at_ms = self._came_ms = ticks_ms()
        self._bits = bytearray(_MOST)
        self._count = 0
        self._d0 = d0
        self._d1 = d1
        self._listen()

    def _listen(self):
        self._d0.irq(self._zero, Pin.IRQ_FALLING)
        self._d1.irq(self._one, Pin.IRQ_FALLING)

    # The interrupts: they allocate nothing. Noise on a line must not fill the queue, which the timers use, too: after
    # more bits than a card has nobody listens until the next poll.

    def _zero(self, _pin):
        self._take(0)

    def _one(self, _pin):
        self._take(1)

    def _take(self, bit):
        now_ms = ticks_ms()
        if ticks_diff(now_ms, self._came_ms) >= _SILENCE_MS:
            self._count = 0  # another card, before anybody has looked at the last one
        self._came_ms = now_ms
        if self._count < _MOST:
            self._bits[self._count] = bit
            self._count += 1
        else:
            self._d0.irq(None)
            self._d1.irq(None)

    def poll(self):
        self.at_ms = ticks_ms()
        count = self._count
        if not count or ticks_diff(self.at_ms, self._came_ms) < _SILENCE_MS:
            return None
        bits = bytes(self._bits[:count])
        self._count = 0
        if count == _MOST:
            self._listen()
        return _uid(bits)


def _uid(bits):
    """3 bytes of 26 bits, 4 of 34, in their order on the wire. Raises OSError: so many bits no card has, or parity."""
    half = len(bits) // 2
    if len(bits) not in (26, 34) or sum(bits[:half]) & 1 or not sum(bits[half:]) & 1:
        raise OSError("reader: no card")
    number = 0
    for bit in bits[1:-1]:
        number = number << 1 | bit
    return number.to_bytes(len(bits) // 8, "big")


def make(spec, board):
    return Wiegand(Pin(spec["d0"], Pin.IN, Pin.PULL_UP), Pin(spec["d1"], Pin.IN, Pin.PULL_UP))
