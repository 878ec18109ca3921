"""What was not taken of a transaction: again later, in the end a dead letter (X28, X29). Lent."""

from micropython import const

from pilotwire import loader

_SILENCES = const(10)  # of a message whose connection lives on count as one refusal (X29)


def refused(speaker, box, why):
    """The CALL was refused: why. None: there was no answer, which is no refusal unless "ocpptc" says so."""
    get = box.settings.get
    if why is None:
        speaker.silences += 1
        if speaker.silences < _SILENCES and not get("ocpptc"):
            return
        why = "no answer in time"
    speaker.silences = 0
    speaker.refusals += 1
    speaker.pause_ms = box.clock.up_ms() + get("ocpptr") * 1000 * speaker.refusals
    if speaker.refusals >= get("ocppta"):
        _bury(speaker, box, why)
        speaker.refusals = speaker.pause_ms = 0


def _bury(speaker, box, why):
    """A bill is never thrown away."""
    kind, _, number, _ = speaker.about
    if kind == "samples":
        loader.lend("sampling").keep(box)  # it may be in memory
    head = box.journal.head()
    if not head or head[1:3] != (kind, number):
        return
    box.journal.bury(head[0], why)
    box.point.triggers.append(("OtherError", 0))
    speaker.part = 0
    for outlet in box.outlets:
        t = outlet.transaction
        if kind == "start" and t and t.number == number:
            t.id = -1  # X30
