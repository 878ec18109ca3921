"""What was not taken of a transaction: again later, in the end a dead letter (X28, X29). Lent."""

from micropython import const

from pilotwire import loader

_SILENCES = const(10)  # of a message whose connection lives on count as one refusal (X29)
_LATER_MS = const(60_000)  # when the flash has no room for a dead letter


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
        _give_up(speaker, box, why)


def bury(speaker, box, seq, why):
    """A bill is never thrown away: the journal's head is kept as a dead letter, and the central system is told of it,
    of a start or stop with what it says. -> False: there is no room, and it is said again a minute later.
    """
    kind = box.journal.head()[1]
    try:
        box.journal.bury(seq, why)
    except OSError as e:
        box.ocpp.failed("what the central system refuses finds no room on flash: %s" % e)
        speaker.pause_ms = box.clock.up_ms() + _LATER_MS
        return False
    speaker.refusals = speaker.pause_ms = 0
    box.point.triggers.append(("OtherError", 0))
    if kind != "samples":
        box.point.triggers.append(("DataTransfer", seq))
    return True


def _give_up(speaker, box, why):
    kind, _, number, _ = speaker.about
    if kind == "samples":
        loader.lend("sampling").keep(box)  # it may be in memory
    head = box.journal.head()
    if not head or head[1:3] != (kind, number):
        speaker.refusals = speaker.pause_ms = 0  # it is not there any more
        return
    if not bury(speaker, box, head[0], why):
        return
    speaker.part = 0
    for outlet in box.outlets:
        t = outlet.transaction
        if kind == "start" and t and t.number == number:
            t.id = -1  # X30
