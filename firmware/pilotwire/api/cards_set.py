"""Sets the keys of the cards: cards, c0n to c9i, lrn, del. Lent for it. All of it raises ValueError and OSError."""

from micropython import const

from pilotwire import cards_slots

_FRESH_MS = const(60_000)  # lrn takes a card that was read so long ago at the most
_LEARN_MS = const(30_000)  # ... or the next one in so long a time
_MOST_WH = const(1_000_000_000)
_MOST_NAME = const(32)  # bytes


def write(box, key, value, who="a door"):
    """who: asks for it, for the log."""
    settings = box.settings
    if key == "cards":
        _write_list(settings, value, who)
    elif key == "lrn":
        _learn(box, value, who)
    elif key == "del":
        cards_slots.put(settings, value, "", 0, "", who)
    else:
        _change(settings, int(key[1]), {"n": "name", "e": "energy", "i": "rfid"}[key[2]], value, who)


def _write_list(settings, entries, who):
    """[{}, {"name": .., "energy": .., "rfid": ..}]: changes what is given. What cannot be is found out first."""
    if len(entries) > cards_slots.SLOTS:
        raise ValueError("failed: more than %d cards" % cards_slots.SLOTS)
    for entry in entries:
        if not isinstance(entry, dict):
            raise ValueError("failed: want a list of objects")
        for name, value in entry.items():
            _check(name, value)
    for slot, entry in enumerate(entries):
        for name, value in entry.items():
            _change(settings, slot, name, value, who)


def _check(name, value):
    """-> the value as it is kept; None: it says nothing."""
    if name == "name" and isinstance(value, str):
        if len(value.encode()) <= _MOST_NAME:
            return "" if value == "n/a" else value
    elif name == "energy" and type(value) is int:
        if 0 <= value <= _MOST_WH:
            return value
    elif name == "rfid" and (value is None or isinstance(value, str)):
        return _uid(value or "")
    elif name == "cardId":  # as it was read
        return None
    raise ValueError("failed: %s cannot be that" % name)


def _uid(text):
    text = text.replace(":", "").replace(" ", "").upper()
    if len(text) not in (0, 8, 14, 20) or text.strip("0123456789ABCDEF"):
        raise ValueError("failed: want the serial as 8, 14 or 20 hex digits")
    return text


def _change(settings, slot, name, value, who):
    value = _check(name, value)
    uid, wh, old = cards_slots.get(settings, slot)
    if name == "rfid" and value:
        cards_slots.teach(settings, slot, value, who)
    elif name == "rfid":
        cards_slots.put(settings, slot, "", wh, old, who)
    elif name == "name":
        cards_slots.put(settings, slot, uid, wh, value, who)
    elif name == "energy":
        cards_slots.put(settings, slot, uid, value, old, who)


def _learn(box, slot, who):
    cards = box.cards
    if not cards:
        raise ValueError("this board has no card reader")
    now_ms = box.clock.up_ms()
    if cards.last and now_ms - cards.last_at_ms <= _FRESH_MS:
        cards_slots.teach(box.settings, slot, cards.last, who)
    else:
        cards.learning = slot, now_ms + _LEARN_MS
