"""Residual current on the whole firmware: a board with a monitor and a test line, from its pin to the main contacts."""

import functools
import threading
import time

import pytest

from host_tests.bench.load import Load
from tools.build import modules
from tools.session import clear, connect, unplug

BOARD = "esp32evse_s2da"
SHARED = BOARD, "--speed", 50
TESTING = 40  # modelStatus while a test is due
_ON_ITS_WAY_S = 0.5
OPEN_MS = 100  # facts 1.4: a trip opens well under that


class Events:
    """What the world tells of it, from now on."""

    def __init__(self, box):
        self.all = []
        control = box.new_control()
        control.send(do="watch")
        threading.Thread(target=lambda: [self.all.append(event) for event in control.events()], daemon=True).start()

    def at(self, event, **fields):
        """ms of the newest such event, None: there was none. The state that it leads to may be known before it."""
        end = time.monotonic() + _ON_ITS_WAY_S
        found = None
        while not found and time.monotonic() < end:
            found = [e for e in self.all if e["event"] == event and fields.items() <= e.items()]
            time.sleep(0 if found else 0.01)
        return found[-1]["at_ms"] if found else None


@pytest.fixture
def box(shared_box):
    """Without a car, no fault held, its monitor tested."""
    shared_box.set(ocppe=False)
    passes(shared_box, 400)  # while it was on, what it said was why nobody may charge, and not that a test is due
    at_rest(shared_box)
    yield shared_box
    print(shared_box.last_words(60))


@pytest.fixture
def make(make_box):
    """-> make(*options): a wallbox of one's own; its data stay."""
    return functools.partial(make_box, board=BOARD)


def at_rest(box):
    clear(box)
    box.wait_for(lambda: acknowledged(box), 40)
    box.wait_for(lambda: box.status("modelStatus") != TESTING, 20)


def acknowledged(box):
    box.set(ack=True)
    return box.status("err") == 0 and box.status("car") == 1


def charge(box):
    box.do("plug", on=True)
    box.wait_for(lambda: box.ask("state")["contactor"], 40)
    box.wait_for(lambda: box.ask("state")["amps"][0] > 5, 10)


def passes(box, ms):
    """So much simulated time goes by."""
    began_ms = box.ask("state")["at_ms"]
    box.wait_for(lambda: box.ask("state")["at_ms"] - began_ms >= ms, 30)


def test_a_trip_under_load_opens_in_time_and_stays_open_until_unplugged_and_acknowledged(box):
    charge(box)
    events = Events(box)
    box.do("fault", name="rcd")
    box.wait_for(lambda: not box.ask("state")["contactor"], 5)
    assert events.at("contactor", closed=False) - events.at("fault", name="rcd") < OPEN_MS
    box.wait_for(lambda: box.status("err") == 11, 5)
    assert box.status("why").startswith("Residual current was found")
    box.do("fault", name="rcd", on=False)
    box.set(ack=True)
    passes(box, 40_000)
    assert (box.status("err"), box.ask("state")["coil"]) == (11, False)
    unplug(box)
    passes(box, 3000)
    assert box.status("err") == 11
    box.set(ack=True)
    box.wait_for(lambda: box.status("err") == 0, 5)
    charge(box)


def test_an_acknowledgement_while_the_trip_is_there_counts_for_nothing(box):
    charge(box)
    box.do("fault", name="rcd")
    box.wait_for(lambda: box.status("err") == 11, 5)
    unplug(box)
    passes(box, 2000)
    box.set(ack=True)
    box.do("fault", name="rcd", on=False)
    passes(box, 2000)
    assert box.status("err") == 11


@pytest.mark.soak
def test_after_a_long_quiet_charge_its_code_is_lent_or_gone_and_a_trip_opens_in_time(box):
    charge(box)
    passes(box, 90_000)  # what was lent goes a minute after it was last asked for
    lent = {modules().flat(name) for name in ("parts.rcm", "core.rcm")}
    assert not lent & set(box.status("mods"))
    events = Events(box)
    box.do("fault", name="rcd")
    box.wait_for(lambda: not box.ask("state")["contactor"], 5)
    assert events.at("contactor", closed=False) - events.at("fault", name="rcd") < OPEN_MS
    box.wait_for(lambda: "outlet 1: residual current" in box.last_words(5), 5)
    unplug(box)
    box.do("fault", name="rcd", on=False)
    box.wait_for(lambda: acknowledged(box), 20)
    charge(box)


def test_a_trip_without_a_car_is_held_too(box):
    box.do("fault", name="rcd")
    box.wait_for(lambda: box.status("err") == 11, 5)
    box.do("fault", name="rcd", on=False)
    box.do("plug", on=True)
    passes(box, 10_000)
    assert not box.ask("state")["contactor"]


def test_a_broken_wire_opens(box):
    charge(box)
    box.do("fault", name="rcm_wire")
    box.wait_for(lambda: not box.ask("state")["contactor"], 5)
    assert box.status("err") == 11


def test_each_session_is_followed_by_a_test_that_holds_back_the_next(box):
    events = Events(box)
    charge(box)
    assert events.at("rcm") is None
    unplug(box)
    box.wait_for(lambda: events.at("rcm", test=False, trip=False), 20)
    tested_ms = events.at("rcm", test=True, trip=True)
    assert tested_ms > events.at("contactor", closed=False)
    assert box.status("err") == 0


def test_the_central_system_hears_of_a_ground_failure_and_bills_what_was_charged(box, csms):
    connect(box, csms)
    charge(box)
    box.do("fault", name="rcd")
    box.wait_for(lambda: csms.calls("StatusNotification")[-1]["status"] == "Faulted", 20)
    assert csms.calls("StatusNotification")[-1]["errorCode"] == "GroundFailure"
    box.do("fault", name="rcd", on=False)
    unplug(box)
    box.wait_for(lambda: csms.calls("StopTransaction"), 20)
    at_rest(box)
    box.wait_for(lambda: csms.calls("StatusNotification")[-1]["status"] == "Available", 20)
    assert csms.violations == []


@pytest.mark.parametrize("trouble", ["rcm_dead", "rcm_stuck"])
def test_a_failed_test_lets_no_car_charge_until_one_passes(box, trouble):
    box.do("fault", name=trouble)
    charge(box)
    unplug(box)
    box.wait_for(lambda: box.status("err") == 11, 20)
    assert box.status("why").startswith("The test of the residual current monitor has failed")
    box.do("plug", on=True)
    passes(box, 20_000)
    assert not box.ask("state")["contactor"]
    box.do("fault", name=trouble, on=False)
    box.do("ready", on=False)
    box.wait_for(lambda: box.status("err") == 0, 40)
    box.do("ready", on=True)
    box.wait_for(lambda: box.ask("state")["contactor"], 30)


def test_a_trip_is_held_over_a_power_cut(make):
    box = make("--speed", 50)
    charge(box)
    box.do("fault", name="rcd")
    box.wait_for(lambda: box.status("err") == 11, 5)
    passes(box, 2000)
    box.do("power_cut")
    box.process.wait(10)
    box.start()
    box.do("fault", name="rcd", on=False)
    passes(box, 10_000)
    assert (box.status("err"), box.ask("state")["coil"]) == (11, False)
    unplug(box)
    passes(box, 2000)
    box.set(ack=True)
    box.wait_for(lambda: box.status("err") == 0, 5)


@pytest.mark.alone
def test_a_busy_chip_opens_in_time(make):
    """As slow as an ESP32, and asked five times a second."""
    box, late_ms = make("--speed", 5, "--cpu", 50), []
    events = Events(box)
    served = 0
    for _ in range(3):
        at_rest(box)
        charge(box)
        with Load(box, 5, speed=5) as load:
            passes(box, 3000)
            box.do("fault", name="rcd")
            box.wait_for(lambda: not box.ask("state")["contactor"], 5)
        served += load.served
        late_ms.append(events.at("contactor", closed=False) - events.at("fault", name="rcd", on=True))
    print("from the trip to the open contacts, ms:", late_ms)
    assert served > 15
    assert max(late_ms) < OPEN_MS
