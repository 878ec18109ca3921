"""The box finds its network, and its way back to it; where there is none, the access point comes."""

# Runs on the simulated chip.

import asyncio
import json
import os

import clock
import network
import radio
from box import Log, Plain
from check import eq, raises

from pilotwire import loader, tasks
from pilotwire.api import get_air, get_net
from pilotwire.net import wifi, wifi_join, wifi_store

HOME, OFFICE = ["home", "secret12", -55], ["office", "letmein22", -70]


class Settings:
    def __init__(self):
        self.values = {"wda": True}
        self.notices = []
        self.notice = self.notices.append

    def get(self, key):
        return self.values[key]


class Box:
    """A radio, a contactor that is open or not, and the seconds of the control loop."""

    def __init__(self, *stored, lan=None):
        self.log = Log()
        self.clock = Plain(up_ms=lambda: clock.now // 1000)
        self.settings = Settings()
        self.hostname = "pilotwire-012345"
        self.tasks = tasks.Supervisor(self.log)
        self.connector = Plain(is_open=True)
        self.outlets = [Plain(connector=self.connector)]
        self.beats = 0
        self.paths = [self]
        for slot in range(wifi_store.SLOTS):
            wifi_store.write(str(slot), stored[slot] if slot < len(stored) else None)
        wifi_store.write("lan", None)
        self.wifi = lan or wifi.Wifi()
        loader.lend("net.wifi_boot").up(self)

    def beat(self):
        self.beats += 1

    async def run(self, seconds, until=lambda: False):
        """-> how long it took."""
        for s in range(seconds):
            if until():
                return s
            self.wifi.second(self)
            loader.sweep()
            await asyncio.sleep_ms(1000)
        return seconds

    async def joins(self, ssid, seconds=60):
        await self.run(seconds, lambda: self.is_on(ssid))
        assert self.is_on(ssid), (self.log.lines, network.settings, radio.reason)

    def is_on(self, ssid):
        return self.wifi.wlan.isconnected() and self.wifi.wlan.config("ssid") == ssid


def play(story, *stored, air=(HOME, OFFICE)):
    """Runs async story(box) in a fresh air."""
    wlan = network.WLAN()
    wlan.active(True)
    wlan.active(False)
    network.WLAN(1).active(False)
    network.settings.clear()
    radio.play([list(entry) for entry in air], 0, False)
    _folder()
    asyncio.new_event_loop()

    async def whole():
        box = Box(*stored)
        await story(box)

    asyncio.run(whole())


_root = []


def _folder():
    """A file system of its own, in memory."""
    if not _root:
        import vfs

        class Ram:
            def __init__(self):
                self.data = bytearray(64 * 4096)

            def readblocks(self, n, buf, off=0):
                at = n * 4096 + off
                buf[:] = self.data[at : at + len(buf)]

            def writeblocks(self, n, buf, off=0):
                at = n * 4096 + off
                self.data[at : at + len(buf)] = buf

            def ioctl(self, op, arg):
                return {4: 64, 5: 4096, 6: 0}.get(op)

        device = Ram()
        vfs.VfsLfs2.mkfs(device)
        vfs.mount(device, "/wifi")
        _root.append(device)


def net(entry, address=None):
    return [entry[0], entry[1], address]


def test_the_stored_network_is_joined_at_the_start_without_a_scan():
    async def story(box):
        await box.joins("home", 5)
        await box.run(3)
        eq((box.wifi.connected, box.wifi.cared, box.wifi.failures), (True, False, ()))
        eq(box.beats, 0)  # a scan would have told the watchdog
        assert not loader.here("net.wifi_join") and not loader.here("net.wifi_care")

    play(story, net(HOME))


def test_a_wrong_password_is_said_and_the_second_network_taken():
    async def story(box):
        await box.joins("office", 60)
        eq(box.wifi.failures, ("home refuses the password",))
        eq(box.wifi.errors, 2)  # it was asked again, being the strongest
        assert not [line for line in box.log.lines if "secret" in line or "wrongwrong" in line]

    play(story, ["home", "wrongwrong", None], net(OFFICE))


def test_what_a_scan_saw_is_kept_for_who_sets_up_a_box_without_a_network():
    crowd = [["net%d" % i, "", -40 - i] for i in range(12)]

    async def story(box):
        eq((box.wifi.seen, get_air.scan(box), get_air.scaa(box)), (b"", [], None))
        await box.run(10)
        found = get_air.scan(box)
        eq([network["ssid"] for network in found], ["net%d" % i for i in range(8)])
        want = {"ssid": "net3", "encryptionType": 0, "rssi": -43, "channel": 6, "bssid": "02:00:00:00:00:01"}
        eq(found[3], want)
        assert len(box.wifi.seen) == 8 * 14
        assert 0 <= get_air.scaa(box) < 10_000
        assert box.wifi.ap and box.beats >= 2

    play(story, air=crowd)


def test_hostile_names_of_networks_are_told_as_text_or_not_at_all():
    async def story(box):
        await box.run(3)
        box.wifi.seen = b""
        found = [(b"\xff\xfe", b"\1\2\3\4\5\6", 1, -1, 3, False), (b'"}\n', b"\xff" * 6, 255, -255, 255, False)]
        found += [(b"", bytes(6), 0, -90, 0, True), (b"x" * 32, bytes(6), 13, -91, 7, False)]
        wifi_join._keep(box, found)
        eq([network["ssid"] for network in get_air.scan(box)], ["", "", "x" * 32, '"}\n'])
        eq(json.loads(json.dumps(get_air.scan(box))), get_air.scan(box))

    play(story)


def test_the_last_four_failures_are_told_and_none_twice_in_a_row():
    async def story(box):
        for name in ("a", "b", "b", "c", "d", "e", "e"):
            wifi_join._failed(box.wifi, 1, name + " is not in reach")
        eq([text[0] for text in get_air.wsl(box)], ["b", "c", "d", "e"])
        eq((get_net.wsm(box), box.wifi.errors), ("e is not in reach", 7))

    play(story, net(HOME))


def test_the_access_point_in_use_is_told_where_the_scan_saw_one_of_its_name():
    async def story(box):
        await box.joins("home", 5)
        eq((get_air.wcb(box), get_net.dns(box)), (None, {"dns": network.address}))
        one = (b"home", b"\xaa\xbb\xcc\1\2\3", 6, -50, 3, False)
        wifi_join._keep(box, [one, (b"office", bytes(6), 1, -60, 3, False)])
        eq(get_air.wcb(box), "AA:BB:CC:01:02:03")
        wifi_join._keep(box, [one, (b"home", bytes(6), 1, -60, 3, False)])
        eq(get_air.wcb(box), None)
        box.wifi.wlan.disconnect()
        eq((get_air.wcb(box), get_net.dns(box)), (None, None))

    play(story, net(HOME))


def test_a_network_that_vanishes_is_found_again_without_a_restart():
    async def story(box):
        await box.joins("home", 5)
        radio.play([])
        await box.run(30)
        eq((box.wifi.connected, box.wifi.failures[-1], box.wifi.state), (False, "home is not in reach", 1))
        radio.play([HOME])
        took_s = await box.run(90, lambda: box.is_on("home"))
        assert took_s <= 65, took_s
        await box.run(3)
        eq((box.wifi.cared, box.wifi.state), (False, 5))

    play(story, net(HOME))


def test_when_the_network_is_gone_the_strongest_of_the_others_is_taken():
    weak = ["attic", "attic1234", -88]

    async def story(box):
        await box.joins("home", 5)
        radio.play([weak, OFFICE])
        await box.joins("office", 60)

    play(story, net(HOME), net(weak), net(OFFICE), air=(HOME, OFFICE, weak))


def test_a_network_that_hides_its_name_is_asked_too():
    async def story(box):
        await box.run(8)
        radio.play([["", "hidden123", -50], ["cellar", "hidden123", -50]])
        scan = network.WLAN.scan
        network.WLAN.scan = lambda self: [found for found in scan(self) if found[0] != b"cellar"]
        try:
            await box.joins("cellar", 90)
        finally:
            network.WLAN.scan = scan

    play(story, ["cellar", "hidden123", None], air=())


def test_an_open_network_needs_no_password():
    async def story(box):
        await box.joins("cafe", 5)

    play(story, ["cafe", "", None], air=(["cafe", "", -40],))


def test_while_a_car_charges_only_the_last_network_is_tried_and_nothing_stalls():
    async def story(box):
        await box.joins("home", 5)
        box.connector.is_open = False
        stalls, calls = [], []
        spend = clock.spend
        clock.spend = lambda us: (stalls.append(us), spend(us))[1]
        scan, active = network.WLAN.scan, network.WLAN.active
        network.WLAN.scan = network.WLAN.active = lambda *_: calls.append("stalls")
        try:
            radio.play([OFFICE])
            await box.run(300)
            eq((box.wifi.connected, box.wifi.ap, calls), (False, None, []))
            radio.play([HOME, OFFICE])
            await box.joins("home", 70)
        finally:
            clock.spend, network.WLAN.scan, network.WLAN.active = spend, scan, active
        eq([us for us in stalls if us > 20_000], [])

    play(story, net(HOME), net(OFFICE))


def test_the_car_gone_the_others_have_their_turn():
    async def story(box):
        await box.joins("home", 5)
        box.connector.is_open = False
        radio.play([OFFICE])
        await box.run(100)
        eq(box.wifi.connected, False)
        box.connector.is_open = True
        await box.joins("office", 90)

    play(story, net(HOME), net(OFFICE))


def test_with_nothing_stored_the_access_point_is_there_at_once_and_has_a_password_of_its_own():
    async def story(box):
        await box.run(4)
        assert radio.on
        eq(radio._settings[1]["ssid"], "pilotwire-012345")
        eq(radio._settings[1]["security"], 3)
        password = radio._settings[1]["key"]
        eq((len(password), password.strip("23456789abcdefghijkmnpqrstuvwxyz")), (12, ""))
        eq(
            [line for line in box.log.lines if password in line],
            ["access point pilotwire-012345, password " + password],
        )
        eq(wifi_store.read("ap"), password)
        eq(box.wifi.state, 0)
        other = loader.lend("net.wifi_ap")
        os.remove("/wifi/ap")
        assert other.password() != password
        eq(other.password(), other.password())

    play(story)


def test_the_access_point_comes_after_three_minutes_alone_and_goes_when_nobody_is_on_it():
    async def story(box):
        await box.run(170)
        eq(radio.on, False)
        await box.run(90, lambda: radio.on)
        assert radio.on
        radio.play([HOME], 1)  # somebody has just come to set it up: he is not thrown off by a scan
        beats = box.beats
        await box.joins("home", 90)
        await box.run(100)
        eq((box.beats, radio.on, box.wifi.cared), (beats, True, True))
        radio.play([HOME], 0)
        await box.run(10, lambda: not radio.on)
        await box.run(5)
        eq((radio.on, box.wifi.ap, box.wifi.cared), (False, None, False))

    play(story, net(HOME), air=())


def test_the_access_point_stays_off_while_a_car_charges():
    async def story(box):
        box.connector.is_open = False
        await box.run(400)
        eq(radio.on, False)
        box.connector.is_open = True
        await box.run(70)
        eq(radio.on, True)
        box.connector.is_open = False
        radio.play([HOME])
        await box.run(100)
        eq(radio.on, True)

    play(story, net(HOME), air=())


def test_wda_false_keeps_the_access_point_on_and_true_ends_it():
    async def story(box):
        box.settings.values["wda"] = False
        await box.joins("home", 5)
        await box.run(20)
        eq((radio.on, box.wifi.connected), (True, True))
        box.settings.values["wda"] = True
        await box.run(20)
        eq((radio.on, box.wifi.cared), (False, False))

    play(story, net(HOME))


def test_a_static_address_is_set_before_and_dhcp_comes_back_with_the_next_network():
    static = ["192.168.7.20", "255.255.255.0", "192.168.7.1", "192.168.7.1"]

    async def story(box):
        await box.joins("home", 5)
        eq(box.wifi.wlan.ifconfig(), tuple(static))
        radio.play([OFFICE])
        await box.joins("office", 60)
        eq(box.wifi.wlan.ifconfig()[0], network.address)

    play(story, net(HOME, static), net(OFFICE))


def test_after_some_turns_in_vain_the_radio_is_switched_off_and_on():
    async def story(box):
        calls, active = [], network.WLAN.active
        network.WLAN.active = lambda self, on=None: (calls.append(on), active(self, on))[1]
        try:
            await box.run(170)  # before the access point
        finally:
            network.WLAN.active = active
        eq(calls, [False, True])

    play(story, net(HOME), air=())


def test_a_change_that_somebody_asks_for_is_tried_at_once():
    async def story(box):
        await box.joins("home", 5)
        await box.run(5)
        wifi_store.write("0", net(OFFICE))
        box.wifi.asked = True
        await box.joins("office", 6)
        eq(box.wifi.asked, False)

    play(story, net(HOME))


def test_a_record_that_is_torn_is_told_and_the_others_are_used():
    async def story(box):
        with open("/wifi/0", "w") as f:
            f.write("1 00000000 [")
        await box.joins("office", 10)
        eq(box.settings.notices, ["the stored network 0 is lost (damaged)"])

    play(story, net(HOME), net(OFFICE))


def test_what_is_stored_outlives_and_is_small():
    _folder()
    wifi_store.write("1", ["x" * 32, "k" * 63, ["192.168.100.100", "255.255.255.0", "192.168.100.1", "192.168.100.1"]])
    assert os.stat("/wifi/1")[6] <= 200
    eq(wifi_store.slot(1)[0], "x" * 32)
    wifi_store.write("1", None)
    eq(wifi_store.slot(1), None)
    wifi_store.write("1", None)


def test_json_of_a_name_with_quotes_survives():
    _folder()
    wifi_store.write("2", ['a"b\\ü', "", None])
    eq(wifi_store.slot(2), ['a"b\\ü', "", None])
    eq(json.loads(json.dumps(wifi_store.slot(2))), ['a"b\\ü', "", None])
    wifi_store.write("2", None)
    raises(OSError, os.stat, "/wifi/2")
