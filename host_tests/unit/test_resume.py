"""After a power cut (X31, X32 of our notes): the same plug-in, another one, none; the ways of TxAfterPowerLoss."""

import json
import sys

from check import eq
from point import START_S, Bench

from pilotwire import loader, sampling


class Machine:
    """The chip, as much of it as is asked."""

    PWRON_RESET, WDT_RESET = 1, 3
    cause = 1

    @classmethod
    def reset_cause(cls):
        return cls.cause


sys.modules["machine"] = Machine
WH = 12345678


class Cut(Bench):
    """A wallbox that starts again after the cut.

    age_s: of the last record, at last_wh; cut_s: how long the power was away.
    """

    def __init__(self, tag="04A1", age_s=600, last_wh=WH + 500, cut_s=300, answer=(7, "Accepted", None), **settings):
        super().__init__()
        self.box.settings.values.update(settings, acs=1)
        journal = self.box.journal
        self.number = journal.begin(json.dumps([1, tag, WH, START_S, 0]).encode())
        if answer is not None:
            journal.answered(self.number, json.dumps(answer).encode() if answer else b"")
        if age_s:
            journal.register(self.number, json.dumps([age_s * 1000, last_wh]).encode())
        record = journal.records[self.number]
        row = self.number, record["start"], record.get("answer"), record.get("register"), False
        self.box.open_transactions = [row]
        self.comes_s = START_S + age_s + cut_s
        self.outlet.meter.energy_wh = last_wh
        self.outlet.connector.seen_b = False
        self.box.clock.now_ms = 500

    def boot_up(self, plugged=True, clock=True, s=3):
        loader.lend("resume").restore(self.box)
        self.run(0.4)
        self.outlet.connector.seen_b = True
        self.outlet.connector.plugged = plugged
        if clock:
            self.box.clock.set_utc(self.comes_s, 0, "ntp")
        self.run(s)
        return self.outlet.transaction

    def stopped(self):
        """The payload of the stop that waits, None for none."""
        for _, kind, number, payload in self.box.journal.entries:
            if kind == "stop" and number == self.number:
                return json.loads(payload)
        return None


def test_X31_the_same_plug_in_goes_on_with_the_same_transaction():
    cut = Cut()
    t = cut.boot_up()
    eq((t.number, t.id, t.id_tag, t.phase), (cut.number, 7, "04A1", "running"))
    eq((cut.outlet.allowed, cut.stopped()), (True, None))


def test_X31_the_first_values_after_it_say_other_and_the_time_goes_on():
    cut = Cut()
    cut.boot_up()
    cut.boot()
    cut.rest_statuses()
    action, payload = cut.next()
    entry = payload["meterValue"][0]
    eq((action, payload["transactionId"], entry["timestamp"][:17]), ("MeterValues", 7, "2026-01-01T00:15:"))
    eq({v["context"] for v in entry["sampledValue"]}, {"Other"})


def test_until_it_is_decided_nothing_flows():
    cut = Cut()
    t = cut.boot_up(clock=False, s=10)
    eq((t.phase, cut.outlet.allowed, cut.outlet.reason), ("resuming", False, "resuming"))
    cut.box.clock.set_utc(cut.comes_s, 0, "ntp")
    cut.run(1)
    eq((t.phase, cut.outlet.allowed), ("running", True))


def test_without_a_clock_it_goes_on_after_a_minute():
    cut = Cut()
    t = cut.boot_up(clock=False, s=61)
    eq(t.phase, "running")


def test_X31_a_car_that_is_gone_ends_it_with_what_was_written_down_last():
    cut = Cut()
    cut.boot_up(plugged=False)
    eq((cut.outlet.transaction, cut.stopped()), (None, [600_000, WH + 500, "PowerLoss", None]))


def test_X14_after_a_restart_by_the_watchdog_the_reason_is_reboot():
    Machine.cause = Machine.WDT_RESET
    try:
        cut = Cut()
        cut.boot_up(plugged=False)
        eq(cut.stopped()[2], "Reboot")
    finally:
        Machine.cause = Machine.PWRON_RESET


def test_X31_a_car_that_was_gone_for_a_moment_is_another_one():
    cut = Cut()
    cut.boot_up(clock=False, s=2)
    cut.unplug()
    cut.plug()
    cut.run(1)
    eq(cut.stopped()[2], "PowerLoss")


def test_X31_a_car_that_never_shows_itself_is_gone_after_a_minute():
    cut = Cut()
    loader.lend("resume").restore(cut.box)
    cut.run(58)
    eq(cut.stopped(), None)
    cut.run(3)
    eq(cut.stopped()[2], "PowerLoss")


def test_X31_a_cut_that_was_too_long_ends_it():
    cut = Cut(cut_s=61 * 60, ocpprm=60)
    cut.boot_up()
    eq((cut.stopped()[2], cut.outlet.over, cut.outlet.allowed), ("PowerLoss", "ended", False))
    cut = Cut(cut_s=59 * 60, ocpprm=60)
    cut.boot_up()
    eq(cut.stopped(), None)


def test_X31_X13_stop_ends_it_and_no_energy_flows_until_a_new_authorisation():
    cut = Cut(tag="no-card", ocpppl="stop")
    cut.box.settings.values["acs"] = 0
    cut.boot_up(s=30)
    eq((cut.stopped()[2], cut.outlet.transaction, cut.outlet.allowed), ("PowerLoss", None, False))
    cut.outlet.authorise("04A1")
    cut.run(1)
    eq(cut.outlet.allowed, True)


def test_X31_restart_ends_it_and_begins_a_second_one_for_the_same_id():
    cut = Cut(ocpppl="restart")
    t = cut.boot_up()
    eq(cut.stopped()[2], "PowerLoss")
    eq((t.number > cut.number, t.id_tag, cut.outlet.allowed), (True, "04A1", True))


def test_X32_a_register_that_rose_plausibly_counts():
    cut = Cut()
    cut.outlet.meter.energy_wh = WH + 530
    cut.boot_up(plugged=False)
    eq(cut.stopped()[1], WH + 530)


def test_X32_another_meter_does_not_count_and_ends_it():
    for wh in (5, WH + 900_000):
        cut = Cut()
        cut.outlet.meter.energy_wh = wh
        cut.boot_up()
        eq(cut.stopped(), [600_000, WH + 500, "PowerLoss", None])


def test_X32_a_silent_meter_is_not_waited_for_for_ever():
    cut = Cut()
    cut.outlet.meter.silent, cut.outlet.meter.energy_wh = True, None
    cut.boot_up(plugged=False, s=14)
    eq(cut.stopped(), None)
    cut.run(2)
    eq(cut.stopped()[1], WH + 500)


def test_X32_samples_that_wait_on_flash_are_records_too():
    cut = Cut()
    cut.plug()
    cut.outlet.meter.energy_wh = WH + 700
    payload = b"".join(sampling.sample(cut.outlet, age, 0) for age in (6_600, 7_200))
    cut.unplug()
    reading = loader.use("store.journal_read")
    reading.entries = lambda journal: [("000001m000000", "m", "000000"), ("000002m000000", "m", "000000")]
    loader.use("store.journal_record").read = lambda journal, name: payload if name == "000002m000000" else b""
    cut.box.open_transactions = [cut.box.open_transactions[0][:4] + (True,)]
    cut.boot_up(plugged=False)
    loader.release("store.journal_read")
    loader.release("store.journal_record")
    eq(cut.stopped()[:2], [720_000, WH + 700])


def test_a_start_without_an_answer_waits_for_it_or_charges_as_its_card_was_accepted():
    t = Cut(answer=None).boot_up()
    eq((t.phase, t.id), ("running", None))
    cut = Cut(answer=None, tag="no-card")
    cut.box.settings.values["acs"] = 0
    cut.box.ocpp.accepted = True
    t = cut.boot_up()
    eq(t.phase, "waiting")


def test_X30_a_start_that_was_given_up_stays_so():
    eq(Cut(answer=()).boot_up().id, -1)


def test_A28_one_that_was_not_accepted_does_not_go_on():
    cut = Cut(answer=(7, "Invalid", None))
    cut.boot_up()
    eq(cut.stopped()[2], "DeAuthorized")


def test_A24_the_group_is_remembered():
    eq(Cut(answer=(7, "Accepted", "FAMILY")).boot_up().parent, "FAMILY")


def test_somebody_who_ends_it_meanwhile_ends_it():
    cut = Cut()
    cut.boot_up(clock=False, s=2)
    cut.outlet.end("Remote")
    cut.run(2)
    eq(cut.stopped()[2], "Remote")


def test_a_record_that_makes_no_sense_is_told_and_is_no_reason_not_to_start():
    for start in (b"{}", b"[]", b"nonsense", b"[1]"):
        cut = Cut()
        cut.box.open_transactions = [(cut.number, start) + cut.box.open_transactions[0][2:]]
        cut.boot_up()
        eq((cut.outlet.transaction, len(cut.box.settings.notices)), (None, 1))


def test_B15_a_start_without_a_time_gets_one_that_fits_this_boot():
    cut = Cut(answer=None)
    cut.box.journal.records[cut.number]["start"] = start = json.dumps([1, "04A1", WH, None, 9_999_000, 2]).encode()
    cut.box.open_transactions = [(cut.number, start) + cut.box.open_transactions[0][2:]]
    cut.boot_up()
    eq(json.loads(cut.box.journal.start(cut.number)), [1, "04A1", WH, None, -600_000, 3])


def test_a_stop_that_cannot_be_written_is_tried_again():
    cut = Cut()
    cut.box.journal.full = True
    cut.boot_up(plugged=False)
    assert cut.outlet.transaction
    cut.box.journal.full = False
    cut.run(6)
    eq((cut.outlet.transaction, cut.stopped()[2]), (None, "PowerLoss"))
