"""The link to the central system: what is known of it, and the task that dials, talks and dials again.

While OCPP is off only this file is in memory. On, the charge point comes; ocpp_dial.py opens a connection,
ocpp_session.py talks, ocpp_end.py says goodbye and waits.
"""

import asyncio

from micropython import const

from pilotwire import loader

_QUIET_MS = const(3000)


class LinkError(Exception):
    """The connection is over; the text is a sentence for people."""


class Status:
    """What the keys ocpps, ocppc, ocppca, ocppa, ocppaa, ocpple and ocpplea show.

    Times are up_ms of the clock, or None. .connects: since the start.
    """

    connects = 0

    def __init__(self, box):
        self._box = box
        self.started = False  # OCPP is on and has an address
        self.last_error = self.last_error_at_ms = None  # a sentence for people
        self.connect(False)
        self.accept(False)

    def connect(self, yes):
        """The WebSocket is open, or not any more."""
        self.connects += yes
        self.connected, self.connected_at_ms = yes, self._box.clock.up_ms() if yes else None

    def accept(self, yes):
        """Connected, and the boot was accepted."""
        self.accepted, self.accepted_at_ms = yes, self._box.clock.up_ms() if yes else None

    def failed(self, text):
        """Something went wrong; the same again is not logged again."""
        if text != self.last_error:
            self._box.log.warn("ocpp: " + text)
        self.last_error, self.last_error_at_ms = text, self._box.clock.up_ms()


async def keep(box):
    """The task: holds at most one connection while "ocppe" is on and "ocppu" is set."""
    while True:
        if wanted(box):
            box.ocpp.started = True
            try:
                await _run(box)
            finally:
                box.ocpp.started = False
                loader.use("net.ocpp_end").let_go()
        await asyncio.sleep_ms(500)


def wanted(box):
    """The address to talk to, None for none: OCPP is off, or an update wants its memory."""
    get = box.settings.get
    return not getattr(box, "alone", False) and get("ocppe") and get("ocppu") or None


async def _run(box):
    """Connects, talks, connects again; returns when OCPP is switched off or has no address."""
    await loader.quiet(_QUIET_MS)  # what stays comes into memory in one piece, not between what goes
    point = loader.use("ocpp.charge_point").ChargePoint(box)
    loader.use("net.ocpp_session")
    tries = 0
    while wanted(box):
        address = wanted(box)
        stream = error = None
        try:
            try:
                stream, rest = await loader.use("net.ocpp_dial").dial(box, address, tries)
                loader.release("net.ocpp_dial")
                await loader.use("net.ocpp_session").Session(box, point, stream).talk(address, rest)
            except Exception as e:
                error = e
            tries = 0 if box.ocpp.accepted or not error else tries + 1
            await loader.use("net.ocpp_end").goodbye(box, stream, address, error)
        finally:
            if stream:
                stream.s.close()
        await loader.use("net.ocpp_end").pause(box, address, tries)
        loader.release("net.ocpp_end")
