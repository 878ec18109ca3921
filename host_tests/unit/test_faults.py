import micropython
from check import eq, raises

from pilotwire.core.fault_codes import BLINKS, CODES, ERR, OCPP_ERROR, VENDOR_CODE
from pilotwire.core.faults import A_DAY, FAULTS, NAME, NONE, OPEN, OPEN_F, PILOT, RECOVERS, WITHDRAW, FaultSet

# OCPP 1.6, 7.6
OCPP_ERRORS = """
ConnectorLockFailure EVCommunicationError GroundFailure HighTemperature InternalError LocalListConflict NoError
OtherError OverCurrentFailure OverVoltage PowerMeterFailure PowerSwitchFailure ReaderFailure ResetFailure
UnderVoltage WeakSignal
"""


def with_rule(rule):
    return [row[NAME] for row in FAULTS if row[RECOVERS] == rule]


def test_a_fault_that_recovers_by_itself_lasts_as_long_as_its_cause():
    for name in with_rule("self"):
        f = FaultSet()
        f.set(name)
        f.unplugged()
        f.acknowledge()
        eq(f.present(name), True)
        f.clear(name)
        eq(f.any, False)


def test_a_fault_that_recovers_by_unplugging_needs_its_cause_gone_and_the_car_gone():
    for name in with_rule("unplug"):
        f = FaultSet()
        f.set(name)
        f.unplugged()
        eq(f.present(name), True)
        f.clear(name)
        f.acknowledge()
        eq(f.present(name), True)
        f.unplugged()
        eq(f.any, False)


def test_a_fault_that_needs_a_person_needs_its_cause_gone_and_a_person():
    for name in with_rule("person"):
        f = FaultSet()
        f.set(name)
        f.acknowledge()
        eq(f.present(name), True)
        f.clear(name)
        f.unplugged()
        eq(f.present(name), True)
        f.acknowledge()
        eq(f.any, False)


def test_a_fault_remembered_from_before_a_power_cut_is_held_without_its_cause():
    f = FaultSet()
    f.hold("weld")
    eq(f.first()[NAME], "weld")
    f.acknowledge()
    eq(f.any, False)


def test_the_rules_of_recovery():
    eq(with_rule("person"), ["weld"])
    eq(with_rule("both"), ["rcd"])
    eq(with_rule("unplug"), ["estop", "no_close", "diode", "pilot_frozen", "lock", "overcurrent"])
    eq(
        with_rule("self"),
        ["rcd_test", "earth", "pilot_source", "pilot_short", "overheat", "sensor"]
        + ["overvoltage", "undervoltage", "phase_loss", "door", "meter"],
    )


def test_how_often_a_day_they_recover_by_themselves():
    found = [(row[NAME], row[A_DAY]) for row in FAULTS if row[A_DAY]]
    eq(found, [("rcd_test", 6), ("earth", 6), ("pilot_source", 6), ("pilot_short", 20)])


def test_what_recovers_too_often_a_day_waits_for_a_person_or_the_next_day():
    for name, a_day in [(row[NAME], row[A_DAY]) for row in FAULTS if row[A_DAY]]:
        f = FaultSet()
        for _ in range(a_day):
            f.set(name)
            f.clear(name)
            eq(f.any, False)
        f.set(name)
        eq(f.too_often(), False)
        f.clear(name)
        eq((f.present(name), f.too_often()), (True, True))
        f.acknowledge()
        eq(f.present(name), False)
        f.set(name)
        f.clear(name)
        eq(f.present(name), True)
        f.elapse(24 * 3600_000)
        f.clear(name)
        eq(f.present(name), False)


def test_a_person_does_not_end_what_is_still_there():
    f = FaultSet()
    f.set("earth")
    f.acknowledge()
    eq(f.present("earth"), True)


def test_what_may_recover_always_does():
    f = FaultSet()
    for _ in range(1000):
        f.set("door")
        f.clear("door")
        eq(f.any, False)


def test_a_fault_that_needs_both_needs_its_cause_gone_then_the_car_gone_then_a_person():
    for name in with_rule("both"):
        f = FaultSet()
        f.set(name)
        f.unplugged()
        f.acknowledge()
        eq(f.present(name), True)
        f.clear(name)
        f.acknowledge()
        eq(f.present(name), True)
        f.unplugged()
        eq(f.present(name), True)
        f.acknowledge()
        eq(f.any, False)


def test_a_cause_that_comes_back_after_the_car_was_unplugged_wants_both_again():
    f = FaultSet()
    f.set("rcd")
    f.clear("rcd")
    f.unplugged()
    f.set("rcd")
    f.clear("rcd")
    f.acknowledge()
    eq(f.present("rcd"), True)


def test_the_most_dangerous_fault_is_shown_first_and_hides_none():
    f = FaultSet()
    names = [row[NAME] for row in FAULTS]
    for name in reversed(names):
        f.set(name)
        eq(f.first()[NAME], name)
    eq(f.names(), names)
    order = [
        names.index(name)
        for name in [
            "weld",
            "rcd",
            "rcd_test",
            "earth",
            "pilot_short",
            "diode",
            "overheat",
            "lock",
            "overcurrent",
            "overvoltage",
            "meter",
        ]
    ]
    eq(order, sorted(order))


def test_the_strongest_effect_counts_and_the_weaker_comes_back_with_it_gone():
    f = FaultSet()
    eq((f.effect(), f.first()), (NONE, None))
    for name, effect in (("meter", WITHDRAW), ("diode", OPEN), ("weld", OPEN_F)):
        f.set(name)
        eq(f.effect(), effect)
    f.clear("weld")
    f.acknowledge()
    eq(f.effect(), OPEN)
    f.clear("diode")
    f.unplugged()
    eq(f.effect(), WITHDRAW)


def test_the_one_that_is_shown_need_not_be_the_strongest():
    for shown, stronger, effect in (("rcd", "earth", OPEN_F), ("overheat", "door", OPEN)):
        f = FaultSet()
        f.set(shown)
        f.set(stronger)
        eq((f.first()[NAME], f.effect()), (shown, effect))


def test_what_may_wait_lets_the_car_stop_first_all_else_opens_at_once():
    waits = ["overheat", "sensor", "lock", "overcurrent", "overvoltage", "undervoltage", "phase_loss", "meter"]
    for row in FAULTS:
        eq(row[PILOT], "F" if row[NAME] in ("weld", "earth") else "withdraw" if row[NAME] in waits else "x1")


def test_every_fault_has_codes_that_speak_ocpp_and_the_err_numbers_that_clients_know():
    eq(sorted(CODES), sorted(row[NAME] for row in FAULTS))
    for row in CODES.values():
        assert row[OCPP_ERROR] in OCPP_ERRORS.split() and row[OCPP_ERROR] != "NoError", row
        assert 1 <= row[ERR] <= 16 and 0 <= row[BLINKS] <= 7, row
        if row[OCPP_ERROR] == "OtherError":
            assert row[VENDOR_CODE], row
        assert len(row[VENDOR_CODE]) <= 50, row


def test_an_unknown_fault_is_an_error():
    raises(KeyError, FaultSet().set, "typo")


def test_what_the_safety_path_calls_allocates_nothing():
    f = FaultSet()
    micropython.heap_lock()
    try:
        f.set("weld")
        f.clear("weld")
        f.unplugged()
        f.acknowledge()
        effect = f.effect()
    finally:
        micropython.heap_unlock()
    eq(effect, NONE)
