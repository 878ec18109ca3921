from check import eq

from pilotwire.core.transaction import Transaction


def test_a_new_transaction_has_neither_id_nor_end():
    t = Transaction(1, "no-card", 1234, 500)
    eq((t.connector_id, t.id_tag, t.meter_start_wh, t.started_ms), (1, "no-card", 1234, 500))
    eq((t.phase, t.id, t.meter_stop_wh, t.stopped_ms, t.reason), ("new", None, None, None, None))


def test_a_stop_is_kept_for_the_charge_point_to_say():
    for phase in ("new", "starting", "running"):
        t = Transaction(1, "no-card", 1234, 500)
        t.phase = phase
        t.stop(2345, 9000, "EVDisconnected")
        eq((t.phase, t.meter_stop_wh, t.stopped_ms, t.reason), ("stopping", 2345, 9000, "EVDisconnected"))


def test_only_the_first_stop_counts():
    t = Transaction(1, "no-card", 1234, 500)
    t.stop(2345, 0, "EVDisconnected")
    t.stop(9999, 10000, "Other")
    eq((t.meter_stop_wh, t.stopped_ms, t.reason), (2345, 0, "EVDisconnected"))


def test_a_refused_transaction_stays_refused_when_it_is_stopped():
    t = Transaction(1, "no-card", 1234, 500)
    t.phase = "refused"
    t.stop(1234, 9000, "EVDisconnected")
    eq((t.phase, t.stopped_ms), ("refused", 9000))
