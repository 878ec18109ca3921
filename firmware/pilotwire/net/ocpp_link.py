"""The link to the central system: what is known of it, and the task that dials, talks and dials again.

While OCPP is off only this file is in memory. On, it loads the charge point and ocpp_session.py; for each dialling
ocpp_dial.py comes and goes.
"""

import asyncio

from micropython import const

from pilotwire import loader

_BOOT_S = const(20)  # the network may take so long before its absence is an error


class LinkError(Exception):
    """The connection is over; the text is a sentence for people."""


class Status:
    """What the keys ocpps, ocppc, ocppca, ocppa, ocppaa, ocpple and ocpplea show.

    Times are up_ms of the clock, or None.
    """

    def __init__(self, box):
        self._box = box
        self.started = False  # OCPP is on and has an address
        self.connected = False  # the WebSocket is open
        self.connected_at_ms = None
        self.accepted = False  # connected, and the boot was accepted
        self.accepted_at_ms = None
        self.last_error = None  # a sentence for people
        self.last_error_at_ms = None

    def connect(self, yes):
        self.connected, self.connected_at_ms = yes, self._box.clock.up_ms() if yes else None

    def accept(self, yes):
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
                _let_go()
        await asyncio.sleep_ms(500)


def wanted(box):
    """The address to talk to, None for none."""
    get = box.settings.get
    return get("ocppe") and get("ocppu") or None


async def _run(box):
    """Connects, talks, connects again; returns when OCPP is switched off or has no address."""
    point = loader.use("ocpp.charge_point").ChargePoint(box)
    tries = 0
    address = wanted(box)
    while address:
        await _network(box, address)
        tries += 1
        session = loader.use("net.ocpp_session").Session(box, point, address)
        try:
            await session.run()
        except Exception as e:
            box.ocpp.failed(loader.use("net.ocpp_dial").sentence(e, address))
        finally:
            if box.ocpp.accepted:
                tries = 0
            box.ocpp.connect(False)
            box.ocpp.accept(False)
        pause_ms = loader.use("net.ocpp_dial").pause_ms(tries)
        loader.release("net.ocpp_dial")
        while pause_ms > 0 and wanted(box) == address:
            await asyncio.sleep_ms(250)
            pause_ms -= 250
        address = wanted(box)


async def _network(box, address):
    """Waits for the station, so that a dial is not wasted on its absence."""
    waited_ms = 0
    while not box.wifi.connected and wanted(box) == address:
        await asyncio.sleep_ms(500)
        waited_ms += 500
        if waited_ms == _BOOT_S * 1000:
            box.ocpp.failed("the wallbox is not on the network")


def _let_go():
    for name in loader.resident():
        name = name.partition(".")[2]
        if name.startswith("ocpp.") or name in ("net.ocpp_session", "proto.ws", "proto.ocppj"):
            loader.release(name)
