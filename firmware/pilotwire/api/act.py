"""What the keys that act do when they are written. Loaded when one is."""

from pilotwire import loader


def act(box, key, value):
    """Does what the key says, with a value that values.py has checked -> what is to be awaited, or None. Raises
    ValueError, OSError.
    """
    return _ACT.get(key, _card)(box, key, value)


def _outlet(box, key, value):
    box.outlet.act(key, value)


def _restart(box, key, value):
    if value not in (True, 1):
        raise ValueError("failed: value must be true")
    box.restart("asked for over the key API")


def _pem(box, key, value):
    loader.lend("store.pem").keep(box, key, value)


def _limit(box, key, value):
    loader.lend("watch").limit(box, value)


def _owner(box, key, value):
    return loader.lend("store.owner").keep(box, value)


def _network(box, key, value):
    loader.lend("net.wifi_store")
    loader.lend("api.net_set").write(box, key, value)


def _card(box, key, value):
    loader.lend("cards_slots")
    loader.lend("api.cards_set").write(box, key, value)


def _update(box, key, value):
    loader.lend("update.fetch").start(box, value)


def _clock(box, key, value):
    s, ms = loader.lend("core.timestamp").parse(value)
    box.clock.set_utc(s, ms, "user")


_ACT = {
    "trx": _outlet,
    "ack": _outlet,
    "rst": _restart,
    "opw": _owner,
    "tcl": _limit,
    "utc": _clock,
    "oct": _update,
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
