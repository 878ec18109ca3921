"""Joins one of the stored networks. Comes for it, with every contactor open: a scan takes two seconds."""

import asyncio

from micropython import const

from pilotwire import loader

_WAIT_MS = const(200)
_WAITS = const(75)  # so often for an address
_CONNECTING = const(1001)
_RESTART = const(6)  # in every sixth turn the radio is switched off and on: after some failures only that helps
# wst, as go-e numbers it
_NOTHING = const(0)
_OUT_OF_REACH = const(1)
_FAILED = const(4)
_LOST = const(5)
_SEEN = const(8)  # networks of a scan that are kept, the strongest
_FAILURES = const(4)
_KEY = 2, 15, 202, 204  # reasons of ESP-IDF that a wrong password gives
_UNSEEN = 200, 201, 210, 211, 212


async def turn(box, number):
    """One turn. The first one asks the network that was joined last, or the first that is stored; later ones look what
    there is and ask all of that, the strongest first.
    """
    wifi = box.wifi
    stored = loader.lend("net.wifi_store").networks(box.settings.notice)
    wifi.wlan.disconnect()
    if not stored:
        wifi.state = _NOTHING
        _scan(box, False)  # for who sets it up
        return
    if number > 1:
        stored = _in_reach(wifi, stored, _scan(box, number % _RESTART == 0))
    else:
        last = wifi.wlan.config("ssid")
        stored = [network for network in stored if network[0] == last][:1] or stored[:1]
    for ssid, key, address in stored:
        if await _joined(wifi, ssid, key, address):
            wifi.state = _LOST  # once it is not joined any more
            box.log.info("on the network %s as %s" % (ssid, wifi.wlan.ifconfig()[0]))
            return
        box.log.warn(wifi.failures[-1])
        if wifi.asked or wifi.connected:  # by its cable
            return


def _scan(box, restart):
    """{name in bytes: dBm}. The watchdog wants to hear of us just before and behind it."""
    wlan = box.wifi.wlan
    _beat(box)
    if restart:
        wlan.active(False)
        wlan.active(True)
        _beat(box)
    try:
        found = wlan.scan()
        _keep(box, found)
        return {network[0]: network[3] for network in found}
    except OSError:
        return {b"": 0}  # nothing is known: all are asked
    finally:
        _beat(box)


def _keep(box, found):
    """For the key scan: of each dBm, channel, security, bssid, length of the name, name."""
    found.sort(key=lambda network: -network[3])
    packed = [bytes((n[3] & 255, n[2], n[4])) + n[1] + bytes((len(n[0]),)) + n[0] for n in found[:_SEEN]]
    box.wifi.seen, box.wifi.seen_ms = b"".join(packed), box.clock.up_ms()


def _beat(box):
    for path in box.paths:
        path.beat()


def _in_reach(wifi, stored, seen):
    """Those that were seen, the strongest first; and the others too when there is one that hides its name."""
    found = [network for network in stored if network[0].encode() in seen]
    found.sort(key=lambda network: -seen[network[0].encode()])
    if b"" in seen:
        found += [network for network in stored if network not in found]
    if not found:
        _failed(wifi, _OUT_OF_REACH, "%s is not in reach" % stored[0][0])
    return found


async def _joined(wifi, ssid, key, address):
    wlan = wifi.wlan
    wlan.disconnect()
    if address or wifi.fixed:
        wifi.fixed = bool(address)
        wlan.ifconfig(tuple(address) if address else "dhcp")
    wlan.connect(ssid, key or None)
    for _ in range(_WAITS):
        await asyncio.sleep_ms(_WAIT_MS)
        if wlan.isconnected():
            return True
        if wlan.status() != _CONNECTING:
            break
    reason = wlan.status()
    if reason in _UNSEEN:
        _failed(wifi, _OUT_OF_REACH, "%s is not in reach" % ssid)
    elif reason in _KEY:
        _failed(wifi, _FAILED, "%s refuses the password" % ssid)
    else:
        _failed(wifi, _FAILED, "no address from %s (%d)" % (ssid, reason))
    return False


def _failed(wifi, state, error):
    wifi.state = state
    wifi.errors += 1
    if error not in wifi.failures[-1:]:
        wifi.failures = wifi.failures[1 - _FAILURES :] + (error,)
