"""What the keys that act do when they are written. Loaded when one is."""

from pilotwire import loader


def act(box, key, value, who="a door"):
    """Does what the key says, with a value that values.py has checked -> what is to be awaited, or None. who: asks for
    it, for the log. Raises ValueError, OSError.
    """
    return _ACT.get(key, _card)(box, key, value, who)


def _outlet(box, key, value, who):
    box.outlet.act(key, value)


def _restart(box, key, value, who):
    if value not in (True, 1):
        raise ValueError("failed: value must be true")
    box.restart("by " + who)


def _pem(box, key, value, who):
    loader.lend("store.pem").keep(box, key, value)


def _limit(box, key, value, who):
    loader.lend("watch").limit(box, value)


def _owner(box, key, value, who):
    return loader.lend("store.owner").keep(box, value)


def _network(box, key, value, who):
    loader.lend("net.wifi_store")
    loader.lend("api.net_set").write(box, key, value)


def _card(box, key, value, who):
    loader.lend("cards_slots")
    loader.lend("api.cards_set").write(box, key, value, who)


def _update(box, key, value, who):
    loader.lend("update.fetch").start(box, value)


def _letters(box, key, value, who):
    return loader.lend("api.get_journal").drop(box, value)


def _clock(box, key, value, who):
    if value is None:  # it may be read as null, while the time is unknown
        raise ValueError("failed: null not allowed")
    s, ms = loader.lend("core.timestamp").parse(value)
    box.clock.set_utc(s, ms, "user")


def _made_of_others(box, key, value, who):
    loader.lend("commands").write(box, key, value, who)


_ACT = {
    "trx": _outlet,
    "ack": _outlet,
    "rst": _restart,
    "opw": _owner,
    "tcl": _limit,
    "utc": _clock,
    "oct": _update,
    "clp": _made_of_others,
    "osr": _made_of_others,
    "ocppio": _made_of_others,
    "ocppdl": _letters,
    "ocppck": _pem,
    "ocppcc": _pem,
    "ocppsc": _pem,
    "mck": _pem,
    "mqcc": _pem,
    "msc": _pem,
    "wifis": _network,
    "delw": _network,
    "lan": _network,
    "wak": _network,
}
