"""A card (PICC) in the field of a reader: what ISO/IEC 14443-3 has it say, bit by bit, the lowest of a byte first.

Source: ISO/IEC 14443-3: REQA and WUPA 6.4.1, states 6.3, anticollision and SELECT 6.5, CRC_A annex B.
"""

_REQA, _WUPA = 0x26, 0x52
_SELECT = (0x93, 0x95, 0x97)
_CASCADE_TAG = 0x88
_GOES_ON, _ISO_14443_4 = 0x04, 0x20
_IDLE = None


def bits_of(data):
    return [byte >> i & 1 for byte in data for i in range(8)]


def bytes_of(bits):
    """The last byte may be part of one."""
    return bytes(sum(bit << i for i, bit in enumerate(bits[at : at + 8])) for at in range(0, len(bits), 8))


def crc_a(data):
    crc = 0x6363
    for byte in data:
        byte ^= crc & 0xFF
        byte ^= byte << 4 & 0xFF
        crc = crc >> 8 ^ byte << 8 ^ byte << 3 ^ byte >> 4
    return crc.to_bytes(2, "little")


def together(said):
    """What is heard of answers at the same time -> (bits, the first that they say differently, or None)."""
    longest = max(map(len, said))
    for i in range(longest):
        if len({bits[i] if i < len(bits) else None for bits in said}) > 1:
            return max(said, key=len), i
    return said[0], None


class Card:
    """uid: 4, 7 or 10 bytes."""

    def __init__(self, uid):
        self._size = len(uid)
        parts = {4: [uid], 7: [b"\x88" + uid[:3], uid[3:]], 10: [b"\x88" + uid[:3], b"\x88" + uid[3:6], uid[6:]]}
        self._levels = [part + bytes((part[0] ^ part[1] ^ part[2] ^ part[3],)) for part in parts[len(uid)]]
        self._level = _IDLE  # or the level that is asked for next; behind the last: selected

    def hear(self, bits):
        """-> the bits it answers, [] for nothing."""
        if len(bits) == 7:
            return self._requested(bytes_of(bits)[0])
        data = bytes_of(bits)
        if self._level is _IDLE or self._level >= len(self._levels) or len(bits) < 16:
            self._level = _IDLE
            return []
        if data[0] != _SELECT[self._level]:
            self._level = _IDLE
            return []
        return self._selected(data) if data[1] == 0x70 else self._told_apart(bits, data[1])

    def _requested(self, code):
        was, self._level = self._level, _IDLE
        if was is _IDLE and code in (_REQA, _WUPA):
            self._level = 0
            return bits_of(bytes((4 | 0x40 * len(self._levels) - 0x40, 0)))
        return []

    def _told_apart(self, bits, nvb):
        """Those whose UID begins with the bits behind NVB say the rest of it."""
        own, known = bits_of(self._levels[self._level]), bits[16:]
        if len(known) != ((nvb >> 4) - 2) * 8 + (nvb & 15) or own[: len(known)] != known:
            return []
        return own[len(known) :]

    def _selected(self, data):
        mine = data[2:7] == self._levels[self._level] and crc_a(data[:7]) == data[7:]
        if not mine:
            self._level = _IDLE
            return []
        self._level += 1
        sak = bytes((_GOES_ON if self._level < len(self._levels) else 0x08,))
        return bits_of(sak + crc_a(sak))
