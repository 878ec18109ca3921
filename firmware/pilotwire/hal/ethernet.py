"""Ethernet by a PHY behind the ESP32's own MAC (RMII): makes the interface of MicroPython's network.LAN.

The clock of 50 MHz comes from the PHY into pin 0, or from the chip out of pin 16 or 17. Source: facts micropython,
section 7.
"""

import network
from machine import Pin


def make(spec, board):
    """Blocks while it looks for the PHY, and resets the chip where there is none: only for boards that have one."""
    power = spec["power"]
    return network.LAN(
        0,
        mdc=Pin(spec["mdc"]),
        mdio=Pin(spec["mdio"]),
        power=None if power is None else Pin(power),
        phy_type=getattr(network, "PHY_" + spec["phy"]),
        phy_addr=spec["address"],
        ref_clk=Pin(spec["clock"]),
        ref_clk_mode=Pin.IN if spec["clock"] == 0 else Pin.OUT,
    )
