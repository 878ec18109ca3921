"""network of the ESP32 port: a station that joins any network, as long as the world lets it.

A radio is on after active(True); an address comes WLAN_JOIN after connect(). A "silent" network keeps
the station associated; a "reset" one drops it, and it joins again by itself once the network is back.
"""

import clock
import costs
import link

STA_IF, AP_IF = 0, 1
STAT_IDLE, STAT_CONNECTING, STAT_GOT_IP, STAT_NO_AP_FOUND = 1000, 1001, 1010, 201
AUTH_OPEN, AUTH_WPA2_PSK = 0, 3

address = "127.0.0.1"  # the box's own; start.py sets it to the host of --http
_hostname = "mpy-esp32"


def hostname(name=None):
    global _hostname
    if name is None:
        return _hostname
    _hostname = name


def country(code=None):
    return "XX"


class WLAN:
    IF_STA, IF_AP = 0, 1
    PM_NONE, PM_PERFORMANCE, PM_POWERSAVE = 0, 1, 2

    _all = {}

    def __new__(cls, interface=0):
        if interface not in cls._all:
            wlan = cls._all[interface] = object.__new__(cls)
            wlan._active = wlan._wanted = False
            wlan._config = {"ssid": "", "mac": b"\x24\x0a\xc4\x50\x57\x01", "channel": 6}
            wlan._ready_us = clock.NEVER
            link.watchers.append(wlan._network_changed)
        return cls._all[interface]

    def __init__(self, interface=0):
        self._interface = interface

    def _network_changed(self):
        if link.network == "reset":
            self._ready_us = clock.NEVER
        elif self._wanted and self._ready_us == clock.NEVER:
            self._ready_us = clock.now + costs.WLAN_JOIN

    def active(self, on=None):
        if on is None:
            return self._active
        clock.spend(costs.WLAN_ACTIVE)
        self._active = bool(on)
        if not on:
            self.disconnect()
        clock.leave()

    def connect(self, ssid=None, key=None, **_):
        if not self._active:
            raise OSError("Wifi Internal State Error")
        clock.enter()
        self._config["ssid"] = ssid or ""
        self._wanted = True
        self._ready_us = clock.NEVER
        self._network_changed()
        clock.leave()

    def disconnect(self):
        self._wanted = False
        self._ready_us = clock.NEVER

    def isconnected(self):
        if self._interface == AP_IF:
            return False
        clock.enter()
        joined = clock.now >= self._ready_us
        clock.leave()
        return joined

    def status(self, what=None):
        if what == "rssi":
            return -55
        if self.isconnected():
            return STAT_GOT_IP
        return STAT_CONNECTING if self._wanted else STAT_IDLE

    def config(self, name=None, **settings):
        if name:
            return self._config.get(name)
        self._config.update(settings)

    def ifconfig(self, settings=None):
        own = address if self.isconnected() else "0.0.0.0"
        return (own, "255.255.255.0", own, own)

    def ipconfig(self, name=None, **_):
        return (self.ifconfig()[0], "255.255.255.0") if name == "addr4" else None

    def scan(self):
        clock.spend(costs.WLAN_JOIN)
        clock.leave()
        return [(b"Simulated", b"\x02\x00\x00\x00\x00\x01", 6, -55, 3, False)]
