"""Sets the keys of the network: wifis, delw, lan, wak. Lent for it. All of it raises ValueError and OSError.

What is wrong is found out before anything is kept, and nothing of a password is repeated in what is said of it.
"""

from pilotwire import loader
from pilotwire.net import wifi_store

_STATIC = "staticIp", "staticSubnet", "staticGateway", "staticDns"


def write(box, key, value):
    """Keeps it, then has the box join anew where that changes what it is on."""
    for outlet in box.outlets:
        if not outlet.connector.is_open:
            raise OSError(key + ": a car charges, and the network has to wait")
    if key == "wak":
        _check_key(value)
        wifi_store.write("ap", value)
    elif key == "lan":
        if not box.wifi.lan:
            raise ValueError("this board has no Ethernet")
        wifi_store.write("lan", _address(value, None))
        box.wifi.asked = True
    else:
        _networks(box, [{}] * value + [{"ssid": ""}] if key == "delw" else value)


def _networks(box, entries):
    """[{}, {"ssid": .., "key": ..}]: changes what is given; an empty ssid empties the slot."""
    if len(entries) > wifi_store.SLOTS:
        raise ValueError("failed: more than %d networks" % wifi_store.SLOTS)
    old = [wifi_store.slot(n) for n in range(len(entries))]
    new = [_changed(before, entry) for before, entry in zip(old, entries)]
    for n, network in enumerate(new):
        if network != old[n]:
            wifi_store.write(str(n), network)
    on = box.wifi.wlan.config("ssid")
    lost = [before for before, network in zip(old, new) if before and before != network and before[0] == on]
    if lost or old != new and not box.wifi.wlan.isconnected():
        box.wifi.asked = True


def _changed(before, entry):
    """-> the network that a slot then holds; None: it is empty."""
    if not isinstance(entry, dict):
        raise ValueError("failed: want a list of objects")
    for name in entry:
        if name not in ("ssid", "key", "useStaticIp") + _STATIC:
            raise ValueError("failed: unknown field " + name[:40])
    ssid, key, address = before or ("", "", None)
    if entry.get("ssid", ssid) != ssid:
        ssid, key, address = entry["ssid"], "", None
        if not isinstance(ssid, str) or len(ssid.encode()) > 32 or not _plain(ssid):
            raise ValueError("failed: ssid: want a text of up to 32 bytes")
    if not isinstance(entry.get("key", True), bool):  # as it was read it says nothing
        key = entry["key"]
        if key != "":
            _check_key(key)
    address = _address(entry, address)
    if ssid:
        return [ssid, key, address]
    if key or address:
        raise ValueError("failed: ssid is missing")
    return None


def _check_key(key):
    if not isinstance(key, str) or not 8 <= len(key.encode()) <= 63 or not _plain(key):
        raise ValueError("failed: want a password of 8 to 63 characters")


def _plain(text):
    return not [c for c in text if ord(c) < 32 or ord(c) == 127]


def _address(entry, before):
    """-> [address, netmask, gateway, name server]; None: DHCP."""
    use = entry.get("useStaticIp", bool(before))
    if not isinstance(use, bool):
        raise ValueError("failed: useStaticIp: want true or false")
    if not use:
        return None
    given = [entry.get(name, old) for name, old in zip(_STATIC, before or [None] * 4)]
    given[3] = given[3] or given[2]  # the router mostly is the name server, too
    reason = loader.lend("core.ipv4").wrong(given)
    if reason:
        raise ValueError("failed: " + reason)
    return given
