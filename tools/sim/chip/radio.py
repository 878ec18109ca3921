"""What is in the air, the access point, and where the chip is. Comes when the world says that something is different
from how it begins, or when somebody asks for more than a station that joins, and puts its own methods in place of
network.WLAN's: few wallboxes need them, and they weigh.

A network is joined that is in the air and whose key is right. Reasons are ESP-IDF's: 200 lost, 201 no such network,
15 the handshake failed (the key is wrong). With reconnects=0 the driver tries once and status() tells the reason until
the next connect(); otherwise it tries for ever and says that it is connecting.

Bytes pass while the station has joined a network, somebody is on the access point, or the cable is in. In another
network than before, connections are dead.
"""

import json

import clock
import costs
import link
import network
from micropython import const

_SCAN_US = const(2_000_000)  # 13 channels of up to 120 ms each, and some more (est.)
_GOT_IP = const(1010)
_CONNECTING = const(1001)
_IDLE = const(1000)

air = [["home", "secret12", -55]]  # ssid, key ("": open), dBm
guests = 0  # stations on the access point
cable = True  # the Ethernet cable is plugged in
lan = None  # the module lan.py, once it is there
reason = 0  # why the station has not joined
on = False  # the access point
mode = link.network  # the world's part of what becomes of bytes
_settings = [network.settings, {}]  # of station and access point
_static = None
_where = None  # where the chip was last


def take(words):
    """A line of the world."""
    play(json.loads(bytes.fromhex(words[4])), int(words[2]), words[3] == "1")


def play(networks=None, people=None, plugged=None):
    """The world has changed: what is given of it."""
    global air, guests, cable
    air = air if networks is None else networks
    guests = guests if people is None else people
    cable = cable if plugged is None else plugged
    if lan:
        lan.look()
    _join()


def set_network(new):
    """In place of link's."""
    global mode
    mode = new
    _join()


def _entry():
    for entry in air:
        if entry[0] == _settings[0].get("ssid"):
            return entry
    return None


def _join():
    """As network.join(), which goes on being called: what it decided is decided anew."""
    global reason
    once = _settings[0].get("reconnects", -1) >= 0
    entry = _entry()
    good = entry and entry[1] in ("", _settings[0].get("key"))
    lost = network.joined_us != clock.NEVER
    if mode == "reset" or not good or not network.wanted or once and reason:
        network.joined_us = clock.NEVER
        if once and network.wanted and not reason:
            reason = 200 if lost else 15 if entry and not good else 201
    elif not lost:
        network.joined_us = clock.now + costs.WLAN_JOIN
        clock.at(network.joined_us, settled, 0)
    settled()


def settled(_=None):
    """Where is the chip now? Bytes pass, or not."""
    global _where
    where = "lan" if lan and lan.up() else None
    if not where and clock.now >= network.joined_us:
        where = _settings[0].get("ssid")
    if not where and on and guests:
        where = "ap"
    if where and where != _where:
        if _where:
            _tell("reset")
        _where = where
    _tell(mode if mode != "on" else "on" if where else "silent")


def _tell(new):
    if link.network != new:
        link.network = new
        for watcher in link.watchers:
            if watcher is not network.join:
                watcher()


class Methods:
    """What network.WLAN gets."""

    def active(self, switch=None):
        global on
        if switch is not None:
            clock.spend(costs.WLAN_ACTIVE)
        if self.station and switch is not None:
            network.on, network.wanted = bool(switch), network.wanted and bool(switch)
            _join()
        elif switch is not None:
            on = bool(switch)
            told = [_settings[1].get(name, "").encode().hex() if on else "" for name in ("ssid", "key")]
            link.tell("H", *told)
            settled()
        if switch is not None:
            clock.leave()
        return network.on if self.station else on

    def connect(self, ssid=None, key=None, **_):
        global reason
        if not network.on:
            raise OSError("Wifi Internal State Error")
        if ssid is not None:
            _settings[0]["ssid"], _settings[0]["key"] = ssid, key or ""
        network.wanted, reason = True, 0
        _join()

    def disconnect(self):
        network.wanted = False
        _join()

    def isconnected(self):
        if not self.station:
            return on and guests > 0
        clock.enter()
        joined = clock.now >= network.joined_us
        clock.leave()
        return joined

    def status(self, what=None):
        joined = self.isconnected()
        if what == "rssi":
            if not joined:
                raise OSError("Wifi Not Connected")
            return _entry()[2]
        return _GOT_IP if joined else reason or (_CONNECTING if network.wanted else _IDLE)

    def config(self, name=None, **new):
        kept = _settings[not self.station]
        kept.update(new)
        return kept.get(name)

    def ifconfig(self, new=None):
        global _static
        if new:
            _static = None if new == "dhcp" else new
        if not self.station:
            return "192.168.4.1", "255.255.255.0", "192.168.4.1", "0.0.0.0"
        if not self.isconnected():
            return ("0.0.0.0",) * 3 + (lan.ifconfig()[3] if lan else "0.0.0.0",)
        return _static or (network.address, "255.255.255.0", network.address, network.address)

    def scan(self):
        """(ssid, bssid, channel, dBm, security, hidden) of each. Blocks, and no timer runs meanwhile."""
        if not network.on or network.wanted and not self.isconnected() and not reason:
            raise OSError("Wifi Internal State Error")
        clock.spend(_SCAN_US)
        clock.leave()
        return [(ssid.encode(), b"\2\0\0\0\0\1", 6, dbm, 3 if key else 0, False) for ssid, key, dbm in air]


for _name in ("active", "connect", "disconnect", "isconnected", "status", "config", "ifconfig", "scan"):
    setattr(network.WLAN, _name, getattr(Methods, _name))
link.set_network = set_network
link.watchers.remove(network.join)
if clock.now >= network.joined_us:
    _where = _settings[0].get("ssid")
