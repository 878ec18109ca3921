"""Who is known here without the central system (OCPP 1.6, 3.5): the local list, where it does not tell the cache. And
what follows from what is known of the id that waits. Lent while one is decided.
"""

from micropython import const

from pilotwire import loader

_ID_MOST = const(20)  # characters
_DENIED = {
    "Invalid": "unknown_card",
    "Blocked": "blocked_card",
    "Expired": "expired_card",
    "ConcurrentTx": "busy_card",
}


def look(box, id_tag):
    """-> (status, parentIdTag or None), status None: it is known nowhere."""
    found = _listed(box, id_tag)
    if not found and box.settings.peek("ocppce"):
        found = loader.lend("ocpp.cache").find(box, id_tag)
    if not found:
        return None, None
    status, until_s, parent = found
    now_s = box.clock.utc_s()
    if status == "Accepted" and until_s and now_s and now_s >= until_s:
        status = "Expired"
    return status, parent


def early(outlet):
    """LocalPreAuthorize: who is known need not be asked about, to start (A05)."""
    id_tag, how, _ = outlet.asking
    status, parent = look(outlet.box, id_tag)
    if status == "Accepted" and how != "stop":
        outlet.authorise(id_tag, parent)


def offline(outlet, nobody="offline_card"):
    """The central system cannot be asked (A20). nobody: what a person is told whom nobody knows here."""
    id_tag, how, _ = outlet.asking
    status, parent = look(outlet.box, id_tag)
    if status == "ConcurrentTx":  # usable (L15): what it charges elsewhere only the central system knows
        status = "Accepted"
    if status == "Accepted" and not outlet.settings.get("ocpplo"):
        status = None  # A17
    if not status and how != "stop" and outlet.settings.get("ocppao"):
        status = "Accepted"  # A18
    decide(outlet, status, parent, nobody)


def decide(outlet, status, parent, nobody=None):
    """What outlet.asking waits for. status: of OCPP; None: nobody knows."""
    id_tag, how, _ = outlet.asking
    t = outlet.transaction
    if status != "Accepted" and how == "tap" and unbilled(outlet, id_tag):
        return
    if status != "Accepted":
        loader.lend("billing").deny(outlet, _DENIED.get(status, nobody or "unknown_card"), id_tag)
    elif how != "stop":
        outlet.authorise(id_tag, parent)
    elif t and parent and t.parent and parent.lower() == t.parent.lower():
        outlet.asking = None
        outlet.end("Local", id_tag)  # another card of the group (A24, A25)
    else:
        loader.lend("billing").deny(outlet, "other_card", id_tag)


def verdict(info):
    """-> (status, parentIdTag or None) of an idTagInfo. Both may be kept on flash: a group that cannot be one is none.
    Raises KeyError, TypeError, ValueError: there is no status (ER18)."""
    status, parent = info["status"], info.get("parentIdTag")
    if type(status) is not str:
        raise ValueError("status")
    if type(parent) is not str or len(parent) > _ID_MOST:
        parent = None
    return status[:_ID_MOST], parent


def told(box, id_tag, info):
    """The central system's word on an id. Who is in the list is not in the cache (A08); that they do not agree is told
    (A21). Raises as verdict()."""
    status, parent = verdict(info)
    found = _listed(box, id_tag)
    if found:
        if status in ("Blocked", "Expired", "Invalid") and look(box, id_tag)[0] == "Accepted":
            box.point.trigger("LocalListConflict", 0)
    elif box.settings.peek("ocppce"):
        loader.lend("ocpp.cache").put(box, id_tag, status, _until_s(info), parent)


def _listed(box, id_tag):
    """As tags.find()."""
    if not box.settings.peek("ocppla"):
        return None
    return loader.lend("store.tags").find(box.tags + ".list", box.journal.peer, id_tag)


def _until_s(info):
    """unix s of expiryDate; 0: none, or none that can be read."""
    try:
        return loader.lend("core.timestamp").parse(info["expiryDate"])[0]
    except (KeyError, TypeError, ValueError):
        return 0


def master(outlet, id_tag):
    """A card that ends any charge and begins none (A27)."""
    cards = outlet.settings.peek("ocppmi")
    return bool(cards) and id_tag.lower() in [one.strip().lower() for one in cards.split(",")]


def unbilled(outlet, id_tag):
    """Where the owner wants it so, a card of his own list charges although the central system does not accept it: the
    connector is out of service for that time, and nothing is billed. -> whether it does."""
    if not outlet.settings.peek("ocpplu"):
        return False
    slot = loader.lend("cards_slots").find(outlet.settings, id_tag)
    if slot is None:
        return False
    outlet.asking = outlet.denied = None
    outlet.trx = slot + 1
    outlet.box.log.info("outlet %d: card %d charges, billed to nobody" % (outlet.number, slot))
    return True


def end_unbilled(outlet, id_tag):
    """What unbilled() has begun is ended by the same card."""
    if loader.lend("cards_slots").find(outlet.settings, id_tag) == outlet.trx - 1 or master(outlet, id_tag):
        outlet.trx = None
    else:
        loader.lend("billing").deny(outlet, "other_card", id_tag)
