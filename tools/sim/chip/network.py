"""network of the ESP32 port: a station that joins any network, as long as the world lets it.

After active(True) and connect() an address comes within WLAN_JOIN. A "silent" network keeps the station
associated; a "reset" one drops it, and it joins again by itself once the network is back.
"""

import clock
import costs
import link

STA_IF = 0
_STAT_IDLE, _STAT_CONNECTING, _STAT_GOT_IP = 1000, 1001, 1010

address = "127.0.0.1"  # the box's own; start.py sets it to the host of --http
_settings = {}
_active = _wanted = False
_joined_us = clock.NEVER


def _join():
    """The network has changed, or somebody wants to be on it."""
    global _joined_us
    if link.network == "reset" or not _wanted:
        _joined_us = clock.NEVER
    elif _joined_us == clock.NEVER:
        _joined_us = clock.now + costs.WLAN_JOIN


link.watchers.append(_join)


class WLAN:
    def __init__(self, interface=STA_IF):
        self._station = interface == STA_IF

    def active(self, on=None):
        global _active, _wanted
        if on is not None:
            clock.spend(costs.WLAN_ACTIVE)
            _active, _wanted = bool(on), _wanted and bool(on)
            _join()
            clock.leave()
        return _active and self._station

    def connect(self, ssid=None, key=None, **_):
        global _wanted
        if not _active:
            raise OSError("Wifi Internal State Error")
        clock.enter()
        _settings["ssid"] = ssid
        _wanted = True
        _join()
        clock.leave()

    def disconnect(self):
        global _wanted
        _wanted = False
        _join()

    def isconnected(self):
        clock.enter()
        joined = self._station and clock.now >= _joined_us
        clock.leave()
        return joined

    def status(self, what=None):
        if what == "rssi":
            return -55
        return _STAT_GOT_IP if self.isconnected() else _STAT_CONNECTING if _wanted else _STAT_IDLE

    def config(self, name=None, **settings):
        _settings.update(settings)
        return _settings.get(name)

    def ifconfig(self):
        own = address if self.isconnected() else "0.0.0.0"
        return own, "255.255.255.0", own, own
