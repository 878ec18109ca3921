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


def _letters(box, key, value):
    return loader.lend("api.get_journal").drop(box, value)


def _clock(box, key, value):
    s, ms = loader.lend("core.timestamp").parse(value)
    box.clock.set_utc(s, ms, "user")


def _presets(box, key, value):
    """All five are good, or none is taken."""
    if len(value) > 5:
        raise ValueError("failed: more than 5 currents")
    table = loader.lend("api.table")
    for a in value:
        reason = table.wrong(table.row("al1"), a)
        if reason:
            raise ValueError("failed: " + reason)
    for n in range(5):
        box.settings.set("al%d" % (n + 1), value[n] if n < len(value) else 0, "the key API")


def _after_power_loss(box, key, value):
    """osr: true is one value of ocpppl, false the usual one."""
    if value != (box.settings.peek("ocpppl") == "stop"):
        box.settings.set("ocpppl", "stop" if value else "resume", "the key API")


def _out_of_service(box, key, value):
    box.settings.set("ocppiv", int(value), "the key API")


_ACT = {
    "trx": _outlet,
    "ack": _outlet,
    "rst": _restart,
    "opw": _owner,
    "tcl": _limit,
    "utc": _clock,
    "oct": _update,
    "clp": _presets,
    "osr": _after_power_loss,
    "ocppio": _out_of_service,
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
