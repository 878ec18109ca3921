import micropython
from check import eq

from pilotwire.core.pilot import ALWAYS, NEXT, OUTPUT, step

EVENTS = ("a", "b", "c", "d", "e", "f", "offer", "withdraw", "close", "expired", "fault", "fault_f", "clear")


def after(*events):
    state = "A1"
    for event in events:
        state = step(state, event)
    return state


def test_a_car_that_asks_under_an_offer_waits_for_the_closing_conditions():
    eq(after("b", "offer", "c"), "C2W")
    eq(after("b", "c", "offer"), "C2W")
    eq(after("b", "offer", "c", "close"), "C2")


def test_the_contactor_is_closed_in_c2_and_cx_only():
    eq({state for state in OUTPUT if OUTPUT[state][1]}, {"C2", "CX"})


def test_the_contactor_closes_by_the_event_close_in_c2w_only():
    for state in OUTPUT:
        for event in EVENTS:
            if not OUTPUT[state][1] and OUTPUT[step(state, event)][1]:
                eq((state, event), ("C2W", "close"))


def test_pwm_runs_where_something_is_offered_and_nowhere_else():
    eq({state for state in OUTPUT if OUTPUT[state][0] == "pwm"}, {"B2", "C2W", "C2"})
    eq({state for state in OUTPUT if OUTPUT[state][0] == "off"}, {"F"})


def test_leaving_c_opens_the_contactor():
    for state in ("C2", "CX"):
        for letter in "abdef":
            eq(OUTPUT[step(state, letter)][1], False)


def test_a_withdrawn_offer_keeps_the_contactor_for_the_6_s_without_pwm():
    eq(step("C2", "withdraw"), "CX")
    eq(OUTPUT["CX"], ("steady", True))
    eq(step("CX", "expired"), "C1")
    eq(step("CX", "offer"), "C2")


def test_without_an_offer_there_is_no_pwm_whatever_the_car_does():
    for letter in "abcd":
        eq(OUTPUT[step(step("B2", letter), "withdraw")], ("steady", False))


def test_state_d_is_refused_whatever_is_offered():
    for state in ("A1", "B1", "B2", "C1", "C2W", "C2", "CX"):
        eq(step(state, "d"), "D1")
    eq(step("D1", "offer"), "D1")
    eq(OUTPUT["D1"], ("steady", False))


def test_a_fault_leads_out_of_order_from_every_state():
    for state in OUTPUT:
        eq(step(state, "fault"), "E")
        eq(step(state, "fault_f"), "F")
        eq(OUTPUT[step(state, "e")][1], False)
    eq(OUTPUT["E"], ("steady", False))
    eq(OUTPUT["F"], ("off", False))


def test_out_of_order_lasts_until_it_is_cleared():
    for state in ("E", "F"):
        for event in EVENTS:
            if event not in ("clear", "fault", "fault_f"):
                eq(step(state, event), state)
        eq(step(state, "clear"), "A1")


def test_events_are_levels_saying_one_again_changes_nothing():
    for state in OUTPUT:
        for event in EVENTS:
            once = step(state, event)
            if (once, event) != ("A1", "clear"):
                eq(step(once, event), once)


def test_clear_means_nothing_where_nothing_is_wrong():
    for state in OUTPUT:
        if state not in ("E", "F"):
            eq(step(state, "clear"), state)


def test_the_tables_name_only_known_states_and_events():
    eq(set(NEXT), set(OUTPUT))
    for row in list(NEXT.values()) + [ALWAYS]:
        assert set(row) <= set(EVENTS), row
        assert set(row.values()) <= set(OUTPUT), row


def test_a_step_allocates_nothing():
    do = step
    micropython.heap_lock()
    try:
        state = do(do(do(do("A1", "b"), "offer"), "c"), "nonsense")
    finally:
        micropython.heap_unlock()
    eq(state, "C2W")
