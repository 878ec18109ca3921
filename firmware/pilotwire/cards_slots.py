"""The card slots and what is read of them. Lent.

A slot is a setting, c0 to c9: UID (upper-case hex; "-" for none), energy in Wh and name; "" is an empty slot. No door
but the keys made of it sets it.
"""

from micropython import const

SLOTS = const(10)
_NO_NAME = "n/a"  # go-e's


def get(settings, slot):
    """-> (UID or "", energy in Wh, name or "")."""
    uid, wh, name = (settings.get("c%d" % slot) or "- 0 ").split(" ", 2)
    return "" if uid == "-" else uid, int(wh), name


def put(settings, slot, uid, wh, name, who=""):
    """Raises OSError, ValueError as Settings.set()."""
    used = uid or wh or name
    settings.set("c%d" % slot, "%s %d %s" % (uid or "-", wh, name) if used else "", who, True)


def find(settings, uid):
    """The slot of a card, None when it is in none."""
    for slot in range(SLOTS):
        if uid and get(settings, slot)[0] == uid:
            return slot
    return None


def teach(settings, slot, uid, who=""):
    """The card goes into the slot; name and energy stay. Raises ValueError when it is in another one."""
    there = find(settings, uid)
    if there not in (None, slot):
        raise ValueError("the card is in slot %d already" % there)
    put(settings, slot, uid, *get(settings, slot)[1:], who)


def book(settings, slot, wh):
    """Adds the energy of a session."""
    if wh > 0:
        uid, sum_wh, name = get(settings, slot)
        put(settings, slot, uid, sum_wh + wh, name)


def read(box, key):
    """The value of one of the keys cards, lrc, lri, lrr, tsi, c0n to c9n, c0e to c9e, c0i to c9i."""
    settings, trx = box.settings, box.outlet.trx
    if key == "tsi":
        return get(settings, trx - 1)[0] or None if trx and settings.get("rde") else None
    if key == "cards":
        return [_card(*get(settings, slot)) for slot in range(SLOTS)]
    if key[0] == "c":
        uid, wh, name = get(settings, int(key[1]))
        return {"n": name or _NO_NAME, "e": wh, "i": bool(uid)}[key[2]]
    cards = box.cards
    if not cards or not cards.last:
        return None
    if key == "lri":
        return cards.last if settings.get("rde") else None
    return cards.last_at_ms if key == "lrr" else find(settings, cards.last)


def _card(uid, wh, name):
    return {"name": name or _NO_NAME, "energy": wh, "cardId": bool(uid)}
