"""What goes to the central system of a transaction, and what its answers mean (OCPP 1.6, 4.7, 4.8, 4.10). Lent while
there is something to say.

A message said again is the same but for its id (X34): its texts come from the journal, where the time of the start is
written down before it is first said, and every other time is so many ms after that.
"""

import json

from micropython import const

from pilotwire import loader
from pilotwire.core import ticks

_SILENCES = const(10)  # of a message whose connection lives on count as one refusal (X29)
_SAMPLE = const(24)  # bytes of a sample


def call(speaker, box, now_ms):
    """The next CALL, None while the clock is unknown. speaker: the Transactions."""
    head = box.journal.head()
    if not head:
        return None if box.journal.pending else _from_memory(speaker, box)
    seq, kind, number, payload = head
    if kind == "samples":
        sample = payload[speaker.part : speaker.part + _SAMPLE]
        return _sample(speaker, box, seq, number, sample)
    speaker.about = kind, seq, number, None
    if kind == "stop":
        return _stop(box, number, *json.loads(payload))
    start = json.loads(payload)
    if type(start[3]) is int:
        start = _dated(box, number, start)
    return start and ("StartTransaction", dict(zip(("connectorId", "idTag", "meterStart", "timestamp"), start)))


def on_answer(speaker, box, payload, why, now_ms):
    """As a speaker's. No answer is no refusal (X29), unless "ocpptc" says so."""
    kind, seq, number, sample = speaker.about
    if payload is not None:
        if kind == "start":
            _answered(box, number, payload)
        elif kind == "stop":
            box.journal.sent(seq)
        else:
            _forget(speaker, box, number, sample)
        speaker.refusals, speaker.silences, speaker.pause_ms = 0, 0, None
        return
    if why is None:
        speaker.silences += 1
        if speaker.silences < _SILENCES and not box.settings.get("ocpptc"):
            return
        why = "no answer in time"
    speaker.silences = 0
    speaker.refusals += 1
    speaker.pause_ms = ticks.add(now_ms, box.settings.get("ocpptr") * 1000 * speaker.refusals)
    if speaker.refusals >= box.settings.get("ocppta"):
        speaker.refusals, speaker.pause_ms = 0, None
        _bury(speaker, box, kind, number, why)


def _from_memory(speaker, box):
    """The oldest sample that is on no flash."""
    for outlet in box.outlets:
        t = outlet.transaction
        if t and t.samples:
            return _sample(speaker, box, None, t.number, t.samples[0])
    return None


def _sample(speaker, box, seq, number, sample):
    values = loader.lend("ocpp.meter_values")
    start = json.loads(box.journal.start(number))
    speaker.about = "samples", seq, number, sample
    when = _later(start, values.age_ms(sample))
    return values.call(start[0], _uid(box, number), when, sample, box.settings.get("ocppsd"))


def _stop(box, number, age_ms, wh, reason, id_tag):
    payload = {
        "transactionId": _uid(box, number),
        "meterStop": wh,
        "timestamp": _later(json.loads(box.journal.start(number)), age_ms),
        "reason": reason,
    }
    if id_tag:
        payload["idTag"] = id_tag
    return "StopTransaction", payload


def _uid(box, number):
    """The central system's id of a transaction; -1 for one whose start it never took (X30)."""
    answer = box.journal.answer(number)
    return json.loads(answer)[0] if answer else -1


def _dated(box, number, start):
    """The start as it is said once and for all, in the journal; None while the clock is unknown. From an earlier boot,
    nobody knows better than that it was before this one: then its other times are the same (B15)."""
    clock = box.clock
    if not clock.source:
        return None
    then_ms = start[3] if start[4] == box.boots else 0
    estimate = [] if start[4] == box.boots else [0]
    when = loader.lend("ocpp.times").text(clock, ticks.add(clock.ms(), then_ms - clock.up_ms()))
    if estimate:
        box.log.warn("transaction %d began while the clock was unknown: taken as %s" % (number, when))
    start = start[:3] + [when] + estimate
    box.journal.restart(number, json.dumps(start).encode())
    return start


def _later(start, ms):
    """The time so many ms after a start, as text."""
    calendar = loader.lend("core.calendar")
    s, start_ms = calendar.parse(start[3])
    ms = start_ms + (ms if len(start) == 4 else 0)
    return calendar.text(s + ms // 1000, ms % 1000) + "Z"


def _answered(box, number, payload):
    info = payload["idTagInfo"]
    uid, status, parent = int(payload["transactionId"]), info["status"], info.get("parentIdTag")
    box.journal.answered(number, json.dumps([uid, status, parent]).encode())
    for outlet in box.outlets:
        t = outlet.transaction
        if t and t.number == number:
            t.id, t.parent = uid, parent or t.parent
            loader.lend("billing").answered(outlet, t, status)


def _forget(speaker, box, number, sample):
    """A sample was answered; it may have moved from memory to flash meanwhile."""
    for outlet in box.outlets:
        t = outlet.transaction
        if t and t.number == number and sample in t.samples:
            t.samples.remove(sample)
            return
    head = box.journal.head()
    if head and head[1:3] == ("samples", number) and head[3][speaker.part :].startswith(sample):
        speaker.part += _SAMPLE
        if speaker.part >= len(head[3]):
            speaker.part = 0
            box.journal.sent(head[0])


def _bury(speaker, box, kind, number, why):
    """Refused for good: a dead letter, never thrown away (X28)."""
    if kind == "samples":
        loader.lend("sampling").keep(box)
    head = box.journal.head()
    speaker.part = 0
    box.settings.notice("OCPP: the central system refused a %s of transaction %d for good: %s" % (kind, number, why))
    if head and head[1:3] == (kind, number):
        box.journal.bury(head[0], why)
    for outlet in box.outlets:
        if kind == "start" and outlet.transaction and outlet.transaction.number == number:
            outlet.transaction.id = -1
