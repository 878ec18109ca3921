"""Asking a time server, about once an hour: loaded for it, released after."""

from os import urandom

from micropython import const

from pilotwire import loader
from pilotwire.core import ticks

HOST = "pool.ntp.org"
_RETRY_MS = const(15_000)  # doubled at each failure
_HOUR_MS = const(3_600_000)


async def turn(box, pause_ms):
    """Sets the clock of the box. -> ms until the next turn; pause_ms: what the last one gave, 0 for the first."""
    try:
        await ask(box)
        return _HOUR_MS
    except (OSError, ValueError) as e:
        pause_ms = _RETRY_MS if pause_ms in (0, _HOUR_MS) else min(2 * pause_ms, _HOUR_MS // 2)
        box.log.info("clock: %s; asked again in %d s" % (e, pause_ms // 1000))
        return pause_ms


async def ask(box, host=HOST):
    """Sets the clock of the box by NTP. Raises OSError or ValueError with a sentence."""
    ntp, udp, resolver = (loader.use(n) for n in ("proto.ntp", "net.udp", "net.resolver"))
    try:
        ip = await resolver.resolve(host)
        token, asked_ms = urandom(8), box.clock.ms()
        packet = await udp.ask(ip, 123, ntp.request(token), lambda p: bytes(p[24:32]) == token)
        s, ms = ntp.answer(packet, token)
        ms += ticks.diff(box.clock.ms(), asked_ms) // 2  # the answer was half the time under way
        box.clock.set_utc(s + ms // 1000, ms % 1000, "ntp")
        box.log.info("clock: set by " + host)
    finally:
        for name in ("proto.ntp", "net.resolver", "net.udp"):
            loader.release(name)
