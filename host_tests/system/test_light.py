"""Light and buzzer of the whole firmware, from the key and the car to the colour, the LEDs and the tones."""

import itertools
import threading

import pytest

from tools.hitches import Late
from tools.session import tap
from tools.wallbox import EVERY_PART

CARD, OTHER = "04A1B2C3D4E5F6", "11223344"
IDLE, CHARGING, RED, DARK = "000040", "004040", "400000", "000000"  # as they come, at the brightness they come with
LIGHT_KEYS = {"cid": "#0000FF", "cwc": "#FFFF00", "cch": "#00FFFF", "cfi": "#00FF00", "lbr": 64, "lse": False}


@pytest.fixture
def lamp(box):
    """devkit, its light as new."""
    box.set(**LIGHT_KEYS)
    yield box
    box.set(**LIGHT_KEYS)


def led(box):
    return box.ask("state")["led"]


def shows(box, colour, seconds=10):
    box.wait_for(lambda: led(box) == colour, seconds)


def watched(box, event, seconds):
    """-> the events of one kind in so many simulated seconds."""
    control, events = box.new_control(), []

    def read():
        for told in control.events():
            if told["event"] == event:
                events.append(told)

    thread = threading.Thread(target=read, daemon=True)
    thread.start()
    until_ms = box.ask("state")["at_ms"] + seconds * 1000
    box.wait_for(lambda: box.ask("state")["at_ms"] >= until_ms, 10 + seconds)
    control.close()
    return list(events)


def groups(lights):
    """-> the numbers of flashes between two pauses; lights: [(ms, is it lit)]. The first and the last may be cut."""
    counts, lit_ms = [0], None
    for (ms, lit), (end_ms, _) in itertools.pairwise(lights):
        if lit:
            counts[-1] += 1
            lit_ms = end_ms - ms
            assert 150 <= lit_ms <= 600, "a flash is about 200 ms"
        elif end_ms - ms > 1500:
            assert end_ms - ms <= 3000, "the pause is 2 s"
            counts.append(0)
    assert lit_ms is not None, "it did not flash"
    return counts[1:-1]


def test_the_colour_follows_the_car_and_the_keys(lamp):
    shows(lamp, IDLE)
    lamp.set(cid="#ff00FF")
    shows(lamp, "400040")
    lamp.do("plug")
    shows(lamp, "404000")
    lamp.do("ready")
    shows(lamp, CHARGING)
    lamp.set(cch="#FFFFFF", lbr=255)
    shows(lamp, "ffffff")
    lamp.set(lbr=0)
    shows(lamp, DARK)
    lamp.set(lbr=64)
    lamp.do("ready", on=False)
    shows(lamp, "004000")
    lamp.do("unplug")
    shows(lamp, "400040")


def test_colours_outlive_a_power_cut(make_box):
    box = make_box("--speed", 20)
    shows(box, IDLE)
    box.wait_for(lambda: box.ask("state")["uptime_ms"] > 3000, 10)
    box.set(cid="#FF8000", lbr=255)
    box.do("power_cut")
    box.process.wait(10)
    box.start()
    shows(box, "ff8000")
    assert box.status("cid", "lbr") == {"cid": "#FF8000", "lbr": 255}


@pytest.mark.parametrize(("key", "value"), [("cch", "#00FF"), ("cid", "blue"), ("lbr", 256), ("lbr", -1), ("lse", 5)])
def test_a_wrong_value_is_refused_and_the_light_stays(lamp, key, value):
    before = led(lamp)
    with pytest.raises(Exception, match=key):
        lamp.set(**{key: value})
    assert lamp.status(key) == LIGHT_KEYS[key]
    assert led(lamp) == before


@pytest.mark.parametrize(("fault", "blinks"), [("pilot_short", 1), ("no_close", 2)])
def test_a_fault_flashes_its_number_in_red(lamp, fault, blinks):
    lamp.do("fault", name=fault)
    lamp.do("plug", on=True)
    lamp.wait_for(lambda: lamp.status("car") == 5, 20)
    told = watched(lamp, "led", 14)
    assert {event["led"] for event in told} == {RED, DARK}
    assert set(groups([(event["at_ms"], event["led"] == RED) for event in told])) == {blinks}


def test_smartevse_mixes_its_colours_by_pwm(make_box):
    box = make_box("--speed", 20, board="smartevse_v30")
    shows(box, IDLE)
    box.do("plug", on=True)
    shows(box, CHARGING, 20)
    box.set(cch="#102030", lbr=255)
    shows(box, "102030")
    box.do("ready", on=False)
    shows(box, "00ff00")
    assert box.ask("state")["leds"] is None


def test_three_leds_tell_car_network_and_fault(make_box):
    box = make_box("--speed", 20, board="esp32evse_s2da")

    def leds():
        return box.ask("state")["leds"]

    assert led(box) is None
    box.wait_for(lambda: box.status("wst") == 3, 20)
    box.wait_for(lambda: leds() == {"charging": False, "error": False, "wifi": True}, 10)
    box.do("fault", name="pilot_short")
    box.wait_for(lambda: box.status("car") == 5, 10)
    told = [(event["at_ms"], event["error"]) for event in watched(box, "leds", 14)]
    assert set(groups(told)) == {1}
    box.do("fault", name="pilot_short", on=False)
    box.wait_for(lambda: box.status("car") == 1, 60)
    box.wait_for(lambda: leds() == {"charging": False, "error": False, "wifi": True}, 10)
    box.do("wifi", on=False, how="reset")
    box.do("plug")
    told = watched(box, "leds", 4)
    assert {event["charging"] for event in told} == {True, False} == {event["wifi"] for event in told}
    box.do("wifi", on=True)
    box.do("ready")
    box.wait_for(lambda: box.ask("state")["contactor"], 20)
    box.wait_for(lambda: leds() == {"charging": True, "error": False, "wifi": True}, 10)


@pytest.fixture
def loud(make_box):
    """A board with buzzer and reader that wants a card; CARD is in slot 0."""
    box = make_box("--speed", 20, *EVERY_PART, board="blueprint")
    box.set(acs=1, snd=True, cards=[{"name": "Alice", "rfid": CARD}])
    return box


def heard(box, count=0):
    """-> the pitches of all tones, when as many were heard and a while of silence has come."""

    def silent():
        tones = box.ask("buzzer")["heard"]
        last = tones[-1] if tones else {"at_ms": 0, "ms": 0}
        return len(tones) >= count and last["ms"] and box.ask("state")["at_ms"] - last["at_ms"] > 2000

    box.wait_for(silent if count else lambda: box.ask("state")["uptime_ms"] > 5000, 20)
    return [tone["hertz"] for tone in box.ask("buzzer")["heard"]]


def pitches(*hertz):
    """As the chip has them: its period is of whole microseconds."""
    return [1_000_000 // (1_000_000 // h) for h in hertz]


def test_the_buzzer_tells_an_accepted_card_from_a_refused_one_and_a_fault(loud):
    assert heard(loud) == []
    tap(loud, CARD)
    assert heard(loud, 3) == pitches(2637, 2794, 3136)
    loud.set(trx=None)
    tap(loud, OTHER)
    assert heard(loud, 6)[3:] == pitches(3136, 2794, 2637)
    for tone in loud.ask("buzzer")["heard"][:5]:
        assert 80 <= tone["ms"] <= 400
    loud.do("fault", name="pilot_short")
    assert heard(loud, 9)[6:] == pitches(2794) * 3


def test_a_muted_buzzer_is_silent(loud):
    loud.set(snd=False)
    tap(loud, CARD)
    loud.wait_for(lambda: loud.status("trx") == 1, 10)
    loud.do("fault", name="pilot_short")
    loud.wait_for(lambda: loud.status("car") == 5, 20)
    until_ms = loud.ask("state")["at_ms"] + 3000
    loud.wait_for(lambda: loud.ask("state")["at_ms"] > until_ms, 20)
    assert heard(loud) == []


def test_with_ocpp_a_card_is_heard_when_it_is_read_and_when_it_is_answered(loud, csms):
    csms.follow(lambda: loud.ask("state")["utc_s"])
    loud.set(ocppu=csms.url, ocppe=True)
    loud.wait_for(lambda: loud.status("ocppa"), 20)
    csms.script("Authorize", Late(0.3))  # an answer within a turn of the loop would take the place of "read"
    tap(loud, CARD)
    assert heard(loud, 4) == pitches(2794, 2637, 2794, 3136)
