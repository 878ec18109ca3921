"""The network of a board with Ethernet: the cable is preferred, Wi-Fi is what remains without it."""

from pilotwire.net.wifi import Wifi


class Lan(Wifi):
    """lan: the interface (hal/ethernet.py). Where both are up ESP-IDF sends by Wi-Fi: so that is let go."""

    def __init__(self, lan):
        super().__init__()
        self.lan = lan

    @property
    def wired(self):
        """There is a link and an address."""
        return self.lan.isconnected() and self.lan.ifconfig()[0] != "0.0.0.0"

    @property
    def connected(self):
        return self.wired or self.wlan.isconnected()

    def second(self, box):
        if self.wired and self.wlan.isconnected():
            self.wlan.disconnect()
            box.log.info("on the cable as " + self.lan.ifconfig()[0])
        super().second(box)
