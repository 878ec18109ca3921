"""From a temperature to a current: the steps, the stop, what cannot be, silence."""

from box import Plain
from check import eq

from pilotwire.core import derating

STOP_C = 65
SECOND = 1000


class Box:
    """What derating remembers, with a clock: one reading each two seconds."""

    def __init__(self, full_ma=16000, now_ms=0):
        self.now_ms = now_ms
        self.heat = Plain()
        self.waits_ms = []
        derating.begin(self.heat, STOP_C, full_ma, now_ms)

    def at(self, c, times=1):
        """So many readings of c degrees (None: none) -> (limit, fault)."""
        for _ in range(times):
            self.now_ms = (self.now_ms + 2000) & 0x3FFFFFFF
            derating.feed(self.heat, None if c is None else round(c * 10), self.now_ms)
            self.waits_ms.append(self.heat.wait_ms)
        return self.heat.limit_ma, self.heat.fault

    def to(self, c):
        """Slowly there, as a box warms up."""
        now = self.heat.tenths_c // 10
        while now != c:
            now += 1 if c > now else -1
            self.at(now)
        return self.heat.limit_ma, self.heat.fault


def warm(c, **settings):
    box = Box(**settings)
    box.at(25)
    return box, box.to(c)


def test_a_cool_box_gives_what_the_board_carries():
    for c in (-20, 0, 25, 49, 50):
        eq(warm(c)[1], (16000, ""))


def test_a_warm_box_gives_less_in_whole_amperes_down_to_6_A():
    for c, ma in ((51, 15000), (52, 14000), (55, 11000), (59, 7000), (60, 6000), (61, 6000), (64, 6000)):
        eq(warm(c)[1], (ma, ""))
    for c, ma in ((51, 29000), (55, 19000), (60, 6000)):
        eq(warm(c, full_ma=32000)[1], (ma, ""))


def test_a_board_of_6_A_has_nothing_to_give_up():
    eq(warm(64, full_ma=6000)[1], (6000, ""))


def test_at_the_stop_it_stops_until_it_is_10_degrees_cooler():
    box, at_stop = warm(65)
    eq(at_stop, (6000, "overheat"))
    eq(box.to(80)[1], "overheat")
    eq(box.to(56)[1], "overheat")
    eq(box.at(55.1)[1], "overheat")
    eq(box.at(55), (9000, ""))
    eq(box.to(40), (16000, ""))


def test_the_current_rises_only_when_it_is_2_degrees_cooler():
    box, at = warm(56)
    eq(at, (10000, ""))
    eq(box.to(55), (10000, ""))
    eq(box.to(54), (10000, ""))
    eq(box.to(53), (11000, ""))
    eq(box.to(48), (16000, ""))
    eq(box.to(51), (15000, ""))


def test_noise_at_a_step_does_not_change_the_current():
    box, _ = warm(55)
    box.at(55.5)
    seen = set()
    for i in range(40):
        seen.add(box.at(55.5 if i % 2 else 54.6)[0])
    eq(len(seen), 1)


def test_nothing_is_offered_before_the_first_reading():
    box = Box()
    eq((box.heat.limit_ma, box.heat.fault), (0, ""))
    eq(box.at(None), (0, ""))
    eq(box.at(30), (16000, ""))


def test_a_sensor_that_never_spoke_is_a_fault_after_a_minute():
    box = Box()
    eq(box.at(None, 29), (0, ""))
    eq(box.at(None), (0, "sensor"))


def test_silence_is_borne_for_a_minute():
    box = Box()
    box.at(30)
    eq(box.at(None, 29), (16000, ""))
    eq(box.at(30), (16000, ""))
    eq(box.at(None, 29), (16000, ""))
    eq(box.at(None), (16000, "sensor"))
    eq(box.at(None, 1000)[1], "sensor")


def test_silence_of_weeks_stays_a_fault():
    box = Box(now_ms=0x3FFFF000)
    box.at(30)
    eq(box.at(None, 30)[1], "sensor")
    for _ in range(30):  # ticks wrap each 12 days
        box.now_ms = (box.now_ms + 3 * 24 * 3600 * SECOND) & 0x3FFFFFFF
        derating.feed(box.heat, None, box.now_ms)
        eq(box.heat.fault, "sensor")


def test_what_cannot_be_is_a_fault_at_once():
    for c in (-30.1, -127, 125.1, 200):
        box = Box()
        box.at(30)
        eq(box.at(c)[1], "sensor")
    for c in (-30.1, 125.1):
        eq(Box().at(c), (0, "sensor"))  # the first reading: no jump
    for c in (-30, 125):
        box = Box()
        eq(box.at(c)[1], "overheat" if c > 0 else "")


def test_a_jump_is_a_fault_at_once():
    for c in (50.1, 9.9):
        box = Box()
        box.at(30)
        eq(box.at(c)[1], "sensor")
    for c in (50, 10):
        box = Box()
        box.at(30)
        eq(box.at(c)[1], "")


def test_a_faulty_sensor_is_believed_again_after_five_good_readings():
    box = Box()
    box.at(30)
    box.at(-127)
    eq(box.at(30, 4)[1], "sensor")
    eq(box.at(30), (16000, ""))
    box.at(None, 30)
    eq(box.at(58, 4)[1], "sensor")
    eq(box.at(58), (8000, ""))


def test_one_that_wavers_is_not_believed():
    box = Box()
    for _ in range(50):
        box.at(30, 3)
        eq(box.at(-127)[1], "sensor")


def test_a_sensor_that_comes_back_hot_is_an_overheat():
    box = Box()
    box.at(30)
    box.at(-127)
    eq(box.at(70, 5)[1], "overheat")


def test_a_sensor_fault_does_not_let_an_overheated_box_go_on_sooner():
    box, _ = warm(66)
    box.at(None, 30)
    eq(box.heat.fault, "sensor")
    eq(box.at(60, 5)[1], "overheat")
    eq(box.to(54)[1], "")


def test_a_reading_is_due_in_10_s_and_sooner_while_nobody_knows():
    box = Box()
    box.at(None, 2)
    box.at(30, 2)
    box.at(64)
    eq(box.waits_ms, [2000, 2000, 10_000, 10_000, 2000])  # that was a jump
    box.at(64, 5)
    eq(box.waits_ms[-5:], [2000] * 4 + [10_000])
    box.at(66)
    eq((box.heat.fault, box.waits_ms[-1]), ("overheat", 10_000))
    box.at(None)
    eq(box.waits_ms[-1], 2000)


def calm(box):
    return box.heat.calm_from / 10, box.heat.calm_to / 10


NEVER = (0.1, 0)  # no reading is in between


def test_a_reading_of_a_cool_box_near_the_last_one_would_change_nothing():
    box = Box()
    eq(calm(box), NEVER)
    box.at(25)
    eq(calm(box), (15, 35))
    box.at(45)
    eq(calm(box), (35, 50))  # from 50 degrees on the current falls
    box.at(51)
    eq(calm(box), NEVER)
    box.at(-25)
    eq(calm(box), NEVER)  # that was a jump
    box.at(-25, 5)
    eq(calm(box), (-30, -15))
    box.at(None, 31)
    eq(calm(box), NEVER)


def test_between_the_two_nothing_changes_and_any_two_readings_are_no_jump():
    for c in range(-30, 60):
        for edge in (0, 1):
            box = Box()
            box.at(c)
            if calm(box) == NEVER:
                continue
            before = box.heat.limit_ma, box.heat.fault, box.heat.hot
            box.at(calm(box)[edge])
            box.at(c)
            eq((box.heat.limit_ma, box.heat.fault, box.heat.hot), before)
            eq(calm(box)[1] - calm(box)[0] <= 20, True)
