"""What a card does that was held to the reader. Brought in when one was."""

from pilotwire import loader
from pilotwire.core import ticks


def tap(box, id_tag):
    """id_tag: the UID in upper-case hex, the byte that was sent first in front (A01)."""
    cards = box.cards
    cards.last, cards.last_at_ms = id_tag, box.clock.up_ms()
    learning, cards.learning = cards.learning, None
    if learning and cards.last_at_ms <= learning[1]:
        _learn(box, learning[0], id_tag)
    else:
        slot = loader.lend("cards_slots").find(box.settings, id_tag)
        outlet = _choose(box.outlets, id_tag, -1 if slot is None else slot + 1)
        if box.settings.get("ocppe"):
            outlet.tap(id_tag)
        else:
            _use(box, outlet, id_tag, slot)


def _choose(outlets, id_tag, trx):
    """Whom it means: of the outlets that nobody has authorised the one that was plugged in last; without a car there,
    one that this card has (trx: as the outlet tells it without OCPP), else one that is free, else the first."""
    free = [outlet for outlet in outlets if not (outlet.id_tag or outlet.transaction or outlet.trx)]
    waiting = None
    for outlet in free:
        if outlet.plugged and not (waiting and ticks.diff(waiting.plugged_ms, outlet.plugged_ms) > 0):
            waiting = outlet
    if waiting:
        return waiting
    for outlet in outlets:
        holder = outlet.transaction.id_tag if outlet.transaction else outlet.id_tag
        if outlet.trx == trx or holder and holder.upper() == id_tag:  # A04
            return outlet
    return (free or outlets)[0]


def _learn(box, slot, id_tag):
    try:
        loader.lend("cards_slots").teach(box.settings, slot, id_tag, "lrn")
        box.log.info("card %s is now in slot %d" % (id_tag, slot))
    except (ValueError, OSError) as e:
        box.log.warn("card %s was not taught: %s" % (id_tag, e))


def _use(box, outlet, id_tag, slot):
    """Without OCPP the list of cards decides: the first tap begins, the second one of the same card ends."""
    if slot is None:
        loader.lend("billing").deny(outlet, "unlisted_card", id_tag)
    elif outlet.trx == slot + 1:
        if box.settings.get("acs"):  # else it charges on anyway, and the card counts it
            box.log.info("outlet %d: ended by card %d" % (outlet.number, slot))
            outlet.act("trx", None)
    elif outlet.trx:
        loader.lend("billing").deny(outlet, "other_card", id_tag)
    else:
        box.log.info("outlet %d: released by card %d" % (outlet.number, slot))
        outlet.denied = None
        outlet.act("trx", slot + 1)
