"""The self-test of the pilot's source on the whole firmware, before a car is there."""

from test_rcm_session import Events, passes

from tools.build import modules
from tools.session import unplug

PIECES = {"selftest", modules().flat("core.pilot_source")}


def test_a_source_without_its_negative_half_is_a_fault_until_it_passes(make_box):
    box = make_box("--speed", 50)
    box.wait_for(lambda: not PIECES & set(box.status("mods")), 5)  # it has passed
    box.do("fault", name="pilot_no_negative")
    restarts(box)
    box.wait_for(lambda: box.status("err") == 12, 10)
    assert box.status("why").startswith("The wallbox cannot drive its control wire to +12 and -12 V.")
    box.do("plug", on=True)
    passes(box, 10_000)
    assert (box.ask("state")["pilot_v"], box.ask("state")["coil"]) == (6, False)
    unplug(box)
    box.do("fault", name="pilot_no_negative", on=False)
    began_ms = box.ask("state")["at_ms"]
    box.wait_for(lambda: box.status("err") == 0, 10)
    assert box.ask("state")["at_ms"] - began_ms < 62_000
    assert not PIECES & set(box.status("mods"))


def test_a_car_that_was_there_sees_no_f_charges_and_is_followed_by_the_test(make_box):
    box = make_box("--speed", 50)
    box.do("plug", on=True)
    box.wait_for(lambda: box.ask("state")["contactor"], 10)
    events = Events(box)
    restarts(box)
    booted_ms = events.at("reset")
    box.do("ready", on=False)
    box.wait_for(lambda: box.status("car") == 3, 10)
    box.do("ready", on=True)
    box.wait_for(lambda: box.ask("state")["contactor"], 10)
    assert len(negative(events, booted_ms)) == 1  # that of the reset itself: the chip drives nothing
    assert "selftest" in box.status("mods")
    unplug(box)
    unplugged_ms = events.at("car", plugged=False)
    box.wait_for(lambda: not PIECES & set(box.status("mods")), 10)
    (ms,) = negative(events, unplugged_ms)
    assert 60 <= ms <= 130
    assert box.status("err") == 0


def restarts(box):
    """The firmware from its beginning, in the same world."""
    resets = box.ask("state")["resets"]
    box.set(rst=True)
    box.wait_for(lambda: box.ask("state")["resets"] > resets, 10)
    box.wait_for(lambda: answers(box), 10)


def answers(box):
    try:
        return box.status("car") is not None
    except OSError:
        return False


def negative(events, since_ms):
    """-> how long the pilot was at -12 V, each time."""
    pilots = [e for e in events.all if e["event"] == "pilot" and e["at_ms"] >= since_ms]
    return [pilots[i + 1]["at_ms"] - e["at_ms"] for i, e in enumerate(pilots[:-1]) if e["duty"] == 0]
