"""What MQTT and Modbus TCP need of the chip's heap, on the 32-bit port, and which of them fit beside OCPP.

    .venv/bin/python -m host_tests.bench.doors

A session is charged in the heap of an ESP32 without PSRAM while the doors are open: polled over HTTP, over Modbus TCP,
and told to a real broker. It fits when nothing of it is refused, cut short or lost. `closed`: nothing of a door is in
memory.
"""

import socket
import sys
import tempfile
import time

from pymodbus.client import ModbusTcpClient

from host_tests.bench import memory
from host_tests.bench.load import Load
from tools import build, mosquitto
from tools.csms import BackgroundCentralSystem
from tools.session import await_closed, connect
from tools.wallbox import Wallbox, WallboxError

_FILTER = "car,amp,frc,nrg,wh,eto,alw,acu"
_TRIES = 2
_USED_S = 5  # of the PC's time
_LOAD_S = 20
_WAYS = (
    ("closed", {}),
    ("Modbus TCP", {"men": True}),
    ("MQTT, eight keys", {"mce": True, "mqf": _FILTER}),
    ("MQTT, all keys", {"mce": True, "mqf": ""}),
    ("both, eight keys", {"men": True, "mce": True, "mqf": _FILTER}),
    ("both, all keys", {"men": True, "mce": True, "mqf": ""}),
)


def session(broker, keys, heap, ocpp):
    """A session while the doors are used. Raises WallboxError, OSError, ValueError when it does not pass."""
    port = _free_port()
    options = ("--micropython", memory.PORT32, "--heap", heap, "--speed", 5, "--modbus", f"127.0.0.1:{port}")
    with (
        tempfile.TemporaryDirectory() as data,
        BackgroundCentralSystem() as csms,
        Wallbox("devkit", data, *options) as box,
    ):
        box.set(mcu=broker.url, mcr=False, mqi=2)
        if keys:
            box.set(**keys)
        if ocpp:
            connect(box, csms)
        box.do("plug", on=True)
        await_closed(box)
        for _ in range(15):
            if "men" in keys:
                _ask(port)
            box.status("heap")
            time.sleep(0.3)
        if "mce" in keys:
            box.wait_for(lambda: box.status("mcc"), 20)
        box.status()
        box.set(amp=10)
        if ocpp:
            box.do("unplug")
            box.wait_for(lambda: csms.sessions and csms.sessions[-1].energy_wh is not None, 20)
        log = "\n".join(box.log)
        if box.ask("state")["resets"] or "crashed" in log or "out of memory" in log:
            raise WallboxError(box.last_words(5))


def live(broker, keys, ocpp):
    """-> live bytes while charging, the simulated chip's among them. With MQTT what it lends is there, too."""
    options = ("--micropython", memory.PORT32, "--heap", memory.ROOMY, "--speed", 50, "--modbus", "127.0.0.1:0")
    with (
        tempfile.TemporaryDirectory() as data,
        BackgroundCentralSystem() as csms,
        Wallbox("devkit", data, *options) as box,
    ):
        box.set(mcu=broker.url)
        if keys:
            box.set(**keys)
        if ocpp:
            connect(box, csms)
        box.do("plug", on=True)
        await_closed(box)
        return memory.quiet(box)


def peak(broker, keys):
    """-> (live bytes at rest, the most in use while the doors are used), the simulated chip's among them; no car."""
    port = _free_port()
    options = ("--micropython", memory.PORT32, "--heap", memory.ROOMY, "--speed", 20, "--modbus", f"127.0.0.1:{port}")
    with tempfile.TemporaryDirectory() as data, Wallbox("devkit", data, *options) as box:
        box.set(mcu=broker.url, mcr=False, mqi=1)
        if keys:
            box.set(**keys)
        rest = memory.quiet(box)
        most, end = 0, time.monotonic() + _USED_S
        while time.monotonic() < end:
            if "men" in keys:
                _ask(port)
            most = max(most, box.status("heap")["used"])
        return rest, most


def gap(broker, cpu=50):
    """-> ms of the longest gap between two looks at the pilot while every door is asked at once."""
    port = _free_port()
    with (
        tempfile.TemporaryDirectory() as data,
        Wallbox("devkit", data, "--cpu", cpu, "--modbus", f"127.0.0.1:{port}") as box,
    ):
        box.do("plug", on=True)
        await_closed(box)
        box.set(mcu=broker.url, mcr=False, mqi=1, men=True, mce=True)
        box.wait_for(lambda: box.status("mcc"), 30)
        box.do("timing_reset")
        start_ms = box.ask("state")["at_ms"]
        with Load(box, 5):
            while box.ask("state")["at_ms"] < start_ms + 1000 * _LOAD_S:
                _ask(port)
        return box.ask("timing")["pilot_gap_ms_max"]


def _ask(port):
    client = ModbusTcpClient("127.0.0.1", port=port, timeout=10)
    if not client.connect() or client.read_input_registers(100, count=60).isError():
        raise WallboxError("Modbus TCP did not answer")
    client.close()


def _free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def main():
    build.build("devkit")
    print("doors: .venv/bin/python -m host_tests.bench.doors")
    if not memory.PORT32.exists():
        print("doors: not measured, there is no 32-bit MicroPython here (make port32)")
        return 0
    chip = memory.chip_bytes()
    with mosquitto.Mosquitto() as broker:
        for name, keys in _WAYS:
            measure(broker, name, keys, False, chip)
        for name, keys in _WAYS[:2]:
            measure(broker, name + ", OCPP", keys, True, chip)
        print("  MQTT beside OCPP: closed with a notice (firmware/pilotwire/net/doors.py)")
        for name, keys in _WAYS:
            rest, most = peak(broker, keys)
            print(f"  {rest - chip:7,} B at rest, at most {most - chip:7,} B while used, no car: {name}", flush=True)
        print(f"  longest gap between two looks at the pilot, every door asked at once, cpu 50: {gap(broker):.0f} ms")
    return 0


def measure(broker, name, keys, ocpp, chip):
    print(f"  {live(broker, keys, ocpp) - chip:7,} B  {name}", end="", flush=True)
    good, why = 0, ""
    for _ in range(_TRIES):
        try:
            session(broker, keys, memory.CHIP_HEAP + chip, ocpp)
            good += 1
        except (WallboxError, OSError, ValueError) as e:
            why = ": " + (str(e).splitlines() or [""])[-1][:80]
    print(f"; {good} of {_TRIES} sessions pass in 112 KB{why}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
