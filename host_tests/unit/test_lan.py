"""A board with Ethernet: the cable first, Wi-Fi without it."""

# Runs on the simulated chip.

import asyncio

import clock
import lan as chip_lan
import link
import machine
import network
import radio
from check import eq
from test_wifi import HOME, Box, _folder, net

from pilotwire.hal import ethernet
from pilotwire.net import wifi_store
from pilotwire.net.lan import Lan

SPEC = {"phy": "LAN8720", "address": 1, "mdc": 23, "mdio": 18, "power": 12, "clock": 0}


def play(story, *stored, plugged=True):
    wlan = network.WLAN()
    wlan.active(True)
    wlan.active(False)
    network.WLAN(1).active(False)
    network.settings.clear()
    radio.play([list(HOME)], 0, plugged)
    _folder()
    asyncio.new_event_loop()

    async def whole():
        interface = ethernet.make(SPEC, None)
        interface.active(False)
        await story(Box(*stored, lan=Lan(interface)))

    asyncio.run(whole())


def test_the_driver_makes_the_interface_that_the_board_describes():
    ethernet.make(SPEC, None)
    mdc, mdio, phy, address, power, clock_pin, mode = chip_lan.made
    eq((phy, address, mode), (network.PHY_LAN8720, 1, machine.Pin.IN))
    assert all(isinstance(pin, machine.Pin) for pin in (mdc, mdio, power, clock_pin))
    ethernet.make(dict(SPEC, power=None, clock=17), None)
    eq((chip_lan.made[4], chip_lan.made[6]), (None, machine.Pin.OUT))


def test_with_a_cable_the_box_is_on_it_and_not_on_the_wifi_as_well():
    async def story(box):
        await box.run(10)
        eq((box.wifi.wired, box.wifi.connected, box.wifi.wlan.isconnected()), (True, True, False))
        eq((box.wifi.cared, link.network), (False, "on"))

    play(story, net(HOME))


def test_without_a_cable_it_is_on_the_wifi_and_the_cable_takes_over():
    async def story(box):
        await box.joins("home", 20)
        eq(box.wifi.wired, False)
        radio.play(plugged=True)
        await box.run(5)
        eq((box.wifi.wired, box.wifi.wlan.isconnected()), (True, False))
        assert "on the cable as 127.0.0.1" in box.log.lines

    play(story, net(HOME), plugged=False)


def test_a_pulled_cable_leads_back_to_the_wifi():
    async def story(box):
        await box.run(10)
        radio.play(plugged=False)
        eq((box.wifi.wired, box.wifi.connected), (False, False))
        await box.joins("home", 20)
        eq(box.wifi.connected, True)

    play(story, net(HOME))


def test_a_pulled_cable_with_a_charging_car_leads_back_to_the_wifi_it_was_on_before():
    async def story(box):
        await box.joins("home", 20)
        radio.play(plugged=True)
        await box.run(10)
        eq(box.wifi.wlan.isconnected(), False)
        box.connector.is_open = False
        radio.play(plugged=False)
        await box.joins("home", 20)

    play(story, net(HOME), plugged=False)


def test_without_cable_and_wifi_the_access_point_comes_and_goes_with_the_cable():
    async def story(box):
        await box.run(10)
        eq((radio.on, box.wifi.connected), (True, False))
        radio.play(plugged=True)
        await box.run(10)
        eq((radio.on, box.wifi.connected), (False, True))

    play(story, plugged=False)


def test_a_static_address_of_the_cable_is_taken_at_once():
    async def story(box):
        await box.run(10)
        eq(box.wifi.lan.ifconfig()[0], network.address)
        wifi_store.write("lan", ["10.0.0.7", "255.0.0.0", "10.0.0.1", "10.0.0.1"])
        box.wifi.asked = True
        await box.run(5)
        eq(box.wifi.lan.ifconfig()[0], "10.0.0.7")
        assert clock.now

    play(story)
