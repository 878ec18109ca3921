"""The box's place in the network, as far as it is always asked for: is it on one?

Everything else comes for it and goes again: the start (wifi_boot.py), who looks after a box that is on no network
(wifi_care.py), joining one (wifi_join.py), the access point (wifi_ap.py), what is stored (wifi_store.py). A scan and
WLAN.active() stall, so they are only called while every contactor is open.
"""

import network
from micropython import const

from pilotwire import loader

_AWAY_S = const(3)


class Wifi:
    """.wlan: the station. .ap: the access point while it is on. .error, .errors: the last failure as a sentence, and
    how many there were. .state: go-e's wst while nothing is joined. .asked: somebody has changed what is stored.
    """

    lan = None  # the interface, on a board with Ethernet (lan.py)
    fixed = False  # the station has a static address

    def __init__(self):
        self.wlan = network.WLAN()
        self.ap = None
        self.error = ""
        self.errors = self.state = 0
        self.asked = self.cared = False  # wifi_care.py is at it
        self._away_s = 0

    @property
    def connected(self):
        """The box has an address in a network of somebody else."""
        return self.wlan.isconnected()

    def second(self, box):
        """Once a second: a box on no network for a while is looked after, as is one whose access point stays on."""
        self._away_s = 0 if self.connected and box.settings.get("wda") else self._away_s + 1
        if self._away_s > _AWAY_S:
            self.care(box)

    def care(self, box):
        """Looks after it now, until it is on a network and nothing is left to do."""
        if not self.cared:
            self.cared = True
            box.tasks.start("wifi", loader.lend("net.wifi_care").run, box)
