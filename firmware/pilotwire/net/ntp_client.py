"""Asking a time server, about once an hour: loaded for it, released after."""

from os import urandom

from pilotwire import loader
from pilotwire.core import ticks

HOST = "pool.ntp.org"


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
