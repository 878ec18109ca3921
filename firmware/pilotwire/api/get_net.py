"""The network: what the box is on, what it knows of others.

One function per key, found by its name (status.py). Each takes the Box and returns what json.dumps takes; None is
unknown. Numbers are go-e's (facts goe-api, section 5). No password is told by any of them.
"""

from pilotwire import loader

_CONNECTING = 1001


def wst(box):
    """3 connected, 7 connecting; else why not: 0 nothing is stored, 1 out of reach, 4 failed, 5 lost."""
    return (0, 0, 7, 3)[wsms(box)] or box.wifi.state


def wsms(box):
    wlan = box.wifi.wlan
    if wlan.isconnected():
        return 3
    return 2 if wlan.status() == _CONNECTING else 0


def rssi(box):
    try:
        return box.wifi.wlan.status("rssi")
    except OSError:
        return 0  # null breaks a client (facts, section 4)


def ccw(box):
    wlan = box.wifi.wlan
    return _where(wlan.ifconfig(), ssid=wlan.config("ssid")) if wlan.isconnected() else None


def cce(box):
    lan = box.wifi.lan
    return _where(lan.ifconfig()) if lan and box.wifi.wired else None


def nif(box):
    wifi = box.wifi
    if wifi.lan and wifi.wired:
        return "en"
    return "st" if wifi.wlan.isconnected() else "ap" if wifi.ap else ""


def wsm(box):
    return box.wifi.failures[-1] if box.wifi.failures else ""


def dns(box):
    where = cce(box) or ccw(box)
    return {"dns": where["dns"]} if where else None


def wan(box):
    return box.hostname if box.wifi.ap else None


def wifis(box):
    store = loader.lend("net.wifi_store")
    return [_stored(store.slot(n) or ("", "", None)) for n in range(store.SLOTS)]


def lan(box):
    if not box.wifi.lan:
        return None
    return _address({}, loader.lend("net.wifi_store").read("lan"))


def _where(address, **more):
    more["ip"], more["netmask"], more["gw"], more["dns"] = address
    return more


def _stored(network):
    ssid, key, address = network
    return _address({"ssid": ssid, "key": bool(key)}, address)


def _address(entry, address):
    entry["useStaticIp"] = bool(address)
    if address:
        entry["staticIp"], entry["staticSubnet"], entry["staticGateway"], entry["staticDns"] = address
    return entry
