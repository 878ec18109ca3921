from check import eq

from pilotwire.core.transaction import Transaction


def test_a_new_transaction_waits_and_has_neither_id_nor_samples():
    t = Transaction(3, [1, "no-card", 1234, 0, 0], 500)
    eq((t.number, t.connector_id, t.id_tag, t.meter_start_wh, t.born_ms), (3, 1, "no-card", 1234, 500))
    eq((t.phase, t.id, t.parent, t.samples), ("waiting", None, None, []))
