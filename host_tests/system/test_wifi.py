"""The network on the whole firmware: from the keys over HTTP to the radio and back."""

import shutil

import pytest

from tools import build
from tools.sim.world import options
from tools.wallbox import WallboxError

HOME = {"ssid": "home", "key": "secret12", "rssi": -55}
OFFICE = {"ssid": "office", "key": "letmein22", "rssi": -70}


@pytest.fixture
def sim(make_box):
    """A wallbox of its own that is on "home"; "office" is in the air, too."""
    box = make_box("--speed", 30)
    box.wait_for(lambda: box.status("wst") == 3, 20)
    box.do("wifi", networks=[HOME, OFFICE])
    return box


def is_on(box, ssid):
    try:
        return (box.status("ccw") or {}).get("ssid") == ssid
    except (OSError, ValueError, WallboxError):  # a network that changes cuts an answer short
        return False


def said(box, words):
    return any(words in line for line in box.log)


def test_the_network_is_told_in_the_keys(sim):
    got = sim.status("wst", "wsms", "wsm", "wsc", "rssi", "nif", "wan", "wda", "ccw", "cce", "host", "lan")
    where = got.pop("ccw")
    assert (where["ssid"], where["ip"]) == ("home", "127.0.0.1")
    serial = sim.status("sse")
    assert got == {
        "wst": 3, "wsms": 3, "wsm": "", "wsc": 0, "rssi": -55, "nif": "st", "wan": None, "wda": True, "cce": None,
        "host": f"pilotwire-{serial}", "lan": None,
    }  # fmt: skip
    assert "wifis" not in sim.status()
    assert sim.status("wifis")[0] == {"ssid": "home", "key": True, "useStaticIp": False}
    assert "secret12" not in sim.get("/api/status")[2].decode() + "\n".join(sim.log)


def test_a_network_set_over_http_is_joined_and_the_box_answers_again(sim):
    sim.set(wifis=[{"ssid": "office", "key": "letmein22"}])
    sim.wait_for(lambda: is_on(sim, "office"), 20)
    assert sim.status("wifis")[0]["ssid"] == "office"
    assert sim.ask("state")["resets"] == 0
    with pytest.raises(WallboxError, match="8 to 63"):
        sim.set(wifis=[{"ssid": "office", "key": "short"}])
    with pytest.raises(WallboxError, match="delw"):
        sim.set(delw=4)


def test_a_network_that_is_gone_makes_room_for_the_next_and_outlives_a_power_cut(sim):
    sim.set(wifis=[{}, {"ssid": "office", "key": "letmein22"}])
    assert is_on(sim, "home")
    sim.do("wifi", networks=[OFFICE])
    sim.wait_for(lambda: said(sim, "on the network office"), 30)
    assert sim.status("wsm") == "home is not in reach"
    sim.wait_for(lambda: not sim.ask("state")["coil"], 5)
    sim.do("power_cut")
    sim.process.wait(10)
    sim.start()
    sim.wait_for(lambda: is_on(sim, "office"), 30)


def test_a_router_that_restarts_is_joined_again_without_a_restart_of_the_box(sim):
    for how in ("silent", "reset"):
        sim.do("wifi", on=False, how=how)
        until_ms = sim.ask("state")["at_ms"] + 20_000
        sim.wait_for(lambda until_ms=until_ms: sim.ask("state")["at_ms"] > until_ms, 20)
        sim.do("wifi", on=True)
        sim.wait_for(lambda: is_on(sim, "home"), 30)
    assert sim.ask("state")["resets"] == 0


@pytest.mark.soak
def test_while_a_car_charges_the_network_comes_and_goes_and_nothing_stalls(make_box):
    box = make_box("--speed", 30)  # what calls cost; a PC with other things to do would be seen fifty-fold at --cpu 50
    box.wait_for(lambda: box.status("wst") == 3, 60)
    box.set(wifis=[{}, {"ssid": "office", "key": "letmein22"}])
    box.do("plug", on=True)
    box.wait_for(lambda: box.ask("state")["contactor"], 60)
    box.do("timing_reset")
    for networks in ([OFFICE], [HOME]):
        box.do("wifi", networks=networks)
        until_ms = box.ask("state")["at_ms"] + 250_000
        box.wait_for(lambda until_ms=until_ms: box.ask("state")["at_ms"] > until_ms, 120)
    box.wait_for(lambda: is_on(box, "home"), 60)
    assert box.ask("state")["contactor"]
    assert not said(box, "access point on")
    with pytest.raises(WallboxError, match="a car charges"):
        box.set(wifis=[{"ssid": "office"}])
    own = [stall for stall in box.ask("stalls")["stalls"] if stall["closed"]]
    assert not own, own


def test_a_box_that_knows_no_network_is_set_up_over_its_access_point(sim):
    sim.wait_for(lambda: sim.ask("state")["uptime_ms"] > 6000, 10)
    sim.set(delw=0)
    hotspot = sim.wait_for(lambda: sim.ask("air")["hotspot"], 30)
    printed = next(line for line in sim.log if "access point pilotwire-" in line)
    assert printed.endswith("access point {}, password {}".format(hotspot["ssid"], hotspot["key"]))
    assert len(hotspot["key"]) == 12
    with pytest.raises((OSError, WallboxError)):  # nobody is in reach of it yet
        sim.get("/api/status?filter=wst", timeout_s=1)
    sim.do("wifi", guests=1)
    got = sim.status("wst", "wan", "nif", "ccw")
    assert got == {"wst": 0, "wan": hotspot["ssid"], "nif": "ap", "ccw": None}
    assert hotspot["key"] not in sim.get("/api/status")[2].decode()
    sim.set(wifis=[{"ssid": "home", "key": "secret12"}])
    sim.wait_for(lambda: said(sim, "on the network home"), 20)
    sim.do("wifi", guests=0)
    sim.wait_for(lambda: sim.ask("air")["hotspot"] is None, 30)
    sim.wait_for(lambda: is_on(sim, "home"), 20)


def test_two_new_boxes_have_different_passwords_and_each_keeps_its_own(make_box, tmp_path):
    def password(box):
        return next(line for line in reversed(box.log) if ", password " in line).split()[-1]

    box = make_box("--speed", 30)
    first = password(box)
    box.stop()
    box.start()
    assert password(box) == first
    box.stop()
    shutil.rmtree(tmp_path / "data")
    box.start()
    assert password(box) != first


@pytest.fixture
def ethernet_box(make_box):
    """The devkit with a PHY on it, its parts on pins that RMII leaves."""
    folder = options.ROOT / "boards" / "test_ethernet"
    shutil.copytree(options.ROOT / "boards" / "devkit", folder)
    try:
        source = (folder / "board.py").read_text().replace('NAME = "devkit"', 'NAME = "test_ethernet"')
        for old, new in ((27, 4), (26, 33), (25, 14), (33, 15), (21, 13), (22, 2)):
            for field in ("pwm", "coil", "tx", "de", "sda", "scl"):
                source = source.replace(f'"{field}": {old}', f'"{field}": _{new}')
        source = source.replace(": _", ": ")
        ethernet = 'ETHERNET = {"phy": "LAN8720", "address": 1, "mdc": 23, "mdio": 5, "power": None, "clock": 17}\n'
        (folder / "board.py").write_text(source + ethernet)
        build.build("test_ethernet")
        yield make_box("--speed", 30, board="test_ethernet")
    finally:
        shutil.rmtree(folder)
        shutil.rmtree(build.BUILD / "test_ethernet", ignore_errors=True)


def test_a_board_with_ethernet_is_on_the_cable_and_charges_without_it_too(ethernet_box):
    box = ethernet_box
    box.wait_for(lambda: box.status("nif") == "en", 20)
    box.wait_for(lambda: box.status("wst") != 3, 20)
    assert box.status("cce")["ip"] == "127.0.0.1"
    box.do("ethernet", on=False)
    box.wait_for(lambda: is_on(box, "home"), 20)
    assert (box.status("nif"), box.status("cce")) == ("st", None)
    box.do("plug", on=True)
    box.wait_for(lambda: box.ask("state")["contactor"], 20)
    box.do("ethernet", on=True)
    box.wait_for(lambda: box.status("nif") == "en", 20)
    assert box.ask("state")["contactor"]
    box.do("unplug")
    box.wait_for(lambda: not box.ask("state")["contactor"], 20)
    box.wait_for(lambda: box.status("car") == 1, 20)
    box.set(lan={"useStaticIp": True, "staticIp": "10.0.0.7", "staticSubnet": "255.0.0.0", "staticGateway": "10.0.0.1"})
    box.wait_for(lambda: box.status("cce") and box.status("cce")["ip"] == "10.0.0.7", 20)


def test_a_board_without_ethernet_says_so(sim):
    with pytest.raises(WallboxError, match="no Ethernet"):
        sim.do("ethernet", on=False)
    with pytest.raises(WallboxError, match="this board has no Ethernet"):
        sim.set(lan={"useStaticIp": False})
