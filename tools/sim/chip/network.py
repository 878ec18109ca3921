"""network of the ESP32 port: a station that joins any network, as long as the world lets it.

After active(True) and connect() an address comes within WLAN_JOIN. A "silent" network keeps the station
associated; a "reset" one drops it, and it joins again by itself once the network is back. Which networks are in the
air, the access point and Ethernet are radio.py and lan.py, which come when somebody asks for them.
"""

import clock
import costs
import link
from micropython import const

STA_IF = 0
_STAT_IDLE = const(1000)
_STAT_CONNECTING = const(1001)
_STAT_GOT_IP = const(1010)

address = "127.0.0.1"  # the box's own; start.py sets it to the host of --http
settings = {}
on = wanted = False
joined_us = clock.NEVER


def join():
    """The network has changed, or somebody wants to be on it."""
    global joined_us
    if link.network == "reset" or not wanted:
        joined_us = clock.NEVER
    elif joined_us == clock.NEVER:
        joined_us = clock.now + costs.WLAN_JOIN


link.watchers.append(join)


class WLAN:
    def __init__(self, interface=STA_IF):
        self.station = interface == STA_IF
        if interface:
            __import__("radio")

    def active(self, switch=None):
        global on, wanted
        if switch is not None:
            clock.spend(costs.WLAN_ACTIVE)
            on, wanted = bool(switch), wanted and bool(switch)
            join()
            clock.leave()
        return on and self.station

    def connect(self, ssid=None, key=None, **_):
        global wanted
        if not on:
            raise OSError("Wifi Internal State Error")
        clock.enter()
        if ssid:
            settings["ssid"], settings["key"] = ssid, key
        wanted = True
        join()
        clock.leave()

    def disconnect(self):
        global wanted
        wanted = False
        join()

    def isconnected(self):
        clock.enter()
        joined = self.station and clock.now >= joined_us
        clock.leave()
        return joined

    def status(self, what=None):
        if what == "rssi":
            return -55
        return _STAT_GOT_IP if self.isconnected() else _STAT_CONNECTING if wanted else _STAT_IDLE

    def config(self, name=None, **new):
        settings.update(new)
        return settings.get(name)

    def ifconfig(self, new=None):
        if new:
            __import__("radio")
            return self.ifconfig(new)
        own = address if self.isconnected() else "0.0.0.0"
        return own, "255.255.255.0", own, own

    def scan(self):
        __import__("radio")
        return self.scan()  # radio.py has put its own here


def __getattr__(name):
    if name == "hostname":
        return str  # whatever the box is called
    return getattr(__import__("lan"), name)
