"""The station's current between two cars: who has how much, and never more than there is, however slow they follow."""

from box import Plain
from check import eq

from pilotwire.core.duty import LEAST_MA, STEADY, duty_for
from pilotwire.core.station import Station, shares

TURN_MS = 200
DUTY_MS = 5000  # the connector changes a running car's duty no faster


class Car:
    """A car at an outlet, both as far as this matters: it follows a duty `slow_ms` late and draws all it may."""

    def __init__(self, slow_ms=5000):
        self.slow_ms = slow_ms
        self.plugged = self.asks = self.closed = False
        self.reason, self.faults, self.limits = "", Plain(any=False), self
        self.opening_ms = 0  # since the offer was withdrawn with the contactor closed
        self.duty, self.duty_ms = STEADY, 0
        self.heard = []  # (ms, mA): what it has heard and when
        self.ms = 0
        self.limit_ma = None

    @property
    def connector(self):
        return Plain(letter="C" if self.asks else "B", duty=self.duty, is_open=not self.closed)

    def set(self, owner, ma):
        """Its Limits."""
        eq(owner, "station")
        self.limit_ma = ma

    def offer(self):
        """The firmware's part: the duty of a running car is not changed faster than it can follow."""
        ma = self.limit_ma
        duty = duty_for(ma) if ma >= LEAST_MA and self.plugged else STEADY
        slow = self.closed and duty != STEADY and self.duty_ms < DUTY_MS
        if duty != self.duty and not slow:
            self.duty, self.duty_ms = duty, 0
            self.heard.append((self.ms, 0 if duty == STEADY else ma))

    def turn(self, ms):
        self.ms += ms
        self.duty_ms += ms
        offered = self.duty != STEADY
        self.opening_ms = self.opening_ms + ms if self.closed and not offered else 0
        if not (self.plugged and self.asks) or self.opening_ms >= 6000:
            self.closed = False  # the driver stops, or the offer is withdrawn and 6 s are over
        elif offered:
            self.closed = True

    def drawn_ma(self):
        """The most it may draw: the highest of what it has heard and not followed yet, and of what it follows."""
        if not self.closed:
            return 0
        old = [ma for at_ms, ma in self.heard if self.ms - at_ms >= self.slow_ms]
        new = [ma for at_ms, ma in self.heard if self.ms - at_ms < self.slow_ms]
        return max((old or [0])[-1:] + new)

    def unplug(self):
        self.plugged = self.asks = self.closed = False
        self.duty, self.duty_ms = STEADY, 0
        self.heard = []


class Play:
    def __init__(self, station_ma=16000, slow_ms=5000):
        self.station_ma = station_ma
        self.cars = [Car(slow_ms), Car(slow_ms)]
        self.most_ma = self.ms = 0
        settings = Plain(get=lambda key: self.station_ma if key == "mmc" else 64000)
        board = Plain(LIMITS={"ma": 63000, "phases": 3})
        clock = Plain(ms=lambda: 0)
        self.box = Plain(outlets=self.cars, settings=settings, board=board, clock=clock, grid_ma=None)
        self.station = Station(self.box)

    def turn(self):
        """A turn of the control loop: each outlet has the station's turn before its own."""
        self.ms += TURN_MS
        for car in self.cars:
            self.station.step(self.ms)
            car.offer()
            self.look()

    def run(self, s):
        """-> what they may offer in mA, of cars that are plugged in, so many seconds later."""
        for _ in range(s * 1000 // TURN_MS):
            for car in self.cars:
                car.turn(TURN_MS)
            self.look()
            self.turn()
        return [car.limit_ma if car.plugged else 0 for car in self.cars]

    def look(self):
        """At every instant: what the cars draw, and what they would if they closed now."""
        drawn_ma = sum(car.drawn_ma() for car in self.cars)
        self.most_ma = max(self.most_ma, drawn_ma)
        assert drawn_ma <= self.station_ma, drawn_ma

    def plug(self, n, asks=True):
        self.cars[n].plugged, self.cars[n].asks = True, asks


def test_who_is_alone_has_it_all_two_have_half_each():
    eq(shares(16000, [0], []), {0: 16000})
    eq(shares(16000, [1, 0], []), {0: 8000, 1: 8000})
    eq(shares(63001, [0, 1], []), {0: 31500, 1: 31500})
    eq(shares(16000, [], []), {})


def test_a_car_that_does_not_ask_keeps_the_least_and_the_other_has_the_rest():
    eq(shares(16000, [0, 1], [0]), {0: LEAST_MA, 1: 10000})
    eq(shares(16000, [0, 1], [0, 1]), {0: 8000, 1: 8000})
    eq(shares(16000, [0], [0]), {0: 16000})


def test_half_is_below_6_A_who_came_second_waits():
    eq(shares(11999, [0, 1], []), {0: 11999, 1: 0})
    eq(shares(11999, [1, 0], []), {1: 11999, 0: 0})
    eq(shares(12000, [1, 0], []), {1: 6000, 0: 6000})
    eq(shares(11999, [0, 1], [0]), {1: 11999, 0: 0})  # a car that asks before one that does not
    eq(shares(5000, [0], []), {0: 5000})  # no duty for it: the limit says so


def test_the_second_car_halves_it_and_gets_its_half_when_the_first_one_has_followed():
    play = Play()
    play.plug(0)
    eq(play.run(20), [16000, 0])
    play.plug(1)
    eq(play.run(5), [8000, 0])
    eq(play.run(2), [8000, 8000])
    eq(play.run(60), [8000, 8000])
    eq(play.most_ma, 16000)


def test_one_leaves_and_the_other_has_all_at_once():
    play = Play()
    play.plug(0)
    play.plug(1)
    eq(play.run(60), [8000, 8000])
    play.cars[0].unplug()
    eq(play.run(1), [0, 16000])


def test_a_car_that_is_full_keeps_6_A_and_has_half_when_it_asks_again():
    play = Play()
    play.plug(0)
    play.plug(1)
    play.run(30)
    play.cars[0].asks = False
    eq(play.run(50), [8000, 8000])
    eq(play.run(20), [6000, 10000])
    play.cars[0].asks = True
    eq(play.run(4), [6000, 8000])
    eq(play.run(4), [8000, 8000])


def test_the_second_of_a_weak_station_waits_until_the_first_is_full_or_gone():
    play = Play(station_ma=10000)
    play.plug(1)
    play.run(10)
    play.plug(0)
    eq(play.run(100), [0, 10000])
    play.cars[1].asks = False
    eq(play.run(80), [10000, 0])
    play.cars[0].unplug()
    eq(play.run(1), [0, 10000])


def test_a_contactor_that_does_not_open_keeps_its_share():
    play = Play()
    play.plug(0)
    play.run(20)
    stuck = play.cars[0]
    stuck.turn = lambda ms: None
    stuck.faults.any = True
    play.plug(1)
    stuck.duty = STEADY
    stuck.offer = lambda: None
    eq(play.run(100), [0, 0])
    stuck.closed = False
    eq(play.run(1), [0, 16000])


def test_a_lower_limit_of_the_station_is_in_force_at_once():
    play = Play()
    play.plug(0)
    play.plug(1)
    eq(play.run(20), [8000, 8000])
    play.station_ma = 12000
    play.station.step(play.ms)
    eq([car.limit_ma for car in play.cars], [6000, 6000])
    play.station_ma = 11000
    play.station.step(play.ms)
    eq([car.limit_ma for car in play.cars], [6000, 0])


def test_what_the_grid_operator_leaves_is_shared_and_who_came_second_may_have_to_wait():
    play = Play()
    play.plug(0)
    play.plug(1)
    eq(play.run(20), [8000, 8000])
    play.box.grid_ma = 13000
    play.station.step(play.ms)
    eq([car.limit_ma for car in play.cars], [6500, 6500])
    play.box.grid_ma = 6086
    eq(play.run(20), [6086, 0])
    play.cars[0].unplug()
    eq(play.run(20), [0, 6086])
    play.box.grid_ma = 0
    eq(play.run(20), [0, 0])
    play.box.grid_ma = None
    eq(play.run(20), [0, 16000])


def test_never_above_the_station_whatever_comes():
    seed = 1
    for station_ma in (10000, 13000, 16000, 21333, 63000):
        for slow_ms in (0, 200, 2600, 5000):
            play = Play(station_ma, slow_ms)
            for _ in range(150):
                seed = (seed * 75 + 74) % 65537
                car = play.cars[seed % 2]
                what = seed // 2 % 5
                if not car.plugged:
                    play.plug(seed % 2, what > 0)
                elif what == 0:
                    car.unplug()
                else:
                    car.asks = what > 1
                play.run(1 + seed // 16 % 12 * (9 if seed % 7 == 0 else 1))
