"""The box's place in the network, as far as it is always asked for: is it on one?

Everything else comes for it and goes again: the start (wifi_boot.py), who looks after a box that is on no network
(wifi_care.py), joining one (wifi_join.py), the access point (wifi_ap.py), what is stored (wifi_store.py). A scan and
WLAN.active() stall, so they are only called while every contactor is open.
"""

import network

from pilotwire import loader


class Wifi:
    """.wlan: the station. .ap: the access point while it is on. .errors, .failures: how many there were, and the last
    ones as sentences. .state: go-e's wst while nothing is joined. .asked: set by who has changed what is stored.
    .seen, .seen_ms: what the last scan found, as wifi_join.py packs it, and ms since boot.
    """

    lan = ap = None  # lan: the interface, on a board with Ethernet (lan.py)
    fixed = False  # the station has a static address
    asked = cared = False  # cared: wifi_care.py is at it
    failures = ()
    seen = b""
    seen_ms = None
    errors = state = 0

    def __init__(self):
        self.wlan = network.WLAN()

    @property
    def connected(self):
        """The box has an address in a network of somebody else."""
        return self.wlan.isconnected()

    def second(self, box):
        """Once a second: a box on no network is looked after, as is one that is asked to or keeps its access point."""
        if not self.cared and (self.asked or not self.connected or not box.settings.get("wda")):
            self.cared = True
            box.tasks.start("wifi", loader.lend("net.wifi_care").run, box)
