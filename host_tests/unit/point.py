"""A charge point with real outlets on a box of fakes: for the tests of ocpp/ and of the outlet, and for the check of
its messages against the schemas."""

import asyncio
import json

from ram_journal import Journal

from pilotwire import outlet as outlet_module
from pilotwire.api import keys
from pilotwire.core import ocpp_status, ticks
from pilotwire.core.faults import FaultSet
from pilotwire.core.limits import Limits
from pilotwire.ocpp import charge_point
from pilotwire.proto import ocppj, ws
from pilotwire.proto.ocppj_call import CallError

START_S = 1767225600  # 2026-01-01T00:00:00Z
URL = "ws://cs.example/ocpp/CP1"

_status = ocpp_status.status  # its own tests are in test_ocpp_status.py
ocpp_status.status = lambda outlet: outlet.status or _status(outlet)


class Clock:
    def __init__(self):
        self.now_ms = 1000
        self.source = None
        self._start_s = None

    def ms(self):
        return self.now_ms & 0x3FFFFFFF

    def up_ms(self):
        return self.now_ms

    def utc(self, at_ms=None):
        if not self.source:
            return None
        ago_ms = 0 if at_ms is None else ticks.diff(self.ms(), at_ms)
        ms = self.now_ms - ago_ms
        return self._start_s + ms // 1000, ms % 1000

    def utc_s(self):
        return self.source and self.utc()[0]

    def set_utc(self, s, ms, source):
        self._start_s = s - self.now_ms // 1000
        self.source = source


class Settings:
    waiting = ()
    resting = False
    changes = 0

    def __init__(self):
        rows = [row for row in keys.KEYS if row[3] in ("config", "option", "console")]
        self.values = {row[0]: row[7] for row in rows}
        self.values.update(ocppe=True, ocppu=URL)
        self.notices = []
        self.broken = False

    def notice(self, text):
        self.notices.append(text)

    def get(self, key):
        return self.values[key]

    peek = get

    def set(self, key, value, who=""):
        if self.broken:
            raise OSError(key + ": flash full")
        self.values[key] = value


class Log:
    def __init__(self):
        self.said = []

    def info(self, text):
        self.said.append(text)

    debug = warn = error = info


class Status:
    accepted = False
    last_error = None

    def accept(self, yes):
        self.accepted = yes

    def failed(self, text):
        self.last_error = text


class Board:
    NAME = "devkit"
    METER = {"kind": "sdm630"}
    LIMITS = {"ma": 16000, "phases": 3}


class Meter:
    voltages_mv = [230120, 229980, 231050]
    currents_ma = [15960, 16040, 0]
    powers_w = [3670, 3690, 0]
    power_w = 7360
    frequency_mhz = 50012
    silent = False  # it answers no more

    def __init__(self):
        self.energy_wh = 12345678
        self.at_ms = None

    def read(self, now_ms):
        if not self.silent:
            self.at_ms = now_ms

    def fresh(self, now_ms):
        return self.at_ms is not None and ticks.diff(now_ms, self.at_ms) < 10_000


class Connector:
    """The fast half: it closes as soon as it may and a car is there."""

    external_fault = ventilation = rests = False
    seen_b = True
    state, letter, diode_seen = "B2", "C", 5

    def __init__(self):
        self.faults = FaultSet()
        self.plugged = self.close = self.permit = False
        self.offer_ma = self.closings = 0
        self.is_open = True
        self.opened_ms = None
        self.changed_ms = 0

    @property
    def offers(self):
        return self.offer_ma >= 6000

    def tick(self, now_ms):
        close = self.plugged and self.permit and self.offers and self.letter == "C"
        if self.close and not close:
            self.opened_ms = now_ms
        if self.close != close:
            self.changed_ms = now_ms
        self.close, self.is_open = close, not close


class Outlet(outlet_module.Outlet):
    """.status: what stands in for the derived one, None for that."""

    def __init__(self, number, box):
        limits = Limits()
        limits.set("board", 16000)
        super().__init__(number, box, Connector(), limits, Meter())
        self.status = "Available", "NoError", None, None

    def turn(self, now_ms):
        """A fifth of a second of the control loop; the meter is read each time."""
        self.meter.read(now_ms)
        self.step(now_ms)
        self.connector.tick(now_ms)


class Wifi:
    connected = True


class Box:
    serial = "000042"
    restarting = None
    reader_fault = False
    boots = 3
    open_transactions = None
    reader_fault = False
    tags = "/none/tags"  # nobody is known

    def __init__(self, outlets=1):
        self.board = Board
        self.journal = Journal()
        self.clock = Clock()
        self.settings = Settings()
        self.log = Log()
        self.ocpp = Status()
        self.wifi = Wifi
        self.paths = []
        self.outlets = [Outlet(n + 1, self) for n in range(outlets)]


class Bench:
    """The charge point on its box; all answers are the test's."""

    def __init__(self, outlets=1, url=URL):
        self.box = Box(outlets)
        self.outlet = self.box.outlets[0]
        self.point = charge_point.ChargePoint(self.box)
        self.said = []  # (action, payload)
        self.open(url)

    def open(self, url=URL):
        self.point.opened(url, self.now_ms)

    @property
    def now_ms(self):
        return self.box.clock.ms()

    def wait(self, s):
        """Time passes, and nobody looks."""
        self.box.clock.now_ms += int(s * 1000)

    def run(self, s):
        """Time passes, and the control loop turns."""
        for _ in range(int(s * 5)):
            self.wait(0.2)
            for outlet in self.box.outlets:
                outlet.turn(self.now_ms)
                outlet.second()

    def plug(self, number=1, plugged=True):
        self.box.outlets[number - 1].connector.plugged = plugged
        self.run(0.4)

    def unplug(self, number=1):
        self.plug(number, False)

    def begin(self, tag=None, number=1):
        """A car is plugged in; tag: a card that was accepted, None: anyone may charge. -> its transaction."""
        outlet = self.box.outlets[number - 1]
        self.box.settings.values["acs"] = 1 if tag else 0
        if tag:
            outlet.authorise(tag)
        self.plug(number)
        return outlet.transaction

    def end(self, reason, id_tag=None, number=1):
        """It ends, and is booked."""
        self.box.outlets[number - 1].end(reason, id_tag)
        self.run(0.6)

    def next(self):
        """What it says now, or None."""
        call = self.point.next_call(self.now_ms)
        if call:
            self.said.append(call)
        return call

    def watch(self):
        """It looks round without being asked to speak."""
        self.point._statuses.watch(self.now_ms)

    def answer(self, **payload):
        self.point.on_answer(payload, None, self.now_ms)

    def refuse(self, why):
        """A CALLERROR."""
        self.point.on_answer(None, why, self.now_ms)

    def time_out(self):
        self.point.on_answer(None, None, self.now_ms)

    def ask(self, action, payload):
        """A CALL of the central system: the payload of its answer, None for no answer. Raises CallError."""
        said = []

        async def say(text, more=False):
            said.append(text)

        asyncio.run(self.point.on_call([2, "id", action, payload], say))
        if not said:
            return None
        kind, uid, *rest = json.loads("".join(said))
        assert uid == "id", uid
        if kind == 4:
            raise CallError(*rest[:2])
        return rest[0]

    def ask_in_pieces(self, action, payload, size=191):
        """The same with a long CALL, of which so many bytes come at once."""
        frames, core, said = ws.Frames(), ocppj.OcppJ(), []
        text = json.dumps([2, "id", action, payload]).encode()
        data = b"\x81\x7e" + len(text).to_bytes(2, "big") + text
        calls, at = [], 0

        async def say(text, more=False):
            said.append(text)

        async def more():
            nonlocal at
            assert at < len(data), "it waits for what does not come"
            calls.extend([core.receive(what)[3] for _, what in frames.receive(data[at : at + size])])
            at += size

        while not calls:
            asyncio.run(more())
        asyncio.run(self.point.on_call(calls[0], say, more))
        kind, _, *rest = json.loads("".join(said))
        if kind == 4:
            raise CallError(*rest[:2])
        return rest[0]

    def boot(self, status="Accepted", interval=300):
        """Its BootNotification, answered."""
        call = self.next()
        self.answer(status=status, interval=interval, currentTime="2026-01-01T00:00:00Z")
        return call

    def accepted(self):
        """Registered, and the first statuses said."""
        self.boot()
        self.rest()
        return self

    def rest(self):
        """Everything that it has to say now, each answered with {}; transactions are not."""
        said = []
        call = self.next()
        while call:
            said.append(call)
            self.answer(currentTime="2026-01-01T00:00:00Z")
            call = self.next()
        return said

    def rest_statuses(self):
        """The statuses that it has to say, each answered."""
        for outlet in self.box.outlets:
            outlet.status = outlet.status or ("Available", "NoError", None, None)
        self.watch()
        while self.point._statuses._changes:
            self.next()
            self.answer()

    def start(self, status="Accepted", uid=7):
        """StartTransaction, answered."""
        call = self.next()
        self.answer(idTagInfo={"status": status}, transactionId=uid)
        return call
