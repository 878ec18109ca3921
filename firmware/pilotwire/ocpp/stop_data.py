"""transactionData of StopTransaction (OCPP 1.6, 4.10): what StopTxnSampledData and StopTxnAlignedData want. Lent, where
one of them is set.

One small record beside the transaction's start, so it outlives power (X22). Its first byte is 1 when the values at
begin and end are wanted too; then 8 bytes for each sample, as it begins (sampling.py): age with context, register. 14
have room. The next one thins them out evenly (X21), and from then on fewer are taken.
"""

from struct import unpack

from micropython import const

from pilotwire import loader

_MARK = "w"
_SIZE = const(8)
_REST = const(21)  # of a sample
_MOST = const(14)  # with begin and end StopTransactionMaxMeterValues
_LEAST = const(600)  # tenths of a second between two: the flash is written once a minute
_SLACK = const(10)


def begin(box, number):
    """A transaction begins whose first and last register are wanted."""
    _write(box, number, b"\1")


def add(box, number, sample):
    """A sample was taken."""
    data = box.journal.answer(number, _MARK) or b"\0"
    age, same = _age(sample), _same(data, sample)
    if same:
        gap = max(same[1] - same[0] if len(same) > 1 else 0, _LEAST)
        if age - same[-1] < gap - _SLACK:
            return
    if len(data) > _MOST * _SIZE:
        data = _thinned(data)
    _write(box, number, data + sample[:_SIZE])


def entries(data, start_wh, stop_ms, stop_wh, later):
    """The list. later: function that makes a text of ms since the start."""
    found = [_entry(later(_age(each) * 100), each) for each in _each(data)]
    if data[0]:
        ends = []
        for ms, wh, word in ((0, start_wh, "Begin"), (stop_ms, stop_wh, "End")):
            entry = _entry(later(ms), bytes(_SIZE))
            entry["sampledValue"][0].update({"value": str(wh), "context": "Transaction." + word})
            ends.append(entry)
        found = ends[:1] + found + ends[1:]
    return found


def _entry(when, sample):
    values = loader.lend("ocpp.meter_values").sampled(sample + bytes(_REST), "")
    return {"timestamp": when, "sampledValue": values}


def _each(data):
    return [data[at : at + _SIZE] for at in range(1, len(data), _SIZE)]


def _age(sample):
    return loader.lend("ocpp.meter_values").age_ms(sample) // 100


def _context(sample):
    return unpack("<I", sample)[0] >> 30


def _same(data, sample):
    """Ages of those of the same context."""
    context = _context(sample)
    return [_age(each) for each in _each(data) if _context(each) == context]


def _thinned(data):
    """Every second one of each context goes."""
    kept, seen = data[:1], [0, 0, 0, 0]
    for each in _each(data):
        context = _context(each)
        if seen[context] % 2 == 0:
            kept += each
        seen[context] += 1
    return kept


def _write(box, number, data):
    loader.lend("store.moment").wait(box.paths)
    try:
        box.journal.register(number, data, _MARK)
    except OSError as e:
        box.log.warn("transactionData of transaction %d was not kept: %s" % (number, e))
