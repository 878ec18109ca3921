"""What the box knows of networks that it is not on: the last scan, the last failures. As get_net.py; told by name."""

from binascii import hexlify


def wsl(box):
    return list(box.wifi.failures)


def scan(box):
    return [_told(*found) for found in _seen(box.wifi.seen)]


def scaa(box):
    wifi = box.wifi
    return None if wifi.seen_ms is None else box.clock.up_ms() - wifi.seen_ms


def wcb(box):
    """Which one it is of several with that name the port does not tell."""
    wlan = box.wifi.wlan
    if not wlan.isconnected():
        return None
    ssid = wlan.config("ssid").encode()
    found = [bssid for name, bssid, *_ in _seen(box.wifi.seen) if name == ssid]
    return _mac(found[0]) if len(found) == 1 else None


def _seen(packed):
    """(name, bssid, dBm, channel, security) of each, as net/wifi_join.py has packed them."""
    at = 0
    while at < len(packed):
        end = at + 10 + packed[at + 9]
        yield packed[at + 10 : end], packed[at + 3 : at + 9], packed[at] - 256, packed[at + 1], packed[at + 2]
        at = end


def _told(name, bssid, dbm, channel, security):
    try:
        name = str(name, "utf-8")
    except UnicodeError:
        name = ""
    return {"ssid": name, "encryptionType": security, "rssi": dbm, "channel": channel, "bssid": _mac(bssid)}


def _mac(bssid):
    return str(hexlify(bssid, ":"), "utf-8").upper()
