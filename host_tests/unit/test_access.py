from check import eq

from pilotwire.core.access import decide
from pilotwire.core.transaction import Transaction


class Outlet:
    """What decide() looks at."""

    def __init__(self, phase=None, trx=None, ending=None, id_tag=None, asking=None, over=None):
        self.trx, self.ending, self.id_tag, self.asking, self.over = trx, ending, id_tag, asking, over
        self.number, self.transaction = 1, None
        if phase:
            self.transaction = Transaction(0, [1, "no-card", 0, 0, 0], 0)
            self.transaction.phase = phase


def of(acs, ocppe, frc=0, out=0, **outlet):
    return decide({"acs": acs, "ocppe": ocppe, "frc": frc, "ocppiv": out}.get, Outlet(**outlet))


PHASES = (
    ("waiting", (False, "central")),
    ("running", (True, "")),
    ("suspended", (False, "refused")),
    ("resuming", (False, "resuming")),
)


def test_open_access_without_ocpp_lets_anyone_charge():
    eq(of(0, False), (True, ""))
    eq(of(0, False, frc=2, trx=0), (True, ""))


def test_frc_1_stops_in_every_case():
    for acs in (0, 1):
        for ocppe in (False, True):
            for phase in (None, "running"):
                eq(of(acs, ocppe, frc=1, phase=phase, trx=0), (False, "forced_off"))


def test_frc_2_does_not_override_authorisation():
    eq(of(1, False, frc=2), (False, "authorisation"))
    eq(of(1, True, frc=2), (False, "card"))
    eq(of(0, True, frc=2), (False, "transaction"))


def test_closed_access_without_ocpp_waits_for_trx():
    eq(of(1, False), (False, "authorisation"))
    eq(of(1, False, trx=0), (True, ""))
    eq(of(1, False, trx=3), (True, ""))


def test_A02_with_ocpp_a_transaction_has_to_run_whatever_trx_says():
    for acs, waits in ((0, "transaction"), (1, "card")):
        eq(of(acs, True, trx=0), (False, waits))
        for phase, want in PHASES:
            eq(of(acs, True, phase=phase), want)
            eq(of(acs, True, phase=phase, ending=("Local", None, 0)), (False, "ended"))


def test_before_a_transaction_it_says_what_is_waited_for():
    eq(of(1, True, asking=("04A1", "tap", 0)), (False, "asking"))
    eq(of(1, True, id_tag="04A1"), (False, "transaction"))


def test_after_a_transaction_no_other_one_begins_by_itself():
    for acs in (0, 1):
        for over in ("ended", "refused", "no_room", "left"):
            eq(of(acs, True, over=over), (False, over))
            eq(of(acs, True, over=over, id_tag="04A1"), (False, "transaction"))


def test_every_phase_has_an_answer():
    import pilotwire.core.transaction as module

    eq(module.Transaction(0, [1, "x", 0, 0, 0], 0).phase in [phase for phase, _ in PHASES], True)


def test_V02_V10_out_of_service_nothing_begins_and_a_transaction_goes_on():
    for bits in (1, 2, 3):
        eq(of(1, True, out=bits, id_tag="04A1"), (False, "unavailable"))
        eq(of(1, True, out=bits, phase="running"), (True, ""))
    eq(of(1, True, out=4), (False, "card"))  # that is another connector
    eq(of(0, False, out=1), (True, ""))  # without OCPP nobody takes it out of service
