"""The light and the button of an outlet: colour, brightness, flashes in time, and one acknowledgement per press."""

from box import Log, Plain, Settings
from check import eq, raises

from pilotwire import light
from pilotwire.core.fault_codes import BLINKS, CODES
from pilotwire.core.faults import FAULTS, FaultSet
from pilotwire.panel import Panel

TURN_MS = 200
MIN = 300  # turns
IDLE, WAITING, CHARGING, FINISHED = "#0000FF", "#FFFF00", "#00FFFF", "#00FF00"
RED, DARK = (255, 0, 0), (0, 0, 0)


class Lamp:
    def __init__(self):
        self.colour = None
        self.shows = 0

    def show(self, red, green, blue):
        for level in (red, green, blue):
            assert type(level) is int and 0 <= level <= 255, (red, green, blue)
        self.colour = (red, green, blue)
        self.shows += 1


class Button:
    down = False

    def pressed(self):
        return self.down


class Scene:
    """A panel, what it hangs on, and its clock."""

    def __init__(self, lamp=True, button=False):
        self.now_ms = 1000
        self.settings = Settings()
        self.settings.set("lbr", 255)
        self.outlet = Plain(
            car=1, plugged=False, denied=None, id_tag=None, trx=None, faults=FaultSet(), settings=self.settings
        )
        self.outlet.connector = Plain(close=False)
        self.outlet.box = Plain(
            clock=Plain(ms=lambda: self.now_ms, up_ms=lambda: self.now_ms),
            settings=self.settings,
            board=Plain(LIMITS={"ma": 16000}),
            log=Log(),
        )
        self.acts = []
        self.outlet.act = lambda key, value: self.acts.append((key, value))
        self.lamp, self.button = Lamp(), Button()
        self.panel = Panel(self.outlet, self.lamp if lamp else None, self.button if button else None)

    def turn(self):
        """-> the colour after a turn."""
        self.panel.step(self.now_ms)
        self.now_ms += TURN_MS
        return self.lamp.colour

    def turns(self, count):
        return [self.turn() for _ in range(count)]

    def is_car(self, car):
        self.outlet.car, self.outlet.plugged = car, car != 1

    def press(self, ms):
        self.button.down = True
        for _ in range(ms // TURN_MS + 1):
            self.turn()
        self.button.down = False
        self.turn()


def rgb(text):
    return tuple(int(text[i : i + 2], 16) for i in (1, 3, 5))


def flashes(colours):
    """-> the lengths of light (+) and dark (-), in turns."""
    runs = []
    for colour in colours:
        sign = -1 if colour == DARK else 1
        if runs and runs[-1] * sign > 0:
            runs[-1] += sign
        else:
            runs.append(sign)
    return runs


def test_each_state_has_the_colour_that_go_e_gives_it():
    s = Scene()
    for car, colour in ((1, IDLE), (3, WAITING), (2, CHARGING), (4, FINISHED), (1, IDLE)):
        s.is_car(car)
        eq(s.turn(), rgb(colour))


def test_each_state_has_a_setting_of_its_own_in_force_at_once():
    s = Scene()
    for car, key in ((1, "cid"), (3, "cwc"), (2, "cch"), (4, "cfi")):
        s.is_car(car)
        s.turn()
        s.settings.set(key, "#1aB0%02x" % car)
        eq(s.turn(), (0x1A, 0xB0, car))


def test_a_colour_that_is_none_is_refused():
    s = Scene()
    for key in ("cid", "cwc", "cch", "cfi"):
        for wrong in ("", "FFFFFF", "#FFFFF", "#FFFFFFF", "#GG0000", "0FFFFFF", "#00FF0 ", "#-00001", "red", 255):
            raises(ValueError, s.settings.set, key, wrong)


def test_brightness_is_in_proportion_and_0_is_dark():
    s = Scene()
    s.settings.set("cid", "#FF8001")
    for level, colour in ((255, (255, 128, 1)), (128, (128, 64, 0)), (1, (1, 0, 0)), (0, DARK)):
        s.settings.set("lbr", level)
        eq(s.turn(), colour)
    s.outlet.faults.set("weld")
    eq(set(s.turns(20)), {DARK})


def test_a_light_that_stays_as_it_is_costs_nothing():
    s = Scene()
    s.turns(5)
    shows = s.lamp.shows
    s.turns(100)
    eq(s.lamp.shows, shows)


def test_a_fault_flashes_red_as_often_as_its_code_says_then_pauses_2_s():
    for name, *_ in FAULTS:
        s = Scene()
        s.turns(3)
        s.outlet.faults.set(name)
        s.outlet.car = 5
        blinks, colours = CODES[name][BLINKS], s.turns(60)
        eq((name, set(colours) - {DARK}), (name, {RED}))
        if blinks:
            group = [1, -1] * (blinks - 1) + [1, -10]
            eq((name, flashes(colours)[: 2 * len(group)]), (name, group * 2))
        else:
            eq((name, flashes(colours)), (name, [60]))


def test_the_most_important_fault_is_shown_and_the_next_one_when_it_is_gone():
    s = Scene()
    s.outlet.faults.set("meter")
    s.outlet.faults.set("pilot_short")
    s.outlet.car = 5
    eq(flashes(s.turns(11)), [1, -10])
    s.outlet.faults.clear("pilot_short")
    eq(flashes(s.turns(21)), [1, -1] * 5 + [1, -10])
    s.outlet.faults.clear("meter")
    s.outlet.car = 1
    eq(s.turn(), rgb(IDLE))


def test_a_colour_set_while_a_fault_flashes_does_not_show():
    s = Scene()
    s.turn()
    s.outlet.faults.set("weld")
    s.outlet.car = 5
    s.turn()
    s.settings.set("cid", "#00FF00")
    eq(set(s.turns(30)), {RED, DARK})


def test_a_fault_that_goes_between_two_looks_at_it_does_no_harm():
    s = Scene()
    s.outlet.car = 5  # the safety path has cleared it after `car` was asked
    s.turn()
    s.outlet.car = 1
    eq(s.turn(), rgb(IDLE))


def test_a_refused_card_is_red_for_2_s():
    s = Scene()
    s.is_car(3)
    s.turn()
    s.outlet.denied = ("unlisted_card", "AA", s.now_ms)
    eq(s.turns(12), [RED] * 10 + [rgb(WAITING)] * 2)
    s.outlet.denied = ("unlisted_card", "AA", s.now_ms)
    eq(s.turn(), RED)


def test_an_accepted_card_shows_before_the_car_is_there():
    s = Scene()
    s.turn()
    s.outlet.id_tag = "AA"
    eq(s.turn(), rgb(WAITING))
    s.outlet.id_tag = None
    eq(s.turn(), rgb(IDLE))
    s.outlet.trx = 3
    eq(s.turn(), rgb(WAITING))


def test_lse_makes_it_dark_after_5_min_without_a_car():
    s = Scene()
    s.settings.set("lse", True)
    eq(set(s.turns(5 * MIN)), {rgb(IDLE)})
    s.turns(2)
    eq(set(s.turns(3 * MIN)), {DARK})
    s.is_car(3)
    eq(set(s.turns(6 * MIN)), {rgb(WAITING)})
    s.is_car(1)
    eq(s.turn(), rgb(IDLE))
    s.turns(5 * MIN + 2)
    eq(s.turn(), DARK)
    s.settings.set("lse", False)
    eq(s.turn(), rgb(IDLE))
    eq(set(s.turns(6 * MIN)), {rgb(IDLE)})


def test_lse_lets_faults_and_waiting_cards_shine():
    s = Scene()
    s.settings.set("lse", True)
    s.turns(6 * MIN)
    eq(s.turn(), DARK)
    s.outlet.denied = ("unlisted_card", "AA", s.now_ms)
    eq(s.turn(), RED)
    s.outlet.denied = None
    s.turns(6 * MIN)
    s.outlet.id_tag = "AA"
    eq(set(s.turns(6 * MIN)), {rgb(WAITING)})
    s.outlet.id_tag = None
    s.turns(6 * MIN)
    s.outlet.faults.set("sensor")
    s.outlet.car = 5
    eq(set(s.turns(6 * MIN)), {RED})


def test_the_light_of_a_turn_is_the_same_for_every_count_of_flashes():
    for blinks in range(1, 8):
        pattern = [light.lit(turn, blinks) for turn in range(2 * blinks + 9)]
        eq(pattern, [True, False] * blinks + [False] * 9)
        eq([light.lit(turn + len(pattern), blinks) for turn in range(len(pattern))], pattern)


def test_without_lamp_and_button_there_is_nothing_to_do():
    s = Scene(lamp=False)
    s.outlet.faults.set("weld")
    s.turns(5)
    eq((s.lamp.shows, s.acts), (0, []))


def test_a_press_of_3_s_acknowledges_once_and_a_shorter_one_does_not():
    s = Scene(button=True)
    s.turn()
    s.press(2800)
    eq(s.acts, [])
    s.press(3000)
    eq(s.acts, [("ack", True)])
    s.press(60_000)
    eq(len(s.acts), 2)
    s.press(200)
    eq(len(s.acts), 2)


def test_a_button_held_since_the_start_or_stuck_does_nothing():
    s = Scene(button=True)
    s.press(30_000)
    eq(s.acts, [])
    s.press(3000)
    eq(s.acts, [("ack", True)])


def presses(s, count=1):
    """-> amp after each short press."""
    found = []
    for _ in range(count):
        s.press(200)
        found.append(s.settings.get("amp"))
    return found


def test_a_short_press_sets_the_next_current_that_the_installation_carries():
    s = Scene(button=True)
    s.settings.set("bac", 3)
    s.turn()
    eq(presses(s, 4), [6, 10, 16, 6])  # 20 and 32 are more than the board carries
    s.settings.set("amp", 12)
    eq(presses(s), [16])
    s.settings.set("ama", 12)
    eq(presses(s, 3), [6, 10, 6])
    s.settings.set("installer_max_ma", 8000)
    eq(presses(s, 2), [6, 6])


def test_presets_may_stand_in_any_order_and_none_is_none():
    s = Scene(button=True)
    s.settings.set("bac", 3)
    s.turn()
    for n, a in enumerate((13, 0, 8, 0, 0)):
        s.settings.set("al%d" % (n + 1), a)
    eq(presses(s, 3), [8, 13, 8])
    s.settings.set("al1", 0)
    s.settings.set("al3", 0)
    s.settings.set("amp", 11)
    eq(presses(s), [11])


def test_bac_locks_the_current():
    for bac, free in ((0, "no"), (1, "no car"), (2, "no car, waiting"), (3, "no car, waiting, charging")):
        s = Scene(button=True)
        s.settings.set("bac", bac)
        s.turn()
        for scene, plugged, closed in (("no car", False, False), ("waiting", True, False), ("charging", True, True)):
            s.outlet.plugged, s.outlet.connector.close = plugged, closed
            s.settings.set("amp", 12)
            eq((bac, scene, presses(s)), (bac, scene, [16 if scene in free.split(", ") else 12]))


def test_a_long_press_sets_no_current_and_one_from_before_the_start_neither():
    s = Scene(button=True)
    s.settings.set("bac", 3)
    s.press(1000)
    eq(s.settings.get("amp"), 16)
    s.press(3000)
    eq((s.settings.get("amp"), s.acts), (16, [("ack", True)]))


def test_when_it_was_pressed_is_known():
    s = Scene(button=True)
    s.turn()
    eq((s.panel.pressed_ms, s.panel.held_ms), (None, None))
    s.press(200)
    began_ms = s.panel.pressed_ms
    eq((began_ms, s.panel.held_ms), (1200, None))
    s.press(3000)
    eq(s.panel.held_ms - s.panel.pressed_ms, 3000)


def test_a_full_flash_leaves_the_current_and_is_logged():
    s = Scene(button=True)
    s.settings.set("bac", 3)
    s.turn()
    s.settings.full = True
    eq(presses(s), [16])
    assert "could not be saved" in s.outlet.box.log.lines[0]
