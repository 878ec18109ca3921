"""What a cable may carry: from the resistor to the limit of the outlet."""

from box import Plain
from check import eq
from point import Bench

from pilotwire import loader
from pilotwire.core import proximity as core
from pilotwire.core.proximity import rating_a
from pilotwire.parts import Part


def test_the_resistors_of_the_standard_within_their_tolerance():
    for ohm, amps in ((1500, 13), (680, 20), (220, 32), (100, 63)):
        for tolerance in (90, 97, 100, 103, 110):
            eq((ohm, rating_a(ohm * tolerance // 100, 50, 4500)), (ohm, amps))


def test_a_short_an_open_contact_and_nothing_are_no_cable():
    for ohm in (0, 1, 49, 4501, 15_000, 10**9, None):
        eq((ohm, rating_a(ohm, 50, 4500)), (ohm, 0))


def test_no_resistance_is_read_as_more_than_a_lower_one():
    ratings = [rating_a(ohm, 50, 4500) for ohm in range(50, 4501)]
    eq(ratings, sorted(ratings, reverse=True))
    eq((rating_a(149, 50, 4500), rating_a(150, 50, 4500)), (63, 32))
    eq((rating_a(330, 50, 4500), rating_a(1000, 50, 4500)), (20, 13))


def test_a_pull_up_that_is_known_by_the_thresholds_of_the_board_only():
    """synccharge's own firmware takes 13 A from 2500 mV on, 20 A from 1500, 32 A from 800 and 63 A from 400 of 3300 mV:
    its pull-up has 313 to 480 Ohm. Taken for 390 Ohm, whatever it is, resistors within 10 % are told apart."""
    for pull_up_ohm in (313, 330, 390, 470, 480):
        for resistor_ohm, amps in ((1500, 13), (680, 20), (220, 32), (100, 63)):
            for tolerance in (90, 100, 110):
                ohm = resistor_ohm * tolerance // 100
                mv = 3300 * ohm // (ohm + pull_up_ohm)
                eq((pull_up_ohm, ohm, rating_a(390 * mv // (3300 - mv), 50, 4500)), (pull_up_ohm, ohm, amps))


def a_cable():
    cable = Plain()
    core.gone(cable)
    return cable


def read(cable, *ohms):
    for ohm in ohms:
        core.read(cable, rating_a(ohm, 50, 4500))
    return cable.amps, cable.known


def test_three_readings_that_say_the_same_are_believed():
    cable = a_cable()
    eq(read(cable, 220, 224), (0, False))
    eq(read(cable, 680, 220, 218), (0, False))
    eq(read(cable, 222), (32, True))
    eq(read(cable, 0, 219, 0, None), (32, False))  # while it is not sure it says what it said


def test_a_cable_that_changes_in_a_plug_in_is_the_weaker_of_both():
    cable = a_cable()
    eq(read(cable, *[220] * 3), (32, True))
    eq(read(cable, *[680] * 3), (20, True))
    eq(read(cable, *[100] * 3), (20, True))
    eq(read(cable, *[0] * 3), (0, True))
    eq(read(cable, *[220] * 3), (20, True))
    core.gone(cable)
    eq(read(cable, *[220] * 3), (32, True))


class Driver:
    least_ohm, most_ohm = 50, 4500
    dead = False

    def __init__(self):
        self.value = None  # Ohm
        self.reads = 0
        self.looks = 0

    def ohm(self):
        self.reads += 1
        if self.dead:
            raise OSError("ADC")
        return self.value

    def poll(self):
        """With each turn of the outlet; once a second it looks."""
        self.looks += self.part.outlet.connector.close
        if self.looks == 5:
            self.looks = 0
            try:
                self.part.awake = self.part.awake or self.ohm() != self.part.ohm
            except OSError:
                self.part.awake = True


class Watched(Bench):
    """Whose safety path looks at the cable, too."""

    polls = ()

    def run(self, s):
        for _ in range(int(s * 5)):
            for poll in self.polls:
                poll()
            super().run(0.2)


def house():
    bench = Watched().accepted()
    bench.box.settings.values["ocppe"] = False
    bench.outlet.limits.set("board", 63000)
    bench.box.settings.values.update(amp=32, ama=32)
    driver = Driver()
    bench.outlet.parts["proximity"] = Part("proximity", bench.outlet, driver, bench)
    eq(bench.outlet.holds, ["cable"])
    return bench, driver, bench.outlet


def test_the_cable_limits_the_current():
    for ohm, offered_ma, owner in (
        (1500, 13000, "cable"),
        (680, 20000, "cable"),
        (220, 32000, None),
        (100, 32000, None),
    ):
        bench, driver, outlet = house()
        driver.value = ohm
        outlet.connector.plugged = True
        bench.run(0.4)
        eq((outlet.offered_ma, outlet.reason), (0, "cable"))
        bench.run(1)
        eq((ohm, outlet.offered_ma, outlet.reason), (ohm, offered_ma, ""))
        assert owner is None or outlet.limits.owner() == owner
        bench.unplug()
        eq((outlet.holds, "cable" in dict(outlet.limits.items())), ([], False))


def test_without_a_cable_that_can_be_read_nothing_is_offered():
    for ohm in (None, 0, 20, 10_000):
        bench, driver, outlet = house()
        driver.value = ohm
        bench.plug()
        bench.run(10)
        eq((ohm, outlet.offered_ma, outlet.reason, outlet.connector.close), (ohm, 0, "cable", False))
        bench.unplug()
        eq(outlet.holds, [])


def test_a_short_while_charging_withdraws_and_what_is_good_again_goes_on():
    bench, driver, outlet = house()
    driver.value = 680
    bench.plug()
    bench.run(2)
    eq((outlet.offered_ma, outlet.connector.close), (20000, True))
    driver.value = 3
    bench.run(2)
    eq((outlet.offered_ma, outlet.reason, outlet.connector.close), (0, "cable", False))
    driver.value = 220
    bench.run(2)
    eq((outlet.offered_ma, outlet.connector.close), (20000, True))


def test_an_ADC_that_fails_sees_no_cable():
    bench, driver, outlet = house()
    driver.value = 220
    bench.plug()
    bench.run(2)
    driver.dead = True
    bench.run(2)
    eq((outlet.offered_ma, outlet.reason), (0, "cable"))


def test_it_is_read_only_while_a_car_is_there_and_then_once_a_second():
    bench, driver, outlet = house()
    driver.value = 220
    bench.run(30)
    eq(driver.reads, 0)
    bench.plug()
    bench.run(2)
    before = driver.reads
    bench.run(60)
    assert 58 <= driver.reads - before <= 61, driver.reads - before


def test_the_code_goes_while_the_cable_stays_and_comes_back_when_it_does_not():
    for change, here in ((220, False), (3, True), (680, True), (None, True)):
        bench, driver, outlet = house()
        driver.value = 220
        bench.plug()
        bench.run(10)
        eq(outlet.connector.close, True)
        for name in ("parts.proximity", "core.proximity"):
            loader.release(name)
        bench.run(60)
        eq((loader.here("parts.proximity"), loader.here("core.proximity")), (False, False))
        driver.value = change
        bench.run(1.4)
        eq((change, loader.here("parts.proximity")), (change, here))
