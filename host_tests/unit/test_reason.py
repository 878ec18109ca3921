from check import eq, raises
from wire import Wire, charging

from pilotwire import texts
from pilotwire.core import access, faults, limits, reason


class Outlet:
    """What why() looks at, around a connector on a wire."""

    def __init__(self, wire, why="", frc=0, **limits_ma):
        self.connector = wire.box
        self.faults = wire.box.faults
        self.plugged = wire.box.plugged
        self.reason = why
        self.denied = self.id_tag = self.meter = None
        self.settings = {"frc": frc}
        self.limits = limits.Limits()
        self.limits.set("board", 16000)
        for owner, ma in limits_ma.items():
            self.limits.set(owner, ma)
        self.offered_ma = wire.box.offer_ma


def why(wire, reason_name="", **more):
    return told(Outlet(wire, reason_name, **more))


def told(outlet):
    model, *what = reason.why(outlet)
    return model, texts.sentence(*what)


_MODELS = {
    "temperature": 1,
    "ocpp": 28,
    "force": 4,
    "restart": 29,
    "imbalance": 32,
    "grid": 34,
    "failsafe": 41,
    "fallback": 35,
}


def says(got, model, *words):
    eq(got[0], model)
    for word in words:
        assert word in got[1], got


def test_without_a_car_it_says_so():
    says(why(Wire().run(1000)), 15, "No car")
    says(why(Wire().run(1000), "forced_off"), 4, "No car")


def test_every_fault_has_a_sentence_that_says_what_to_do():
    for row in faults.FAULTS:
        wire = charging()
        wire.box.faults.set(row[faults.NAME])
        model, sentence = why(wire)
        eq(model, 26)
        assert any(word in sentence for word in ("Unplug", "Switch off", "Check", "Look for")), sentence


def test_a_fault_that_came_back_too_often_says_that_a_person_is_awaited():
    wire = charging()
    for _ in range(7):
        wire.box.faults.set("earth")
        wire.box.faults.clear("earth")
    says(why(wire), 26, "too often", "acknowledge")


def test_a_weld_comes_before_everything():
    wire = charging()
    wire.box.faults.set("meter")
    wire.box.faults.set("weld")
    says(why(wire, "forced_off"), 26, "breaker", "electrician")


def test_each_reason_of_who_may_charge_has_its_number():
    wire = Wire(car="B").run(1000)
    for name, model, word in (
        ("forced_off", 4, "frc"),
        ("authorisation", 2, "card"),
        ("transaction", 28, "meter"),
        ("central", 28, "central system"),
        ("refused", 28, "refused"),
        ("ended", 28, "ended"),
        ("left", 28, "unplugged"),
        ("no_room", 28, "memory for bills"),
        ("resuming", 28, "power was away"),
        ("card", 2, "Hold your card"),
        ("asking", 2, "being asked"),
        ("energy", 6, "energy limit"),
        ("restart", 40, "restart"),
    ):
        says(why(wire, name), model, word)


def test_every_reason_that_access_can_give_has_a_sentence():
    wire = Wire(car="B").run(1000)
    names = ["forced_off", "authorisation", "card", "asking", "transaction", "ended", "left", "no_room"]
    names += [n for n in access._WAITS.values() if n]
    for name in names:
        assert why(wire, name)[1]


def test_A03_a_card_that_is_not_taken_is_named_with_and_without_a_car():
    for name in (
        "unknown_card",
        "blocked_card",
        "expired_card",
        "busy_card",
        "refused_card",
        "offline_card",
        "other_card",
    ):
        for car in "AB":
            outlet = Outlet(Wire(car=car).run(1000), "card")
            outlet.denied = name, "04A1B2C3", 0
            says(told(outlet), 2, "04A1B2C3")


def test_S04_a_card_that_was_taken_asks_for_the_plug():
    outlet = Outlet(Wire().run(1000), "transaction")
    outlet.id_tag = "04A1B2C3"
    says(told(outlet), 24, "plug in")


def test_every_owner_of_a_limit_is_named_when_he_leaves_less_than_6_a():
    wire = Wire(car="B").offer(0).run(1000)
    for owner in limits.OWNERS:
        model, sentence = why(wire, **{owner: 5900})
        assert "limited to 5.9 A" in sentence, sentence
        eq(model, _MODELS.get(owner, 39))
    says(why(wire, cable=0), 39, "0 A", "the cable")


def test_while_charging_it_names_the_current_and_who_limits_it():
    wire = charging()
    says(why(wire), 15, "16 A", "the hardware")
    wire.box.offer_ma = 10500
    says(why(wire, user=10500), 15, "10.5 A", "amp")
    says(why(wire, user=10500, frc=2), 3, "10.5 A")


def test_a_car_that_does_not_ask_is_full_or_paused():
    says(why(Wire(car="B").offer().run(6000)), 15, "full", "pauses")


def test_a_car_that_asks_for_ventilation_is_told_so():
    wire = Wire(car="B").offer().run(1000)
    wire.car = "D"
    says(why(wire.run(300)), 26, "ventilation")


def test_between_asking_and_closing_it_says_what_is_awaited():
    wire = Wire(car="B").offer().run(6000)
    wire.car = "C"
    wire.run(100)
    says(why(wire), 24, "half a second")
    wire.box.diode_seen = 2
    says(why(wire), 24, "diode")
    wire = charging()
    wire.car = "B"
    wire.run(100)
    wire.car = "C"
    wire.run(1000)
    says(why(wire), 24, "pause")


def test_after_a_restart_with_a_car_that_asks_it_says_how_to_go_on():
    says(why(Wire(car="C").offer().run(6000)), 40, "pause once", "unplug")


def test_while_the_offer_is_withdrawn_it_says_so():
    wire = charging()
    wire.box.permit = False
    says(why(wire.run(100)), 24, "6 s")


def test_an_external_fault_is_told():
    wire = charging()
    wire.box.external_fault = True
    says(why(wire.run(100)), 26, "safety input")


def lines():
    with open(texts._FILE) as f:
        return [line.rstrip("\n").split("\t") for line in f]


def test_every_sentence_is_plain_and_short_enough_to_read():
    for name, sentence in lines():
        if not name.startswith("by "):
            assert sentence.endswith(".") and 20 < len(sentence) < 160, sentence
        assert all(32 <= ord(c) < 127 for c in sentence), sentence


def test_the_file_is_sorted_and_each_line_is_found_in_few_reads():
    """One after the other they would hold the chip for 0.1 s."""
    names = [name for name, _ in lines()]
    eq(names, sorted(set(names)))
    texts.open = Counted
    try:
        for name, sentence in lines():
            Counted.reads = 0
            eq(texts.line(name), sentence)
            assert Counted.reads <= 10, (name, Counted.reads)
    finally:
        del texts.open


class Counted:
    """A file that counts how often it is read."""

    def __init__(self, *how):
        self._file = open(*how)
        self.seek = self._file.seek

    def read(self, size):
        Counted.reads += 1
        return self._file.read(size)

    def __enter__(self):
        return self

    def __exit__(self, *what):
        self._file.close()


def test_every_fault_and_every_owner_of_a_limit_has_its_line_and_no_other_has():
    names = {name for name, _ in lines()}
    assert {row[faults.NAME] for row in faults.FAULTS} <= names
    eq({name for name in names if name.startswith("by ")}, {"by " + owner for owner in limits.OWNERS})


def test_a_sentence_that_is_missing_is_an_error():
    for name in ("nothing", "", "a", "zero", "rcd_", "wel"):
        raises(KeyError, texts.line, name)


def test_a_board_without_a_meter_says_why_no_transaction_begins():
    class Estimated:
        estimated, billed = True, False

        def fresh(self, now_ms):
            return self.billed

    outlet = Outlet(charging(), "transaction")
    outlet.meter = Estimated()
    says(told(outlet), 2, "no meter", "ocppem")
    outlet.meter.billed = True
    says(told(outlet), 28, "transaction")
    outlet.meter = None
    says(told(outlet), 28, "transaction")
