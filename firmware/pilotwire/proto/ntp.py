"""SNTP: ask a time server, read its answer (RFC 4330, RFC 5905)."""

from micropython import const

_CLIENT_V4 = const(0x23)
_UNIX_1900 = const(2208988800)  # s from 1900 to 1970


def request(token):
    """The packet to send. token: 8 random bytes, given back by the server, so that nobody off the path can forge an
    answer.
    """
    return bytes((_CLIENT_V4,)) + bytes(39) + token


def answer(packet, token):
    """(unix s, ms) from the answer to request(token). Raises ValueError saying what is wrong with it."""
    if len(packet) < 48 or packet[0] & 7 != 4:
        raise ValueError("not an answer of a time server")
    if bytes(packet[24:32]) != bytes(token):
        raise ValueError("an answer to another question")
    if packet[1] == 0:  # a kiss of death: it wants to be asked less often
        raise ValueError("the time server refuses: " + str(bytes(b for b in packet[12:16] if 32 < b < 127), "ascii"))
    if packet[1] > 15 or packet[0] >> 6 == 3:
        raise ValueError("the time server does not know the time itself")
    s = int.from_bytes(packet[40:44], "big")
    if not s:
        raise ValueError("the time server sent no time")
    if s < 0x80000000:  # era 1 begins on 7 February 2036
        s += 0x100000000
    return s - _UNIX_1900, int.from_bytes(packet[44:46], "big") * 1000 >> 16
