"""What goes to the central system of a transaction (OCPP 1.6, 4.7, 4.8, 4.10), and that it has taken it. Lent while
there is something to say; what is about the start is in starting.py.

A message said again is the same but for its id (X34): what it says comes from the journal, where the time of the start
is written down before it is first said, and every other time is so many ms after that.
"""

import json

from micropython import const

from pilotwire import loader

_SAMPLE = const(29)  # bytes of a sample


def call(speaker, box):
    """The next CALL, None while the clock is unknown. speaker: the Transactions."""
    head = box.journal.head()
    if not head:
        return None if box.journal.pending else _from_memory(speaker, box)
    seq, kind, number, payload = head
    speaker.about = kind, seq, number, None
    if kind == "start":
        return loader.lend("ocpp.starting").call(speaker, box, number, json.loads(payload))
    piece = payload[speaker.part : speaker.part + _SAMPLE]
    if number >> 32:  # of no transaction (between.py)
        return _sample(speaker, box, number, [number >> 64, None, None, number & 0xFFFFFFFF, 0], None, piece)
    start = box.journal.start(number)
    if start is None:  # nobody could say what it belongs to
        loader.lend("ocpp.refused").bury(speaker, box, seq, "its start is missing")
        return None
    start, uid = json.loads(start), _uid(box, number)
    if kind == "stop":
        return _stop(start, uid, box.journal.answer(number, "w"), *json.loads(payload))
    return _sample(speaker, box, number, start, uid, piece)


def answered(speaker, box, payload):
    """The CALL was answered well. Raises KeyError, TypeError, ValueError when it was not."""
    kind, seq, number, sample = speaker.about
    if kind == "start":
        loader.lend("ocpp.starting").answered(speaker, box, number, payload)
    speaker.refusals = speaker.silences = speaker.pause_ms = 0
    if kind == "stop":
        stop = box.journal.head()[3]
        _stopped(speaker, box, seq, number)
        _learn(box, json.loads(stop)[3], payload.get("idTagInfo"))
    elif kind == "samples":
        _forget(speaker, box, number, sample)


def _learn(box, id_tag, info):
    """What the answer to a stop says of who has stopped (A09)."""
    try:
        if id_tag and info:
            loader.lend("ocpp.known").told(box, id_tag, info)
    except (KeyError, TypeError, ValueError):
        pass  # the stop was taken all the same


def _stopped(speaker, box, seq, number):
    """Of a transaction whose start was refused for good the stop is a dead letter too: nobody has billed it (X30)."""
    if box.journal.answer(number) == b"":
        loader.lend("ocpp.refused").bury(speaker, box, seq, "its start was refused")
    else:
        box.journal.sent(seq)


def _from_memory(speaker, box):
    """The oldest sample that is on no flash."""
    oldest = oldest_ms = None
    for t in _waiting(box):
        ms = t.born_ms + loader.lend("ocpp.meter_values").age_ms(t.samples[0])
        if t.peer == box.journal.peer and (oldest is None or ms < oldest_ms):
            oldest, oldest_ms = t, ms
    return oldest and _sample(speaker, box, oldest.number, oldest.start, oldest.id, oldest.samples[0])


def _waiting(box):
    """What has samples in memory: transactions, and what stands for one between two."""
    return [t for outlet in box.outlets for t in (outlet.between, outlet.transaction) if t and t.samples]


def _uid(box, number):
    """The central system's id of a transaction; -1 for one whose start it never took (X30)."""
    answer = box.journal.answer(number)
    return json.loads(answer)[0] if answer else -1


def _sample(speaker, box, number, start, uid, sample):
    values = loader.lend("ocpp.meter_values")
    speaker.about = "samples", None, number, sample
    aligned, ms = values.aligned(sample), values.age_ms(sample)
    wanted = box.settings.peek("ocppad") if aligned else box.settings.get("ocppsd")
    return values.call(box.settings, start[0], uid, _later(start, ms, aligned), sample, wanted)


def _stop(start, uid, data, age_ms, wh, reason, id_tag):
    payload = {"transactionId": uid, "meterStop": wh, "timestamp": _later(start, age_ms), "reason": reason}
    if id_tag:
        payload["idTag"] = id_tag
    if data:
        told = loader.lend("ocpp.stop_data").entries(data, start[2], age_ms, wh, lambda ms: _later(start, ms))
        payload["transactionData"] = told
    return "StopTransaction", payload


def _later(start, ms, rounded=False):
    """The time so many ms after a start, as text. Where that is an estimate (starting.py), all times are. rounded: to a
    second."""
    ms = start[4] + (ms if len(start) == 5 else 0)
    if rounded:
        ms = (ms + 500) // 1000 * 1000
    return loader.lend("core.calendar").text(start[3] + ms // 1000, ms % 1000) + "Z"


def _forget(speaker, box, number, sample):
    """A sample was answered; it may have moved from memory to flash meanwhile."""
    for t in _waiting(box):
        if t.number == number and sample in t.samples:
            t.samples.remove(sample)
            return
    head = box.journal.head()
    if head and head[1:3] == ("samples", number) and head[3][speaker.part :].startswith(sample):
        speaker.part += _SAMPLE
        if speaker.part >= len(head[3]):
            speaker.part = 0
            box.journal.sent(head[0])
