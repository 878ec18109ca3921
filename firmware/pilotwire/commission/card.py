"""The card reader."""

from time import sleep_ms, ticks_diff, ticks_ms

import board

from pilotwire import commission, loader

_POLL_MS = 100


def run(wait_ms):
    """-> the UID of a card that is held to it within wait_ms, in hex, None: there was none. Raises OSError: it does not
    answer."""
    reader, error, uid = commission.driver(1, "READER"), None, None
    if board.READER.get("reverse"):
        reader = loader.use("hal.reversed_reader").make(reader)
    began_ms = ticks_ms()
    while not uid and ticks_diff(ticks_ms(), began_ms) < wait_ms:
        try:
            uid, error = reader.poll(), None
        except OSError as e:
            error = e
        commission.alive()
        sleep_ms(_POLL_MS)
    if error:
        raise error
    return uid and uid.hex().upper()
