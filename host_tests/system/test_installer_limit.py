"""No network door raises the current above what the installer has set at the console: a walk through all of them, with
the greatest value that each takes, and with more."""

import json
import runpy
from urllib.parse import quote

import console
import paho.mqtt.client as paho
import pytest
from pymodbus.client import ModbusTcpClient
from test_modbus_door import free_port
from test_rcm_session import Events, passes

from tools import mosquitto
from tools.build import ROOT
from tools.csms import BackgroundCentralSystem, Refused
from tools.session import connect, unplug
from tools.wallbox import EVERY_PART, Wallbox

INSTALLER_MA, BOARD_MA = 10_000, 16_000
ROWS = runpy.run_path(str(ROOT / "firmware" / "pilotwire" / "api" / "keys.py"))["KEYS"]
LAST = ("ocppe", "acs", "rst")  # with these on nobody charges, or the box starts anew
TAG = "04A1B2C3D4E5F6"
REGISTERS = runpy.run_path(str(ROOT / "firmware" / "pilotwire" / "api" / "registers.py"))["REGISTERS"]
OLDER = (ROOT / "firmware" / "pilotwire" / "api" / "older_keys.txt").read_text().splitlines()


def values(kind, low, high):
    """More than the installer allows, as A, mA and W, more than the row takes, and in the end the greatest it takes."""
    kind = kind.rstrip("?")
    if kind in ("int", "num"):
        return [32, 32_000, 1_000_000_000_000, (high or 0) + 1, high or 0]
    return [{"bool": True, "str": "9" * min(high or 9, 60), "list": [32], "obj": {"amp": 32}}.get(kind, 32_000)]


class Watched:
    """A box with the installer's limit; `most_ma` is what its pilot ever offered."""

    def __init__(self, box):
        self.box = box
        self.events = Events(box)

    def most_ma(self):
        duties = [e["duty"] for e in self.events.all if e["event"] == "pilot"]
        return max(round(duty * 60_000) for duty in duties if 0 < duty < 0.85)

    def offers(self):
        """What it offers now, after every owner has had its say and the car its 5 s."""
        passes(self.box, 6000)
        return round(self.box.ask("state")["duty"] * 60_000)

    def put(self, words):
        """-> {key: True or what is wrong with it}."""
        code, _, body = self.box.get("/api/set?" + words)
        assert code in (200, 500), body
        return json.loads(body)


def restarted(box, ask):
    """The chip starts anew because ask() asks for it, and its doors are open again."""
    resets = box.ask("state")["resets"]
    ask()
    box.wait_for(lambda: box.ask("state")["resets"] > resets, 40)
    box.wait_for(lambda: answers(box), 40)


def answers(box):
    try:
        return box.status("rbc")
    except OSError:
        return False


def answer(csms, action, **payload):
    """-> the status, None: there is no such action here."""
    try:
        return csms.call(action, **payload)["status"]
    except Refused:
        return None


def charge(box):
    box.do("plug", amps=32, on=True)
    box.wait_for(lambda: box.ask("state")["contactor"], 40)


@pytest.fixture(scope="module")
def folder(built, tmp_path_factory):
    return tmp_path_factory.mktemp("data")


@pytest.fixture(scope="module")
def watched(folder):
    """Charging; the same box offered all that its board carries before the installer came."""
    with Wallbox("devkit", folder, "--speed", 50, *EVERY_PART) as box:
        charge(box)
        assert Watched(box).offers() == pytest.approx(BOARD_MA, abs=50)
        unplug(box)
        passes(box, 1000)
    console.write(folder, "installer_max_ma", INSTALLER_MA)
    modbus = f"127.0.0.1:{free_port()}"
    with Wallbox("devkit", folder, "--speed", 50, "--modbus", modbus, *EVERY_PART) as box:
        box.modbus = modbus
        yield Watched(box)
        print(box.last_words(60))


def test_no_key_whatever_its_value_offers_more(watched):
    box = watched.box
    charge(box)
    taken = set()
    for key, kind, access, _, _, low, high, *_ in ROWS:
        if "w" not in access or key in LAST:
            continue
        for value in values(kind, low, high):
            said = watched.put(f"{key}={quote(json.dumps(value))}")
            if said[key] is True:
                taken.add(key)
        assert box.status("cll")["currentLimitMax"] <= INSTALLER_MA // 1000, key
    assert {"amp", "mmc", "fse", "fsi", "gla", "glw", "pil", "frc", "psm", "trx"} <= taken
    assert watched.offers() == pytest.approx(INSTALLER_MA, abs=50)
    assert box.ask("state")["contactor"]


def test_what_no_door_may_write_is_no_key_under_any_name(watched):
    closed = [key for key, _, access, *_ in ROWS if "w" not in access]
    for at in range(0, len(closed), 30):
        said = watched.put("&".join(f"{key}=32000" for key in closed[at : at + 30]))
        assert [key for key in closed[at : at + 30] if said[key] is True] == []
    assert watched.put("ama=9")["ama"] is True
    assert watched.put("ama=11")["ama"].startswith("ama: failed: Value 11 exceeds the installer's limit of 10000 mA")
    assert watched.put("ama=10")["ama"] is True
    for word in ("%69nstaller_max_ma=32000", "INSTALLER_MAX_MA=32000", "installer_max_ma=32000&console=true"):
        assert True not in watched.put(word).values()
    for path in ("/api/set/installer_max_ma?value=32000", "/backup", "/settings"):
        assert watched.box.get(path)[0] == 404
    watched.box.set(hla=True)
    assert watched.box.get("/mqtt?payload=amx=32")[0] == 200  # taken as the current that somebody wants
    assert watched.box.get("/mqtt?payload=ama=32")[0] != 200 or watched.box.status("ama") <= INSTALLER_MA // 1000
    assert watched.offers() == pytest.approx(INSTALLER_MA, abs=50)


def test_no_register_does(watched):
    box = watched.box
    box.set(frc=0, acs=0, amp=6, men=True, msb=False, msr=True)
    client = ModbusTcpClient("127.0.0.1", port=int(box.modbus.split(":")[1]), timeout=10)
    box.wait_for(client.connect, 20)
    taken = set()
    for start, length, name, _, _, _, _, writes, *_ in REGISTERS:
        for value in (32, 16, 11, 2, 1, 0xFFFF) if writes not in ("", "acs") else (32,):
            if not client.write_registers(start, [0] * (length - 1) + [value]).isError():
                taken.add(name)
                assert box.status("cll")["currentLimitMax"] <= INSTALLER_MA // 1000, name
    client.close()
    assert {"AMPERE_VOLATILE", "AMPERE_EEPROM", "AMPERE_L1", "FORCE_STATE", "ALLOW"} <= taken and "SNR" not in taken
    box.set(frc=0, dwo=None, psm=0, amp=32, men=False)
    assert watched.offers() == pytest.approx(INSTALLER_MA, abs=50)
    assert any("amp set by Modbus" in line for line in box.log)


def test_no_key_of_the_older_api_does(watched):
    box = watched.box
    box.set(hla=True, amp=6)
    for key in [line.split("\t")[0] for line in OLDER if line.count("\t") > 3]:
        if key not in ("ast", "alw", "wak") and not key.startswith("rn"):
            assert box.get(f"/mqtt?payload={key}=32")[0] == 200
    box.set(hla=False, frc=0, dwo=None, amp=32)
    assert watched.offers() == pytest.approx(INSTALLER_MA, abs=50)
    assert any("amp set by the older API" in line for line in box.log)


def test_no_message_of_a_broker_does(watched):
    box = watched.box
    try:
        with mosquitto.Mosquitto() as broker:
            box.set(amp=6, mcr=False, mqi=1, mqf="", mtp=None, mcu=broker.url, mce=True)
            box.wait_for(lambda: box.status("mcc"), 40)
            said = publish(box, broker, [row for row in ROWS if row[4] in ("A", "mA", "W") or row[0] in ("frc", "psm")])
            box.set(mce=False)
    except mosquitto.Impossible as e:
        pytest.skip(f"mosquitto cannot be had here: {e}")
    assert said["amp"] == "success" and said["mmc"] == "success"
    assert said["installer_max_ma"] != "success" and said["ama"].startswith("Value 32 exceeds")
    box.set(frc=0, psm=0, tcl=None)
    assert watched.offers() == pytest.approx(INSTALLER_MA, abs=50)
    assert any("amp set by MQTT" in line for line in box.log)


def publish(box, broker, rows):
    """-> {key: what the wallbox says to the greatest value that it takes}."""
    said, top = {}, f"go-eCharger/{box.status('sse')}/"
    client = paho.Client(paho.CallbackAPIVersion.VERSION2)
    client.on_message = lambda _, data, message: said.update({message.topic[len(top) : -7]: message.payload.decode()})
    client.connect("127.0.0.1", broker.port)
    client.subscribe(top + "+/result")
    client.loop_start()
    for key, kind, *_, high, _, _ in rows:
        client.publish(f"{top}{key}/set", json.dumps(values(kind, 0, high)[-1]))
        box.wait_for(lambda key=key: key in said, 20)
    client.loop_stop()
    client.disconnect()
    return said


def test_no_configuration_key_profile_or_start_of_the_central_system_does(watched):
    box = watched.box
    unplug(box)
    box.wait_for(lambda: box.status("car") == 1, 20)
    box.set(ocppiv=0, ocppsp=0)  # the walk through the keys has taken it out of service, and wants a password
    with BackgroundCentralSystem() as csms:
        connect(box, csms)
        changed = []
        for key, kind, _, _, _, low, high, _, name in ROWS:
            for name_or_key in {name, key} - {""}:
                value = str(values(kind, low, high)[-1]).lower()
                status = csms.call("ChangeConfiguration", key=name_or_key, value=value)["status"]
                changed += [name_or_key] if status == "Accepted" else []
        assert {"mainsMaxCurrent", "HeartbeatInterval"} <= set(changed) and "installer_max_ma" not in changed
        assert any(" set by the central system" in line for line in box.log)
        more = {"chargingSchedulePeriod": [{"startPeriod": 0, "limit": 32}], "chargingRateUnit": "A"}
        profile = {
            "chargingProfileId": 1,
            "stackLevel": 0,
            "chargingProfilePurpose": "TxProfile",
            "chargingProfileKind": "Relative",
            "chargingSchedule": more,
        }
        charge(box)
        answer(csms, "SetChargingProfile", connectorId=1, csChargingProfiles=profile)
        answer(csms, "RemoteStartTransaction", idTag=TAG, connectorId=1, chargingProfile=profile)
        assert answer(csms, "DataTransfer", vendorId="x", messageId="installer_max_ma", data="32000") != "Accepted"
        assert watched.offers() == pytest.approx(INSTALLER_MA, abs=50)
        restarted(box, lambda: csms.call("Reset", type="Hard"))
        box.set(ocppe=False)


def test_after_a_restart_and_a_power_cut_it_is_what_it_was(watched, folder):
    box = watched.box
    restarted(box, lambda: box.set(rst=True))
    unplug(box)
    box.wait_for(lambda: box.status("car") == 1, 20)
    charge(box)
    assert watched.offers() == pytest.approx(INSTALLER_MA, abs=50)
    assert box.status("ama") == INSTALLER_MA // 1000
    assert watched.most_ma() <= INSTALLER_MA + 50
    box.do("power_cut")
    box.process.wait(20)
    assert console.read(folder, "installer_max_ma") == INSTALLER_MA
