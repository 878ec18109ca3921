"""The start of the network: name, radio, the access point's password on the console. Nothing can charge yet, so the
radio's stall does no harm.
"""

import network

from pilotwire import loader


def up(box):
    """Switches the radio on; Wifi.second() sees to the rest. Raises OSError where it does not start."""
    network.hostname(box.hostname)  # before the interface: mDNS takes it from there
    wifi = box.wifi
    if wifi.lan:
        loader.lend("net.lan_address").apply(wifi.lan)
        wifi.lan.active(True)
    wifi.wlan.active(True)
    # The driver would try again for ever and never say why, so we do it; and a station that sleeps loses beacons
    wifi.wlan.config(reconnects=0, pm=0)
    try:
        password = loader.lend("net.wifi_ap").password()
        box.log.info("access point %s, password %s" % (box.hostname, password))
    except OSError as e:
        box.log.error("no access point: its password cannot be kept (%s)" % e)
