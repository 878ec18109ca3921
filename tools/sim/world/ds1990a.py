"""A card reader that passes a card for an iButton DS1990A on a 1-wire bus.

Source: evse-hardware.md 6, DS1990A data sheet. It is there while a card is. `old`: the family code 01 and six bytes
of the UID, as an iButton has them; else seven bytes of it; shorter UIDs end in zeros. For tests: `trouble` "garbage", a
bit is wrong, "silent", it says nothing after two bytes; `grounded`: the wire is at ground.
"""

from .reader_base import Reader
from .temperature import NOBODY, crc8

_READ_ROM = 0x33
_GROUND = {"r": 1, "w": 0, "1": 0}


class Ds1990a(Reader):
    """data: with pin."""

    old = False
    trouble = None
    grounded = False

    def __init__(self, *args):
        super().__init__(*args)
        self._answer = b""

    def wire(self, what):
        """What the chip does on the bus, as Ds18b20.do()."""
        if self.grounded:
            return _GROUND[what[0]]
        if self.gone or not self.uid:
            self._answer = b""
            return NOBODY[what[0]]
        if what == "r":
            self._answer = b""
            return 1
        if what == "1":
            byte, self._answer = (self._answer or b"\xff")[0], self._answer[1:]
            return byte
        if int(what[1:], 16) == _READ_ROM:
            self._answer = self._told(rom(self.uid, self.old))
        return 0

    def _told(self, answer):
        if self.trouble == "garbage":
            return bytes((answer[0] ^ 4,)) + answer[1:]
        return answer[:2] if self.trouble == "silent" else answer


def rom(uid, old):
    """The eight bytes of a card."""
    data = b"\x01" + uid[:6].ljust(6, b"\0") if old else uid[:7].ljust(7, b"\0")
    return data + bytes((crc8(data),))
