"""How long charging waits when the power is back, so that a street of wallboxes does not start at once. Pure.

Facts evse-hardware 2.1, "Restart delay": SI 2021/1467 wants a random delay of up to 600 s (1800 s on request) that the
owner may end, each time anew; OVE R37 up to 300 s.
"""

from micropython import const

_24_BITS = const(0xFFFFFF)


def delay_ms(most_s, seed):
    """-> 0..most_s * 1000 ms. seed: random bytes, and some that no other wallbox has: right after power-on the chip's
    generator may say the same in all of them."""
    number = 0
    for byte in seed:
        number = (number * 31 + byte) & _24_BITS
    return number % (most_s * 1000 + 1)
