"""What the meter sees of mains and car: each limit from both sides, each time to the 100 ms, and what is no news.

Limits: facts evse-hardware 2.1. Readings come each 100 ms here, so that times can be told; a meter is read each second.
"""

from box import Box, Plain
from check import eq, raises

from pilotwire import supply
from pilotwire.core import duty, ticks
from pilotwire.core import supply as core
from pilotwire.outlet import Outlet

OVER, UNDER, LOSS, CURRENT = ("overvoltage", "undervoltage", "phase_loss", "overcurrent")
UNEVEN = "uneven"
EVERY_MS = 100
NONE = (0, 0, 0)


class Mains:
    """An outlet on 230 V; .volts and .amps are what the meter tells next."""

    def __init__(self, phases=3, volts=230, now_ms=0):
        self.now_ms = now_ms
        self.known = Plain()
        core.begin(self.known, phases, volts)
        self.phases = phases
        self.volts = [volts * (i < phases) for i in range(3)]
        self.amps = NONE
        self.duty, self.closed, self.plugged = duty.STEADY, False, False
        self.again = True
        self.read()

    def read(self, after_ms=EVERY_MS):
        self.now_ms = ticks.add(self.now_ms, after_ms)
        core.follow(self.known, self.now_ms, self.duty, self.closed, self.plugged, self.phases)
        mv, ma = [round(v * 1000) for v in self.volts], [round(a * 1000) for a in self.amps]
        self.again = core.feed(self.known, self.now_ms, mv, ma)
        return self

    @property
    def found(self):
        names = core.FAULTS + (UNEVEN,)
        return [name for i, name in enumerate(names) if self.known.held[i]]

    def until(self, found, most_s=100):
        """-> s of readings until these are found, from the first one on; None: they never are."""
        self.read()
        for n in range(most_s * 10):
            if self.found == list(found):
                return n / 10
            self.read()
        return None

    def play(self, s):
        for _ in range(round(s * 10)):
            self.read()
        return self.found

    def offer(self, amps):
        self.duty = duty.duty_for(round(amps * 1000))
        return self

    def charge(self, amps=16, *drawn):
        """It has been charging for a while."""
        self.offer(amps)
        self.closed = self.plugged = True
        self.amps = drawn or (amps,) * 3
        self.play(20)
        return self


def at(*volts):
    """-> the mains with these voltages after a good reading."""
    m = Mains()
    m.volts = volts
    return m


def test_good_mains_and_a_car_that_takes_what_it_is_offered_are_no_faults():
    for volts in (184, 207, 230, 253, 264):
        m = at(volts, volts, volts)
        eq(m.until([], 1), 0.0)
        eq(m.play(120), [])
        eq(m.charge().play(120), [])


# Over-voltage: above 264 V for 1 s


def test_more_than_264_V_on_any_phase_for_a_second_is_an_overvoltage():
    for volts in ((264.1, 230, 230), (230, 264.1, 230), (230, 230, 264.1), (400, 400, 400)):
        eq(at(*volts).until([OVER]), 1.0)
    eq(at(264, 264, 264).until([OVER]), None)


def test_a_spike_of_less_than_a_second_is_none():
    m = at(270, 230, 230)
    for _ in range(10):
        eq(m.play(1.0), [])  # the eleventh reading would be a second after the first
        m.volts = (230, 230, 230)
        eq(m.play(0.1), [])
        m.volts = (270, 230, 230)


def test_an_overvoltage_goes_when_253_V_were_not_passed_for_a_minute():
    m = at(270, 230, 230)
    m.play(2)
    m.volts = (253.1, 230, 230)
    eq(m.play(120), [OVER])
    m.volts = (253, 230, 230)
    eq(m.until([]), 60.0)


def test_the_minute_begins_anew_when_it_is_too_high_once_more():
    m = at(270, 230, 230)
    m.play(2)
    m.volts = (230, 230, 230)
    eq(m.play(60), [OVER])
    m.volts = (254, 230, 230)
    m.read()
    m.volts = (230, 230, 230)
    eq(m.until([]), 60.0)


# Under-voltage: below 0.80 pu for 3 s


def test_less_than_184_V_on_any_phase_for_3_s_is_an_undervoltage():
    for volts in ((183.9, 230, 230), (230, 183.9, 230), (230, 230, 183.9), (100, 100, 100), (50, 50, 50)):
        eq(at(*volts).until([UNDER]), 3.0)
    eq(at(184, 184, 184).until([UNDER]), None)


def test_a_dip_of_less_than_3_s_is_none():
    m = at(150, 150, 150)
    for _ in range(5):
        eq(m.play(3.0), [])
        m.volts = (230, 230, 230)
        eq(m.play(0.1), [])
        m.volts = (150, 150, 150)


def test_an_undervoltage_goes_when_all_phases_had_195_5_V_for_a_minute():
    m = at(180, 180, 180)
    m.play(4)
    m.volts = (230, 230, 195.4)
    eq(m.play(120), [UNDER])
    m.volts = (195.5, 195.5, 195.5)
    eq(m.until([]), 60.0)


# Phase loss: one that was live is below 100 V


def test_a_phase_that_goes_is_a_phase_loss_after_3_s():
    for volts in ((0, 230, 230), (230, 0, 230), (230, 230, 99.9), (0, 0, 230)):
        eq(at(*volts).until([LOSS]), 3.0)
    eq(at(230, 230, 100).until([UNDER]), 3.0)  # that is there, but low


def test_a_phase_that_comes_back_is_believed_after_a_minute_at_195_5_V():
    m = at(230, 0, 230)
    m.play(4)
    m.volts = (230, 195.4, 230)
    eq(m.play(120), [LOSS])
    m.volts = (230, 195.5, 230)
    eq(m.until([]), 60.0)


def test_a_phase_that_was_never_there_cannot_be_lost_nor_low():
    for ghost in (0, 40, 99.9):
        m = Mains(phases=1)  # one wire only so far
        m.phases = 3
        m.volts = (230, ghost, ghost)
        eq(m.play(120), [])


def test_one_that_appears_later_can_be():
    m = Mains(phases=1)
    m.phases = 3
    m.play(5)
    m.volts = (230, 100, 230)
    m.read()
    m.volts = (230, 99.9, 230)
    eq(m.until([UNDER, LOSS]), 3.0)  # it was low once more


def test_a_board_with_one_phase_has_none_to_lose_but_it_may_be_low_or_high():
    for volts, want in ((264.1, [OVER]), (183.9, [UNDER]), (60, [UNDER]), (230, [])):
        m = Mains(phases=1)
        m.volts = (volts, 0, 0)
        eq(m.play(5), want)


def test_with_one_phase_switched_through_the_others_do_not_count():
    m = Mains()
    m.phases = 1
    for others in ((0, 0), (300, 300), (150, 150)):
        m.volts = (230,) + others
        eq(m.play(5), [])
    m.volts = (0, 230, 230)
    eq(m.play(5), [LOSS])


def test_a_phase_that_flickers_round_100_V_is_low():
    m = at(230, 90, 230)
    for n in range(40):
        m.volts = (230, 110 if n % 2 else 90, 230)
        m.read()
    eq(m.found, [UNDER])


# Nothing at all


def test_no_voltage_at_all_says_nothing():
    m = at(0, 0, 0)
    eq(m.play(120), [])
    eq(m.again, False)


def test_a_fault_outlives_a_time_without_voltages_and_its_minute_begins_after_it():
    for volts, name in (((270, 230, 230), OVER), ((180, 230, 230), UNDER), ((0, 230, 230), LOSS)):
        m = at(*volts)
        m.play(4)
        m.volts = (230, 230, 230)
        m.play(50)
        m.volts = (0, 0, 0)
        eq(m.play(100), [name])
        m.volts = (230, 230, 230)
        eq(m.until([]), 60.0)


def test_a_silence_of_the_meter_proves_at_most_3_s():
    m = at(270, 230, 230)
    eq(m.read().found, [])
    eq(m.read(100_000).found, [OVER])
    m.volts = (230, 230, 230)
    m.read()
    for _ in range(19):
        eq(m.read(100_000).found, [OVER])
    eq(m.read(3000).found, [])


def test_ticks_wrap_and_nobody_notices():
    m = Mains(now_ms=0x3FFFFFFF - 2500)
    m.volts = (230, 150, 230)
    eq(m.until([UNDER]), 3.0)
    m = Mains(now_ms=0x3FFFFFFF - 25_000).charge(16)
    m.amps = (20, 16, 16)
    eq(m.until([CURRENT]), 7.0)


def test_limits_are_those_of_the_boards_mains():
    for volts, low, high in ((230, 184, 264), (240, 192, 275.4), (120, 96, 137.7)):
        m = Mains(volts=volts)
        for v, want in ((high, []), (high + 0.2, [OVER])):
            m.volts = (v,) * 3
            eq(m.play(2), want)
        m = Mains(volts=volts)
        for v, want in ((low, []), (low - 0.2, [UNDER])):
            m.volts = (v,) * 3
            eq(m.play(4), want)


# Over-current: 10 % and 0.5 A above the offer for 7 s


def test_more_than_a_tenth_and_half_an_ampere_above_the_offer_for_7_s_is_an_overcurrent():
    for offered, most in ((16, 18.1), (6, 7.1), (32, 35.7), (10, 11.5)):
        for phase in range(3):
            m = Mains().charge(offered)
            m.amps = [most if i == phase else offered for i in range(3)]
            eq(m.play(60), [])
            m.amps = [most + 0.01 if i == phase else offered for i in range(3)]
            eq(m.until([CURRENT]), 7.0)


def test_the_offer_is_what_the_duty_says():
    for ma in (6000, 7300, 16000, 31999, 51000, 60000, 63000, 80000):
        off_ma = ma - core.current_for(duty.duty_for(ma))
        eq((ma, -1 <= off_ma <= 3), (ma, True))
    eq(core.current_for(duty.STEADY), 0)
    eq(core.current_for(duty.OFF), 0)


def test_a_peak_of_less_than_7_s_is_none():
    m = Mains().charge(16)
    for _ in range(5):
        m.amps = (25, 16, 16)
        eq(m.play(7.0), [])
        m.amps = (18, 16, 16)
        eq(m.play(0.1), [])


def test_a_meter_that_is_wired_the_wrong_way_round_sees_it_too():
    m = Mains().charge(16)
    m.amps = (-20, -16, -16)
    eq(m.until([CURRENT]), 7.0)


def test_a_lower_offer_counts_when_the_car_had_its_5_s():
    m = Mains().charge(16)
    m.offer(10)
    eq(m.until([CURRENT]), 12.0)  # it goes on with 16 A: 5 s are its own, then 7 s
    m = Mains().charge(16)
    m.offer(10)
    m.play(4.9)
    m.amps = (10, 10, 10)
    eq(m.play(60), [])


def test_with_what_it_was_never_offered_it_has_no_5_s_but_they_are_not_cut_short():
    m = Mains().charge(16)
    m.amps = (20, 20, 20)
    m.offer(10)
    eq(m.until([CURRENT]), 7.0)  # more than the old offer, too
    for before_s in (1, 3, 6, 6.9):
        m = Mains().charge(16)
        m.amps = (20, 20, 20)
        m.play(before_s)
        m.offer(10)
        eq(m.until([CURRENT]), max(5.0, 7 - before_s))


def test_never_within_5_s_of_a_change_of_the_offer():
    for new in (6, 10, 15, 17):
        m = Mains().charge(16)
        m.amps = (40, 40, 40)
        m.play(6.9)
        for n in range(10):
            m.offer(new + n)
            eq(m.play(5.0), [])
        eq(m.until([CURRENT]), 0.0)


def test_a_higher_offer_counts_at_once():
    m = Mains().charge(10)
    m.amps = (16, 16, 16)
    m.play(5)
    m.offer(16)
    eq(m.play(60), [])


def test_after_closing_the_car_has_at_least_7_s():
    m = Mains().offer(16)
    m.closed, m.amps = True, (25, 25, 25)
    eq(m.until([CURRENT]), 7.0)


def test_what_flows_through_an_open_contactor_is_no_overcurrent():
    m = Mains().offer(16)
    m.amps = (25, 25, 25)
    eq(m.play(60), [])


def test_a_car_that_goes_on_when_the_offer_is_withdrawn_is_somebody_elses():
    """The contactor opens after 6 s (core/connector.py)."""
    m = Mains().charge(16)
    m.duty = duty.STEADY
    eq(m.play(6), [])
    m.closed = False
    eq(m.play(60), [])


def test_the_cause_is_gone_when_the_contactor_is_open():
    m = Mains().charge(16)
    m.amps = (25, 16, 16)
    eq(m.play(10), [CURRENT])
    m.amps = (16, 16, 16)
    eq(m.play(100), [CURRENT])
    m.closed = False
    eq(m.read().found, [])


# Several at a time


def test_two_faults_come_and_go_each_in_its_own_time():
    m = at(270, 180, 230)
    eq(m.until([OVER]), 1.0)
    eq(m.until([OVER, UNDER]), 1.9)
    m.volts = (230, 180, 230)
    eq(m.until([UNDER]), 60.0)
    m.volts = (230, 230, 230)
    eq(m.until([]), 60.0)


def test_pairs_of_faults():
    high, low, lost, right = 270, 180, 0, 230
    wrong = {OVER: high, UNDER: low, LOSS: lost}
    for one in wrong:
        for other in wrong:
            if one != other:
                m = at(wrong[one], wrong[other], right)
                m.play(4)
                eq(m.found, [name for name in core.FAULTS if name in (one, other)])
    for name in wrong:
        m = Mains().charge(16)
        m.volts, m.amps = (wrong[name], right, right), (16, 16, 25)
        m.play(8)
        eq(m.found, [name, CURRENT])
        m.closed = False
        eq(m.read().found, [name])


def test_a_lost_phase_that_comes_back_low_is_both():
    m = at(230, 0, 230)
    m.play(4)
    m.volts = (230, 150, 230)
    eq(m.until([UNDER, LOSS]), 3.0)
    m.volts = (230, 230, 230)
    eq(m.until([]), 60.0)


# A car on one or two phases


def test_a_car_on_one_or_two_phases_is_known_after_5_s():
    for amps in ((16, 0, 0), (0, 16, 0), (16, 16, 0), (1.01, 0.49, 16), (6, 0, 6)):
        m = Mains().offer(16)
        m.closed = m.plugged = True
        m.amps = amps
        eq(m.until([UNEVEN]), 5.0)


def test_who_draws_a_little_is_neither_on_a_phase_nor_off_it():
    for amps in ((1, 0, 0), (16, 0.5, 16), (16, 1, 1), (0, 0, 0), (16, 16, 16), (1.01, 1.01, 1.01)):
        m = Mains().charge(16, *amps)
        eq(m.play(60), [])


def test_phases_that_begin_one_after_the_other_within_5_s_are_three():
    m = Mains().offer(16)
    m.closed = m.plugged = True
    m.amps = (6, 0, 0)
    eq(m.play(2.5), [])
    m.amps = (6, 6, 0)
    eq(m.play(2.5), [])
    m.amps = (6, 6, 6)
    eq(m.play(60), [])


def test_it_stays_so_until_three_phases_draw_or_the_car_has_gone():
    m = Mains().charge(16, 16, 0, 0)
    eq(m.found, [UNEVEN])
    for amps in (NONE, (16, 0.6, 0.6), (16, 16, 1), (16, 0, 0)):
        m.amps = amps
        eq(m.play(30), [UNEVEN])
    m.closed = False
    eq(m.play(30), [UNEVEN])
    m.closed, m.amps = True, (1.01, 1.01, 1.01)
    eq(m.read().found, [])
    m.amps = (16, 0, 0)
    eq(m.until([UNEVEN]), 5.0)
    m.plugged = m.closed = False
    eq(m.read().found, [])


def test_it_is_asked_anew_when_phases_are_switched():
    m = Mains().charge(16, 16, 0, 0)
    m.phases = 1
    eq(m.play(10), [])  # known without asking: supply.py
    m.phases = 3
    eq(m.until([UNEVEN]), 5.0)


# What is news


def outside(m, volts=None, amps=None):
    """Would such a reading be news?"""
    mv = [round(v * 1000) for v in volts or m.volts]
    ma = [round(a * 1000) for a in amps or m.amps]
    return any(
        [not (low <= v <= high and least <= a <= most) for (low, high, least, most), v, a in zip(m.known.each, mv, ma)]
    )


def test_a_quiet_charge_is_no_news():
    m = Mains().charge(16)
    eq(m.again, False)
    for volts in (184, 230, 264):
        for amps in (1.1, 6, 16, 18.1):
            eq(outside(m, (volts,) * 3, (amps,) * 3), False)


def test_what_could_become_a_fault_or_a_limit_is_news():
    m = Mains().charge(16)
    for volts in ((264.1, 230, 230), (230, 183.9, 230), (230, 230, 0)):
        eq(outside(m, volts), True)
    for amps in ((18.11, 16, 16), (16, 16, 1), (16, 0, 16)):
        eq(outside(m, None, amps), True)
    m = Mains().charge(16, 16, 0, 0)
    eq([outside(m, None, amps) for amps in ((16, 0.4, 0.4), (16, 0.5, 0), (16, 16, 16))], [False, True, True])
    m = Mains()
    eq([outside(m, None, amps) for amps in ((0, 0, 0), (30, 0, 0))], [False, False])  # the contactor is open


def test_whatever_leads_to_a_fault_is_news_all_the_way():
    """Readings that are no news are left out: nothing else comes of it."""
    numbers = 7
    for start in range(40):
        all_of_it, news_only = Mains().charge(16), Mains().charge(16)
        numbers += start
        for _ in range(200):
            numbers = (numbers * 1103 + 12345) % 65536
            volts = [(0, 150, 190, 230, 230, 230, 255, 270)[numbers >> 3 * i & 7] for i in range(3)]
            amps = [(0, 0.7, 16, 16, 16, 16, 18, 20)[numbers >> 2 * i & 7] for i in range(3)]
            for m in (all_of_it, news_only):
                m.volts, m.amps = volts, amps
            steady = 1 + numbers % 40
            for _ in range(steady):
                all_of_it.read()
                if news_only.again or outside(news_only):
                    news_only.read()
                else:
                    news_only.now_ms = ticks.add(news_only.now_ms, EVERY_MS)
            eq(news_only.found, all_of_it.found)


def test_a_phase_that_comes_is_news():
    m = Mains(phases=1)
    m.phases = 3
    m.read()
    eq(outside(m, (230, 99.9, 0)), False)
    eq(outside(m, (230, 100, 0)), True)


def test_no_voltage_at_all_is_no_news_until_there_is_one():
    m = at(0, 0, 0)
    m.read()
    eq([m.again, outside(m), outside(m, (0, 230, 0))], [False, False, True])


def test_while_something_is_going_on_each_reading_counts():
    m = at(270, 230, 230)
    eq(m.read().again, True)
    m.play(2)
    m.volts = (255, 230, 230)  # no fault, but not right again either
    eq(m.read().again, True)
    m.volts = (230, 230, 230)
    m.play(59)
    eq(m.again, True)
    m.play(2)
    eq(m.again, False)
    m = Mains().charge(16)
    m.offer(10)
    m.play(5)
    eq([m.again, m.read().again], [True, True])  # 16 A of 10 A
    m.amps = (10, 10, 10)
    eq(m.read().again, False)


# The outlet


class Bench:
    """An Outlet with a meter that tells what it is told to."""

    def __init__(self, phases=3, **settings):
        self.box = Box()
        self.box.clock.ms = lambda: self.meter.at_ms
        self.box.settings.values.update(settings)
        self.meter = self.box.outlets[0].meter
        self.meter.at_ms = 0
        own = self.box.outlets[0]
        connector = Plain(
            changed_ms=0, duty=duty.STEADY, close=False, plugged=False, faults=own.faults, offer_ma=0, permit=False
        )
        self.outlet = Outlet(1, self.box, connector, own.limits, self.meter)
        self.turns = 0
        supply.begin(self.outlet, {"ma": 16000, "phases": phases})
        self.take, supply.take = supply.take, self._take

    def _take(self, outlet):
        self.turns += 1
        self.take(outlet)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        supply.take = self.take

    def play(self, s, volts=(230, 230, 230), amps=NONE):
        """-> how many readings were looked at, one a second."""
        before = self.turns
        self.meter.voltages_mv = [v * 1000 for v in volts]
        self.meter.currents_ma = [a * 1000 for a in amps]
        for _ in range(s):
            self.meter.at_ms += 1000
            self.outlet.metered()
        return self.turns - before

    def charge(self, ma=16000):
        connector = self.outlet.connector
        connector.plugged = self.outlet.plugged = connector.close = True
        connector.duty = duty.duty_for(ma)
        connector.changed_ms += 1

    def open(self):
        connector = self.outlet.connector
        connector.close, connector.duty = False, duty.STEADY
        connector.changed_ms += 1

    def leave(self):
        self.open()
        self.outlet.connector.plugged = self.outlet.plugged = False
        self.outlet.faults.unplugged()

    @property
    def limit(self):
        return dict(self.outlet.limits.items()).get("imbalance")


def test_a_quiet_charge_does_not_bring_the_code_in():
    with Bench() as b:
        eq(b.play(3) > 0, True)
        eq(b.play(1000), 0)
        b.charge()
        eq(b.play(30, amps=(16, 16, 16)) > 0, True)
        eq(b.play(1000, amps=(16, 16, 16)), 0)
        b.outlet.connector.duty = duty.duty_for(10000)
        eq(b.play(100, amps=(10, 10, 10)) in range(1, 8), True)


def test_the_faults_are_the_outlets_and_the_current_waits_for_the_plug():
    with Bench() as b:
        b.play(3)
        b.play(3, (270, 230, 230))
        eq(b.outlet.faults.names(), [OVER])
        eq(b.box.log.lines[-1], "outlet 1: overvoltage: [270000, 230000, 230000] mV, [0, 0, 0] mA")
        b.play(61)
        eq(b.outlet.faults.names(), [])
        b.charge()
        b.play(10, amps=(25, 16, 16))
        eq(b.outlet.faults.names(), [CURRENT])
        b.open()
        b.play(100)
        eq(b.outlet.faults.names(), [CURRENT])
        b.leave()
        eq(b.outlet.faults.names(), [])


def test_pil_is_the_limit_of_a_car_on_one_or_two_phases():
    with Bench(pil=20) as b:
        b.charge()
        b.play(30, amps=(16, 16, 16))
        eq(b.limit, None)
        b.play(10, amps=(16, 16, 0))
        eq(b.limit, 20000)
        b.box.settings.set("pil", 10)
        b.play(1, amps=(16, 16, 0))
        eq(b.limit, 10000)
        b.box.settings.set("pil", 0)
        b.play(1, amps=(16, 16, 0))
        eq(b.limit, None)
        b.box.settings.set("pil", 10)
        b.play(1, amps=(16, 16, 0))
        eq(b.limit, 10000)
        b.leave()
        b.play(1)
        eq(b.limit, None)


def test_on_one_phase_it_counts_from_the_plug_on():
    with Bench(phases=1, pil=10) as b:
        b.play(5)
        eq(b.limit, None)
        b.outlet.plugged = True
        b.play(1)
        eq(b.limit, 10000)
        b.outlet.plugged = False
        b.play(1)
        eq(b.limit, None)


def test_it_counts_while_one_phase_is_switched_through():
    with Bench(pil=10) as b:
        relay = b.outlet.parts["phases"] = Plain(three=True)
        b.charge()
        b.play(30, amps=(16, 16, 16))
        eq(b.limit, None)
        relay.three = False
        b.open()
        b.play(1)
        b.charge()
        b.play(1, amps=(16, 0, 0))
        eq(b.limit, 10000)
        relay.three = True
        b.open()
        b.play(1)
        eq(b.limit, None)


def test_short_of_memory_the_next_reading_is_news_again():
    with Bench() as b:
        b.play(5)
        eq(b.play(5), 0)
        feed, core.feed = core.feed, no_memory
        try:
            raises(MemoryError, b.play, 1, (270, 230, 230))
        finally:
            core.feed = feed
        eq(b.play(1), 1)


def no_memory(*_):
    raise MemoryError
