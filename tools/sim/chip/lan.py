"""network.LAN of the ESP32 port: a PHY behind RMII. An address comes a while after the cable."""

import clock
import network
import radio
from micropython import const

_ACTIVE_US = const(300_000)  # MAC and PHY on (est.): a reset of the PHY and its first registers
_LINK_US = const(2_000_000)  # from a cable to an address: autonegotiation and DHCP, not blocking (est.)

PHY_LAN8710, PHY_LAN8720, PHY_IP101, PHY_RTL8201, PHY_DP83848, PHY_KSZ8041, PHY_KSZ8081 = range(7)
ETH_STARTED, ETH_DISCONNECTED, ETH_CONNECTED, ETH_GOT_IP = 1, 4, 3, 5

_active = False
_up_us = clock.NEVER
made = None  # the settings of the one interface there is
_static = None


def look():
    """The cable, or the switch, has changed."""
    global _up_us
    if not _active or not radio.cable:
        _up_us = clock.NEVER
    elif _up_us == clock.NEVER:
        _up_us = clock.now + _LINK_US
        clock.at(_up_us, radio.settled, 0)


def up():
    return clock.now >= _up_us


class LAN:
    def __init__(self, id=0, *, mdc, mdio, phy_type, phy_addr, power=None, ref_clk=None, ref_clk_mode=None):
        global made
        if not 0 <= phy_addr <= 31:
            raise ValueError("invalid phy address")
        made = mdc, mdio, phy_type, phy_addr, power, ref_clk, ref_clk_mode

    def active(self, on=None):
        global _active
        if on is not None:
            clock.spend(_ACTIVE_US)
            _active = bool(on)
            look()
            radio.settled()
            clock.leave()
        return _active

    def isconnected(self):
        """The link; an address may come later."""
        return _active and radio.cable

    def status(self):
        return ETH_GOT_IP if up() else ETH_CONNECTED if self.isconnected() else ETH_DISCONNECTED

    def ifconfig(self, new=None):
        global _static
        if new:
            _static = None if new == "dhcp" else new
        own = network.address
        return (_static or (own, "255.255.255.0", own, own)) if up() else ("0.0.0.0",) * 4


def ifconfig():
    return LAN.ifconfig(None)


radio.lan = __import__("lan")
