"""A Box of plain values for tests of the doors: real limits, faults and key table, no hardware."""

from pilotwire.api import table
from pilotwire.core.faults import FaultSet
from pilotwire.core.limits import Limits


class Plain:
    """Attributes as given."""

    def __init__(self, **values):
        for name, value in values.items():
            setattr(self, name, value)


def part_outlet(faults, **more):
    """An outlet as a part sees it (parts/__init__.py): no car, nobody charges. more: its other fields, or instead of
    these."""
    outlet = Plain(
        number=1,
        faults=faults,
        connector=Plain(faults=faults, changed_ms=0, plugged=False, is_open=True),
        parts={},
        settings=Plain(changes=0),
        allowed=False,
        reason="",
        transaction=None,
        ending=None,
        id_tag=None,
    )
    for name, value in more.items():
        setattr(outlet, name, value)
    return outlet


class Log:
    errors = 0

    def __init__(self):
        self.lines = []

    def error(self, text):
        self.lines.append(text)

    info = warn = debug = error


class Clock:
    def __init__(self):
        self.source = "ntp"
        self.s, self.milli = 1782900000, 250  # 2026-07-01T10:00:00.250
        self.up = 5000

    def up_ms(self):
        self.up += 1000
        return self.up

    ms = up_ms

    def utc_s(self):
        return self.s if self.source else None

    def utc_ms(self):
        return self.milli

    def set_utc(self, s, ms, source):
        if s < 1735689600:
            raise ValueError("utc: want a time after 2025-01-01")
        self.s, self.milli, self.source = s, ms, source


class Settings:
    """In RAM; .full makes every write fail as a full flash does."""

    resting = False

    def __init__(self):
        self.values = {r.key: r.default for r in table.rows() if r.kind in ("config", "option", "console")}
        self.notices = []
        self.changes = 0
        self.waiting = []
        self.full = False
        self.written = []

    def get(self, key):
        return self.values[key]

    peek = get

    def notice(self, text):
        self.notices.append(text)

    def set(self, key, value, who="", console=False):
        reason = table.wrong(table.row(key), value)
        if reason:
            raise ValueError("%s: failed: %s (%s)" % (key, reason, value))
        if self.full:
            raise OSError("%s: could not be saved, flash full or failing (28)" % key)
        self.values[key] = value
        self.changes += 1
        self.written.append(key)


class Wifi:
    """On a network. .wlan is the station, too."""

    lan = ap = None
    failures, seen, seen_ms = (), b"", None
    errors, state, connected, asked = 0, 0, True, False

    def __init__(self):
        self.wlan = self

    def isconnected(self):
        return self.connected

    def status(self, what=None):
        return -60 if what else 1010

    def config(self, name):
        return "home"

    def ifconfig(self):
        return "192.168.1.20", "255.255.255.0", "192.168.1.1", "192.168.1.1"


class Outlet:
    def __init__(self):
        self.number = 1
        self.box = None
        self.plugged = self.allowed = self.unread = False
        self.allowed_ms = self.decided_ms = 0
        self.ended_ms = None
        self.panel = Plain(pressed_ms=None, held_ms=None)
        self.car = 1
        self.trx = None
        self.offered_ma = 0
        self.acted = []
        self.reason = (0, "No car is plugged in.")
        self.parts, self.holds = {}, []
        self.transaction = self.id_tag = self.asking = self.ending = self.over = None
        self.connector = Plain(
            close=False, is_open=True, external_fault=False, ventilation=False, offers=False, permit=False, rests=False
        )
        self.faults = FaultSet()
        self.limits = Limits()
        self.limits.set("user", 16000)
        self.limits.set("installer", 32000)
        self.limits.set("board", 16000)
        self.session = Plain(wh=0, charging_ms=0, most_w=0, began_ms=None, closed_ms=None, opened_ms=None)
        self.meter = Plain(
            energy_wh=12345678,
            voltages_mv=[230000, 230000, 230000],
            currents_ma=[0, 0, 0],
            powers_w=[0, 0, 0],
            power_w=0,
            frequency_mhz=50000,
        )

    def why(self):
        return self.reason

    def mean_power_w(self):
        return 7000 if self.connector.close else 0

    def act(self, key, value):
        self.acted.append((key, value))


class Box:
    def __init__(self):
        self.board = Plain(NAME="test", LIMITS={"ma": 16000, "phases": 3}, CONTACTOR={"coil": 26})
        self.clock = Clock()
        self.settings = Settings()
        self.notices = self.settings.notices
        self.log = Log()
        self.outlet = Outlet()
        self.outlet.box, self.outlet.settings = self, self.settings
        self.outlets = [self.outlet]
        self.paths = [Plain(contactor=Plain(feedback=lambda: None))]
        self.cards = None
        self.reader_fault = False
        self.wifi = Wifi()
        self.ocpp = Plain(
            connects=0,
            started=False,
            connected=False,
            connected_at_ms=None,
            accepted=False,
            accepted_at_ms=None,
            last_error=None,
            last_error_at_ms=None,
        )
        self.tasks = Plain(crashes=0)
        self.http = Plain(refused=0, dropped=0)
        self.boots = 3
        self.serial = "012345"
        self.hostname = "pilotwire-012345"
        self.restarts = []
        self.commanded_ms = -3_600_000
        self.watching = False
        self.delayed_ms = 0
        self.tcl_ms = 0
        self.grid_ma = None
        self.update = None

    def commanded(self):
        self.commanded_ms = self.clock.up_ms()

    def restart(self, reason):
        self.restarts.append(reason)

    @classmethod
    def charging(cls):
        """A box whose car charges at 16 A on two phases and a bit."""
        box = cls()
        o = box.outlets[0]
        o.plugged = o.allowed = o.connector.close = True
        o.car, o.trx, o.offered_ma = 2, 0, 16000
        o.reason = (15, "Charging at 16 A.")
        o.session = Plain(wh=123, charging_ms=61000, most_w=11040, began_ms=2000, closed_ms=3000, opened_ms=None)
        m = o.meter
        m.energy_wh, m.frequency_mhz = 12345801, 50021
        m.voltages_mv, m.currents_ma = [230400, 230500, 229499], [15980, 16000, 50]
        m.powers_w, m.power_w = [3675, 3696, 0], 7371
        return box
