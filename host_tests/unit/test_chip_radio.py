"""The air round the simulated chip: scan, reasons, access point, and what becomes of bytes."""

# Runs on the simulated chip.

import time

import clock
import costs
import link
import network
import radio
from check import eq, raises

HOME, CAFE = ["home", "secret12", -55], ["cafe", "", -80]


def fresh(*air):
    wlan = network.WLAN()
    wlan.active(True)
    wlan.active(False)
    network.WLAN(1).active(False)
    network.settings.clear()
    wlan.active(True)
    wlan.config(reconnects=0)
    radio.play([list(entry) for entry in air], 0, False)
    return wlan


def test_a_scan_takes_two_seconds_and_tells_names_and_strengths():
    wlan = fresh(HOME, CAFE)
    began_us = clock.now
    eq([(found[0], found[3], found[4]) for found in wlan.scan()], [(b"home", -55, 3), (b"cafe", -80, 0)])
    eq(clock.now - began_us, 2_000_000)
    wlan.connect("home", "secret12")
    raises(OSError, wlan.scan)  # it is joining
    time.sleep_ms(1500)
    eq(len(wlan.scan()), 2)
    wlan.active(False)
    raises(OSError, wlan.scan)


def test_each_way_to_fail_has_its_reason():
    wlan = fresh(HOME, CAFE)
    eq(wlan.status(), 1000)
    for ssid, key, reason in (("home", "wrong", 15), ("home", None, 15), ("nowhere", "x", 201)):
        wlan.connect(ssid, key)
        time.sleep_ms(2000)
        eq((wlan.isconnected(), wlan.status()), (False, reason))
    wlan.connect("cafe")
    eq(wlan.status(), 1001)
    time.sleep_ms(1500)
    eq((wlan.status(), wlan.status("rssi")), (1010, -80))
    radio.play([HOME])
    eq((wlan.isconnected(), wlan.status()), (False, 200))
    raises(OSError, wlan.status, "rssi")


def test_with_reconnects_the_driver_goes_on_for_ever_and_says_so():
    wlan = fresh()
    wlan.config(reconnects=-1)
    wlan.connect("home", "secret12")
    time.sleep_ms(60_000)
    eq(wlan.status(), 1001)
    radio.play([HOME])
    time.sleep_ms(1500)
    eq(wlan.isconnected(), True)


def test_without_them_a_network_that_comes_back_wants_another_connect():
    wlan = fresh(HOME)
    wlan.connect("home", "secret12")
    time.sleep_ms(1500)
    radio.play([])
    radio.play([HOME])
    time.sleep_ms(10_000)
    eq(wlan.isconnected(), False)
    wlan.connect()
    time.sleep_ms(1500)
    eq(wlan.isconnected(), True)


def test_bytes_pass_on_a_network_or_with_somebody_on_the_access_point():
    wlan = fresh(HOME)
    eq(link.network, "silent")
    ap = network.WLAN(1)
    ap.config(ssid="box", key="123456789012", security=3)
    ap.active(True)
    eq((link.network, ap.isconnected(), ap.config("ssid")), ("silent", False, "box"))
    radio.play(people=1)
    eq((link.network, ap.isconnected(), wlan.isconnected()), ("on", True, False))
    link.set_network("reset")
    eq(link.network, "reset")
    link.set_network("on")
    eq(link.network, "on")
    ap.active(False)
    eq(link.network, "silent")
    wlan.connect("home", "secret12")
    eq(link.network, "silent")
    time.sleep_ms(costs.WLAN_JOIN // 1000)
    eq(link.network, "on")


def test_the_world_is_told_of_the_access_point():
    fresh()
    link.heard = []
    ap = network.WLAN(1)
    ap.config(ssid="box", key="12345678")
    ap.active(True)
    ap.active(False)
    told, link.heard = [(line[0], line[2], line[3]) for line in link.heard if line[0] == "H"], None
    eq(told, [("H", b"box".hex(), b"12345678".hex()), ("H", "", "")])


def test_a_line_of_the_world_is_understood():
    fresh()
    link._apply(["O", "0", "1", "0", b'[["attic","x",-70]]'.hex()])
    eq((radio.air, radio.guests, radio.cable), ([["attic", "x", -70]], 1, False))
