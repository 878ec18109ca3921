"""Passwords stretched: PBKDF2 with HMAC-SHA-256, one block of it. Source: RFC 8018, 5.2; RFC 2104."""

from hashlib import sha256

from micropython import const

_TURN = const(16)  # rounds in one go


def stretched(password, salt, rounds):
    """Yields None now and then, for others to have their turn, at last the 32 bytes. password: up to 64 bytes."""
    key = password + bytes(64 - len(password))
    inner, outer = bytes([b ^ 0x36 for b in key]), bytes([b ^ 0x5C for b in key])
    block = _hmac(inner, outer, salt + b"\0\0\0\1")
    total = int.from_bytes(block, "big")
    for n in range(1, rounds):
        block = _hmac(inner, outer, block)
        total ^= int.from_bytes(block, "big")
        if not n % _TURN:
            yield None
    yield total.to_bytes(32, "big")


def same(one, other):
    """Are these bytes equal? Takes as long wherever they differ."""
    differ = len(one) != len(other)
    for a, b in zip(one, other):
        differ |= a ^ b
    return not differ


def _hmac(inner, outer, data):
    one, two = sha256(inner), sha256(outer)
    one.update(data)
    two.update(one.digest())
    return two.digest()
