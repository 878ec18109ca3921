"""What three plain LEDs show: state, faults by number, network; on turns of 200 ms."""

from box import Plain, Settings
from check import eq

from pilotwire.core.fault_codes import BLINKS, CODES
from pilotwire.core.faults import FAULTS, FaultSet
from pilotwire.parts import leds

ON, OFF = [True], [False]
HALF = [True, True, True, False, False]  # of a second


class Scene:
    def __init__(self):
        self.now_ms = 1000
        self.settings = Settings()
        self.box = Plain(wifi=Plain(connected=True, ap=None), clock=Plain(ms=lambda: self.now_ms))
        self.outlet = Plain(
            car=1,
            plugged=False,
            denied=None,
            id_tag=None,
            trx=None,
            offered_ma=0,
            connector=Plain(letter="A"),
            faults=FaultSet(),
            settings=self.settings,
            box=self.box,
        )
        self.shown = None
        self.part = leds.make(self.outlet, self, None)

    def show(self, *lit):
        for on in lit:
            assert type(on) is bool, lit
        self.shown = lit

    def turns(self, count=60):
        """-> what charging, error and wifi showed, a list each."""
        seen = []
        for _ in range(count):
            self.part.step(self.now_ms)
            self.now_ms += 200
            seen.append(self.shown)
        return [list(each) for each in zip(*seen)]

    def is_car(self, car, letter="B", offered_ma=0):
        self.outlet.car, self.outlet.plugged = car, car != 1
        self.outlet.connector.letter, self.outlet.offered_ma = letter, offered_ma


def repeats(seen, pattern):
    """Is it this pattern over and over, wherever it begins?"""
    n = len(pattern)
    return any(all(on == pattern[(i + at) % n] for i, on in enumerate(seen)) for at in range(n))


def test_no_car_is_dark_but_for_the_network():
    charging, error, wifi = Scene().turns()
    eq((set(charging), set(error), set(wifi)), ({False}, {False}, {True}))


def test_a_car_blinks_and_one_that_charges_is_steady():
    s = Scene()
    for car, letter, offered_ma, pattern in (
        (3, "B", 0, HALF),
        (3, "B", 16000, HALF),
        (3, "C", 0, [True] * 9 + OFF),
        (3, "C", 16000, HALF),
        (2, "C", 16000, ON),
        (4, "B", 16000, HALF),
        (4, "C", 0, [True] * 9 + OFF),
        (1, "A", 0, OFF),
    ):
        s.is_car(car, letter, offered_ma)
        charging, error, _ = s.turns()
        assert repeats(charging, pattern), (car, letter, offered_ma, charging)
        eq(set(error), {False})


def test_an_accepted_card_blinks_before_the_car_is_there():
    s = Scene()
    s.outlet.id_tag = "AA"
    assert repeats(s.turns()[0], HALF)


def test_a_fault_flashes_its_number_and_nothing_charges():
    for name, *_ in FAULTS:
        s = Scene()
        s.is_car(2)
        s.turns(3)
        s.outlet.faults.set(name)
        s.outlet.car = 5
        charging, error, _ = s.turns(40)
        blinks = CODES[name][BLINKS]
        group = [True, False] * blinks + [False] * 9 if blinks else [True]
        eq((name, error), (name, (group * 40)[:40]))
        eq(set(charging), {False})
        s.outlet.faults = FaultSet()
        s.is_car(1)
        eq(set(s.turns()[1]), {False})


def test_a_refused_card_is_an_error_for_2_s():
    s = Scene()
    s.outlet.denied = ("unlisted_card", "AA", s.now_ms)
    eq(s.turns(12)[1], [True] * 10 + [False] * 2)


def test_the_network_blinks_while_it_is_not_there():
    s = Scene()
    s.box.wifi.connected = False
    assert repeats(s.turns()[2], HALF)
    s.box.wifi.ap = object()
    assert repeats(s.turns()[2], ON + OFF * 4)
    s.box.wifi.connected = True
    eq(set(s.turns()[2]), {True})


def test_brightness_0_is_dark():
    s = Scene()
    s.outlet.faults.set("weld")
    s.settings.set("lbr", 0)
    eq([set(each) for each in s.turns()], [{False}] * 3)
    s.settings.set("lbr", 1)
    assert True in s.turns()[1]


def test_lse_makes_it_dark_after_5_min_without_a_car():
    s = Scene()
    s.settings.set("lse", True)
    eq(set(s.turns(1499)[2]), {True})
    s.turns(2)
    eq([set(each) for each in s.turns()], [{False}] * 3)
    s.is_car(3)
    eq(set(s.turns(2000)[2]), {True})
