"""A card reader with a Wiegand output: it reads a card by itself and gives its number as pulses on two lines.

Source: evse-hardware.md 6: 50 us low per bit, on D0 for 0, on D1 for 1, 2 ms apart; 26: parity, 24 bits, parity; 34:
32 bits between them. `bits` and `backwards` (the card's last byte first) belong to the reader on the bench, not to the
board.
"""

from .reader_base import Reader

_PIN = 200  # a pin's pulses are bytes of the UART of this number and more
_READ_US = 50_000  # the reader itself (est.)
_GAP_US = 2_000


def sealed(number, bits):
    """The bits of a card's number, a list, with even parity in front and odd parity behind."""
    data = [number >> i & 1 for i in range(bits - 3, -1, -1)]
    half = len(data) // 2
    return [sum(data[:half]) & 1, *data, 1 - (sum(data[half:]) & 1)]


class Wiegand(Reader):
    """data: with d0 and d1. A card is given once, when it comes; of a longer UID the first bytes."""

    bits = 34
    backwards = False

    def came(self):
        size = self.bits // 8
        uid = self.uid[:size]
        number = int.from_bytes(uid[::-1] if self.backwards else uid, "big")
        self.timeline.after(_READ_US, lambda: self.give(sealed(number, self.bits)))

    def give(self, bits):
        """These bits, as pulses."""
        if bits and not self.gone:
            self.send(_PIN + self.data["d1" if bits[0] else "d0"], b"\x01")
            self.timeline.after(_GAP_US, lambda: self.give(bits[1:]))
