"""The station: brought up once at the start, watched from then on. WLAN.active() stalls, so it is called only here,
before anything can charge.
"""

import network


class Wifi:
    """.up() at boot; the rest asks the driver and never blocks. Credentials are the ones the chip keeps (they are set
    when it is flashed).
    """

    def __init__(self):
        self._wlan = network.WLAN()

    def up(self):
        """Starts the radio and the first connect; later ones are the driver's. Raises OSError where the radio does not
        start.
        """
        self._wlan.active(True)
        if not self._wlan.isconnected():
            self._wlan.connect()

    @property
    def connected(self):
        return self._wlan.isconnected()

    @property
    def ip(self):
        """The box's own IPv4 address, "" without one."""
        address = self._wlan.ifconfig()[0]
        return "" if address == "0.0.0.0" else address

    @property
    def rssi_dbm(self):
        """Strength of the access point in dBm, None when not connected."""
        try:
            return self._wlan.status("rssi")
        except OSError:
            return None
