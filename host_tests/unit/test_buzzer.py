"""What a buzzer sounds for, and how it plays: the ear alone, and the part on the simulated chip's clock."""

# Runs on the simulated chip.

import asyncio
import time

from box import Log, Outlet, Plain, Settings
from check import eq

from pilotwire import loader
from pilotwire.core import buzzer as core
from pilotwire.core.buzzer import TUNES
from pilotwire.parts import buzzer
from pilotwire.tasks import Supervisor


def outlet():
    made = Outlet()
    made.denied = None
    return made


class Scene:
    """Two outlets and a reader; time passes by turns of 200 ms."""

    def __init__(self):
        self.now_ms = 1000
        self.outlets = [outlet(), outlet()]
        self.first = self.outlets[0]
        self.cards = Plain(last_at_ms=None)
        self.ear = Plain()
        core.begin(self.ear)
        self.turn()

    def turn(self, ms=200):
        self.now_ms += ms
        seen = [buzzer._look(outlet) for outlet in self.outlets]
        at_ms = self.cards.last_at_ms if self.cards else None
        return core.listen(self.ear, seen, at_ms, self.now_ms)

    def turns(self, count):
        """-> what sounded in so many turns."""
        return [tune for tune in (self.turn() for _ in range(count)) if tune]

    def tap(self):
        self.cards.last_at_ms = self.now_ms


def test_nothing_sounds_while_nothing_happens():
    eq(Scene().turns(1000), [])


def test_a_card_without_ocpp_is_accepted_or_refused_at_once_and_that_alone_sounds():
    s = Scene()
    s.tap()
    s.first.trx = 3
    eq(s.turns(5), ["accepted"])
    s.tap()
    s.first.denied = ("other_card", "AA", s.now_ms)
    eq(s.turns(5), ["refused"])
    s.tap()
    s.first.denied = ("other_card", "AA", s.now_ms)
    eq(s.turns(5), ["refused"])
    s.tap()
    s.first.denied = s.first.trx = None
    eq(s.turns(5), ["accepted"])  # it ends what it began


def test_a_card_with_ocpp_is_read_first_and_answered_later():
    s = Scene()
    s.tap()
    s.first.asking = ("AA", "tap", s.now_ms)
    eq(s.turns(20), ["read"])
    s.first.id_tag = "AA"
    eq(s.turns(20), ["accepted"])
    s.first.id_tag, s.first.transaction, s.first.trx = None, Plain(id_tag="AA"), 0
    eq(s.turns(20), [])
    s.tap()
    s.first.ending = ("Local", "AA", s.now_ms)
    eq(s.turns(20), ["accepted"])
    s.first.ending = s.first.transaction = s.first.trx = None
    eq(s.turns(20), [])
    s.tap()
    eq(s.turns(20), ["read"])
    s.first.denied = ("blocked_card", "AA", s.now_ms)
    eq(s.turns(20), ["refused"])


def test_the_second_outlet_counts_too():
    s = Scene()
    s.tap()
    s.outlets[1].trx = 1
    eq(s.turns(5), ["accepted"])


def test_what_no_card_has_done_makes_no_sound():
    s = Scene()
    s.first.trx = 0  # somebody in the app, or anyone may charge
    s.first.denied = ("refused_card", "AA", 0)
    eq(s.turns(5), [])
    s.first.trx = None
    eq(s.turns(5), [])


def test_a_card_that_nobody_answers_is_forgotten_after_a_minute():
    s = Scene()
    s.tap()
    eq(s.turns(302), ["read"])
    s.first.id_tag = "AFAR"
    eq(s.turns(5), [])


def test_a_fault_sounds_when_it_comes_and_not_again_within_a_minute():
    s = Scene()
    s.first.faults.set("rcd")
    eq(s.turns(50), ["fault"])
    s.first.faults.set("meter")
    eq(s.turns(50), [])
    for _ in range(10):
        s.outlets[1].faults.set("meter")
        eq(s.turns(2), [])
        s.outlets[1].faults.clear("meter")
        eq(s.turns(2), [])
    s.turns(300)
    s.outlets[1].faults.set("meter")
    eq(s.turns(5), ["fault"])


def test_a_fault_from_before_the_start_is_no_news():
    s = Scene()
    core.begin(s.ear)
    s.first.faults.set("weld")
    eq(s.turns(5), [])


def test_a_box_without_a_reader_sounds_for_faults_only():
    s = Scene()
    s.cards = None
    eq(s.turns(5), [])
    s.first.faults.set("rcd")
    eq(s.turns(5), ["fault"])


class Buzzer:
    """Notes when it was told which tone: [(ms, hertz)]."""

    def __init__(self, broken=False):
        self.told = []
        self.broken = broken
        self.began_ms = time.ticks_ms()

    def tone(self, hertz):
        self.told.append((time.ticks_ms() - self.began_ms, hertz))
        if self.broken and hertz:
            raise OSError("broken")


class Desk:
    """The part with its box."""

    def __init__(self, driver):
        self.driver = driver
        self.outlet = outlet()
        self.log = Log()
        self.box = Plain(
            outlets=[self.outlet], cards=Plain(last_at_ms=None), settings=Settings(), tasks=Supervisor(self.log)
        )
        self.outlet.box = self.box
        self.part = buzzer.make(self.outlet, driver, None)
        self.step()

    def step(self):
        self.part.step(time.ticks_ms())

    def tap(self):
        self.box.cards.last_at_ms = time.ticks_ms()
        self.step()


def lengths(told):
    """-> [(hertz, ms)] of what was told."""
    return [(hertz, told[i + 1][0] - ms) for i, (ms, hertz) in enumerate(told[:-1])]


async def test_a_tune_is_played_by_a_task_and_ends_in_silence():
    desk = Desk(Buzzer())
    desk.outlet.faults.set("rcd")
    began_ms = time.ticks_ms()
    desk.step()
    eq(time.ticks_ms() - began_ms, 0)  # nobody waits for it
    await asyncio.sleep_ms(2000)
    eq([hertz for hertz, _ in lengths(desk.driver.told)][:6], [2794, 0, 2794, 0, 2794, 0])
    for hertz, ms in lengths(desk.driver.told)[:5]:
        assert 100 <= ms <= 110, (hertz, ms)
    eq(desk.driver.told[-1][1], 0)


async def test_a_tune_that_comes_meanwhile_waits_for_the_end_of_the_first():
    desk = Desk(Buzzer())
    desk.tap()
    await asyncio.sleep_ms(50)
    desk.outlet.trx = 1
    desk.step()
    await asyncio.sleep_ms(2000)
    eq([hertz for _, hertz in desk.driver.told], [2794, 0, 2637, 2794, 3136, 0, 0])


async def test_without_sound_nothing_is_played():
    desk = Desk(Buzzer())
    desk.box.settings.set("snd", False)
    desk.tap()
    await asyncio.sleep_ms(1000)
    eq(desk.driver.told, [])
    desk.box.settings.set("snd", True)
    desk.tap()
    await asyncio.sleep_ms(1000)
    eq(desk.driver.told[0][1], TUNES["read"][0][0])


async def test_a_buzzer_that_fails_is_silenced_and_does_not_go_on_for_ever():
    desk = Desk(Buzzer(broken=True))
    desk.tap()
    await asyncio.sleep_ms(5000)
    eq(desk.driver.told[-1][1], 0)
    eq(len(desk.log.lines), 1)
    desk.driver.broken = False
    desk.tap()
    await asyncio.sleep_ms(1000)
    eq([hertz for _, hertz in desk.driver.told[-3:]], [2794, 0, 0])


async def test_what_decides_is_gone_while_nothing_happens():
    desk = Desk(Buzzer())
    desk.tap()
    await asyncio.sleep_ms(1000)
    desk.outlet.trx = 1
    desk.step()
    await asyncio.sleep_ms(1000)
    loader.let_go()
    desk.step()
    eq(loader.here("core.buzzer"), False)
    desk.outlet.faults.set("rcd")
    desk.step()
    eq(loader.here("core.buzzer"), True)
    await asyncio.sleep_ms(2000)
    eq([hertz for _, hertz in desk.driver.told[-7:]], [2794, 0, 2794, 0, 2794, 0, 0][-7:])
