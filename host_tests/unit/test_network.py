"""The keys of the network: what is taken, what is refused, what is told. Nothing tells a password."""

# Runs on the simulated chip.

import json
import time  # noqa: F401 - before those that need it: nested imports of sources run out of the 32-bit port's stack

from box import Box
from check import eq, raises
from test_wifi import _folder

from pilotwire.api import get_net, net_set, status, table, values
from pilotwire.core import ipv4

STATIC = {
    "useStaticIp": True,
    "staticIp": "192.168.7.20",
    "staticSubnet": "255.255.255.0",
    "staticGateway": "192.168.7.1",
    "staticDns": "9.9.9.9",
}
EMPTY = {"ssid": "", "key": False, "useStaticIp": False}


def fresh():
    _folder()
    box = Box()
    for outlet in box.outlets:
        outlet.connector.is_open = True
    net_set.wifi_store.write("lan", None)
    for slot in range(4):
        net_set.wifi_store.write(str(slot), None)
    return box


def shown(box):
    return get_net.wifis(box)


def refused(box, key, value, words, error=ValueError):
    before = shown(box)
    said = str(raises(error, net_set.write, box, key, value))
    assert words in said, said
    eq(shown(box), before)
    return said


def test_networks_are_kept_and_passwords_are_not_told():
    box = fresh()
    net_set.write(box, "wifis", [{"ssid": "home", "key": "secret12"}, {}, {"ssid": "cafe"}])
    eq(
        shown(box),
        [
            {"ssid": "home", "key": True, "useStaticIp": False},
            EMPTY,
            {"ssid": "cafe", "key": False, "useStaticIp": False},
            EMPTY,
        ],
    )
    told = b"".join([piece for piece in status.stream(box, ["wifis", "ccw", "wsm", "wan"]) if piece])
    assert b"secret" not in told and json.loads(told)["wifis"][0]["ssid"] == "home"
    assert not [line for line in box.log.lines if "secret" in line], box.log.lines


def test_what_is_not_named_stays_and_another_name_begins_without_a_password():
    box = fresh()
    net_set.write(box, "wifis", [{"ssid": "home", "key": "secret12"}])
    net_set.write(box, "wifis", [{"ssid": "home", "key": True}, {"ssid": "b"}])  # as it was read
    eq(net_set.wifi_store.slot(0), ["home", "secret12", None])
    net_set.write(box, "wifis", [dict(STATIC)])
    eq(net_set.wifi_store.slot(0)[2], ["192.168.7.20", "255.255.255.0", "192.168.7.1", "9.9.9.9"])
    eq(shown(box)[0]["staticGateway"], "192.168.7.1")
    net_set.write(box, "wifis", [{"useStaticIp": False}])
    eq(net_set.wifi_store.slot(0), ["home", "secret12", None])
    net_set.write(box, "wifis", [{"ssid": "other"}])
    eq(net_set.wifi_store.slot(0), ["other", "", None])


def test_a_slot_is_emptied_by_delw_or_an_empty_name():
    box = fresh()
    net_set.write(box, "wifis", [{"ssid": "home"}, {"ssid": "office"}])
    net_set.write(box, "delw", 1)
    eq([entry["ssid"] for entry in shown(box)], ["home", "", "", ""])
    net_set.write(box, "wifis", [{"ssid": ""}])
    eq(shown(box), [EMPTY] * 4)


def test_what_cannot_be_is_refused_whole_and_without_the_password():
    box = fresh()
    net_set.write(box, "wifis", [{"ssid": "home", "key": "secret12"}])
    good = {"ssid": "new", "key": "longenough"}
    for entry, words in (
        ({"ssid": "x" * 33}, "up to 32 bytes"),
        ({"ssid": "ü" * 17}, "up to 32 bytes"),
        ({"ssid": "a\nb"}, "ssid"),
        ({"ssid": 5}, "ssid"),
        ({"ssid": None}, "ssid"),
        ({"ssid": "a", "key": "seven77"}, "8 to 63"),
        ({"ssid": "a", "key": "x" * 64}, "8 to 63"),
        ({"ssid": "a", "key": "tab\ttab\ttab"}, "8 to 63"),
        ({"ssid": "a", "key": None}, "8 to 63"),
        ({"ssid": "a", "password": "x"}, "unknown field password"),
        ("home", "objects"),
        (None, "objects"),
        (dict(STATIC, staticIp="192.168.8.20"), "gateway"),
        (dict(STATIC, staticIp="192.168.7"), "static address"),
        ({"useStaticIp": True}, "static address"),
        ({"useStaticIp": 1}, "true or false"),
        (STATIC, "ssid is missing"),
        ({"key": "longenough"}, "ssid is missing"),
    ):
        said = refused(box, "wifis", [good, entry], words)
        assert "longenough" not in said
        eq(net_set.wifi_store.slot(0), ["home", "secret12", None])
    refused(box, "wifis", [{}] * 5, "more than 4")


def test_the_box_joins_anew_only_when_that_changes_what_it_is_on():
    box = fresh()  # it is on "home"

    def asked(key, value):
        box.wifi.asked = False
        net_set.write(box, key, value)
        return box.wifi.asked

    two = [{"ssid": "home", "key": "secret12"}, {"ssid": "office", "key": "letmein22"}]
    eq(asked("wifis", two), False)
    eq(asked("wifis", [{}, {"key": "letmein33"}]), False)
    eq(asked("wifis", [{"key": "secret13"}]), True)
    eq(asked("delw", 0), True)
    box.wifi.connected = False
    eq(asked("wifis", [{}, {"key": "letmein22"}]), True)
    eq(asked("wifis", [{}, {"key": "letmein22"}]), False)


def test_while_a_car_charges_nothing_is_changed():
    box = fresh()
    box.outlets[0].connector.is_open = False
    for key, value in (("wifis", [{"ssid": "a"}]), ("delw", 0), ("wak", "longenough"), ("lan", dict(STATIC))):
        refused(box, key, value, "a car charges", OSError)


def test_the_password_of_the_access_point_can_be_chosen_and_is_not_told():
    box = fresh()
    net_set.write(box, "wak", "my own key")
    eq(net_set.wifi_store.read("ap"), "my own key")
    refused(box, "wak", "with\x7fcontrol", "8 to 63")
    row = table.row("wak")
    eq((row.access, row.low, row.high), ("w", 8, 63))
    raises(ValueError, values.parse, row, "short")
    told = b"".join([piece for piece in status.stream(box) if piece])
    assert b"my own key" not in told and b'"wak"' not in told


def test_the_cable_has_an_address_of_its_own_on_boards_that_have_one():
    box = fresh()
    refused(box, "lan", dict(STATIC), "this board has no Ethernet")
    eq((get_net.lan(box), get_net.cce(box)), (None, None))
    box.wifi.lan = box.wifi
    box.wifi.wired = True
    net_set.write(box, "lan", dict(STATIC))
    eq(get_net.lan(box)["staticIp"], "192.168.7.20")
    eq((get_net.nif(box), get_net.cce(box)["ip"]), ("en", "192.168.1.20"))
    refused(box, "lan", {"useStaticIp": True, "staticIp": "0.0.0.0"}, "static")
    net_set.write(box, "lan", {"useStaticIp": False})
    eq(get_net.lan(box), {"useStaticIp": False})


def test_each_state_is_a_number_that_go_e_knows():
    box = fresh()
    eq((get_net.wst(box), get_net.wsms(box), get_net.nif(box), get_net.rssi(box)), (3, 3, "st", -60))
    eq(get_net.ccw(box)["ssid"], "home")
    box.wifi.connected = False
    eq((get_net.wst(box), get_net.ccw(box), get_net.nif(box)), (0, None, ""))
    box.wifi.state = 4
    eq((get_net.wst(box), get_net.wsms(box)), (4, 0))
    box.wifi.status = lambda what=None: 1001
    eq((get_net.wst(box), get_net.wsms(box)), (7, 2))
    box.wifi.ap = box.wifi
    eq((get_net.wan(box), get_net.nif(box)), ("pilotwire-012345", "ap"))


def test_addresses_that_nobody_can_have_are_found():
    good = ["192.168.7.20", "255.255.255.0", "192.168.7.1", "192.168.7.1"]
    eq(ipv4.wrong(good), None)
    eq(ipv4.wrong(["10.1.2.3", "255.0.0.0", "10.0.0.1", "8.8.8.8"]), None)
    for at, text in (
        (0, "192.168.7.256"),
        (0, "192.168.7.0"),
        (0, "192.168.7.255"),
        (0, "192.168.7.1"),
        (0, "192.168.7.-1"),
        (0, "192.168.7.1 "),
        (0, 5),
        (0, None),
        (1, "255.0.255.0"),
        (1, "255.255.255.255"),
        (1, "0.0.0.0"),
        (2, "192.168.8.1"),
        (2, "192.168.7.0"),
        (3, "0.0.0.0"),
        (3, "dns"),
    ):
        address = list(good)
        address[at] = text
        assert ipv4.wrong(address), address
    assert ipv4.wrong(["224.0.0.20", "255.255.255.0", "224.0.0.1", "9.9.9.9"])
    assert ipv4.wrong(["127.0.0.20", "255.255.255.0", "127.0.0.1", "9.9.9.9"])
