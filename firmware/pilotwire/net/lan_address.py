"""The address of the Ethernet interface: DHCP, or what is stored."""

from pilotwire.net import wifi_store


def apply(lan):
    """Takes what is stored into force. No car charges."""
    address = wifi_store.read("lan")
    lan.ifconfig(tuple(address) if address else "dhcp")
