"""A charge point with a fake box: for the tests of ocpp/, and for the check of its messages against the schemas."""

import json

from pilotwire.core import ocpp_status, ticks
from pilotwire.core.transaction import Transaction
from pilotwire.ocpp import charge_point
from pilotwire.proto.ocppj_call import CallError

START_S = 1767225600  # 2026-01-01T00:00:00Z
URL = "ws://cs.example/ocpp/CP1"

ocpp_status.status = lambda outlet: outlet.status  # its own tests are in test_ocpp_status.py


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
    resting = False

    def __init__(self):
        self.values = {"ocpph": 3600, "ocppi": 60, "ocppd": "no-card"}
        self.broken = False

    def get(self, key):
        return self.values[key]

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


class Meter:
    energy_wh = 12345678
    voltages_mv = [230120, 229980, 231050]
    currents_ma = [15960, 16040, 0]
    powers_w = [3670, 3690, 0]
    power_w = 7360
    silent = False

    def fresh(self, now_ms):
        return not self.silent


class Outlet:
    def __init__(self, number):
        self.number = number
        self.status = "Available", "NoError", None, None
        self.transactions = []
        self.meter = Meter()
        self.offered_ma = 16000

    def begin(self, now_ms, wh=12345678, tag="no-card"):
        t = Transaction(self.number, tag, wh, now_ms)
        self.transactions.append(t)
        return t


class Wifi:
    connected = True


class Box:
    serial = "000042"

    def __init__(self, outlets=1):
        self.board = Board
        self.clock = Clock()
        self.settings = Settings()
        self.log = Log()
        self.ocpp = Status()
        self.wifi = Wifi
        self.outlets = [Outlet(n + 1) for n in range(outlets)]


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
        self.box.clock.now_ms += int(s * 1000)

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
        answer = self.point.on_call([2, "id", action, payload])
        if answer is None:
            return None
        kind, uid, *rest = json.loads(answer)
        assert uid == "id", uid
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

    def start(self, status="Accepted", uid=7):
        """StartTransaction, answered."""
        call = self.next()
        self.answer(idTagInfo={"status": status}, transactionId=uid)
        return call
