from check import eq

from pilotwire.core.access import decide
from pilotwire.core.transaction import Transaction


def transaction(phase):
    t = Transaction(1, "no-card", 0, 0)
    t.phase = phase
    return t


PHASES = (
    ("new", False, "central"),
    ("starting", False, "central"),
    ("running", True, ""),
    ("refused", False, "refused"),
    ("stopping", False, "ended"),
    ("done", False, "ended"),
)


def test_open_access_without_ocpp_lets_anyone_charge():
    eq(decide(0, False, None, 0, None), (True, ""))
    eq(decide(0, False, 0, 2, None), (True, ""))


def test_frc_1_stops_in_every_case():
    for acs in (0, 1):
        for ocppe in (False, True):
            for t in (None, transaction("running")):
                eq(decide(acs, ocppe, 0, 1, t), (False, "forced_off"))


def test_frc_2_does_not_override_authorisation():
    eq(decide(1, False, None, 2, None), (False, "authorisation"))
    eq(decide(0, True, None, 2, None), (False, "transaction"))


def test_open_access_with_ocpp_waits_for_the_central_system():
    eq(decide(0, True, None, 0, None), (False, "transaction"))
    for phase, may, why in PHASES:
        eq(decide(0, True, None, 0, transaction(phase)), (may, why))


def test_closed_access_waits_for_trx():
    eq(decide(1, False, None, 0, None), (False, "authorisation"))
    eq(decide(1, False, 0, 0, None), (True, ""))
    eq(decide(1, False, 3, 0, None), (True, ""))


def test_closed_access_with_ocpp_waits_for_both():
    eq(decide(1, True, None, 0, transaction("running")), (False, "authorisation"))
    for phase, may, why in PHASES:
        eq(decide(1, True, 1, 0, transaction(phase)), (may, why))
