"""How fast it starts, and how much it serves, in simulated time.

    .venv/bin/python -m host_tests.bench.starts [--cpu 50 1] [--short]

From power on, with all settings on flash: until the safety path runs, until HTTP answers, until the BootNotification is
at the central system. Then full status answers a second, four clients asking all the time, while OCPP is connected.
--cpu 50 is as slow as the chip, --cpu 1 a PC. --short: at cpu 50, and 2 s of requests.
"""

import argparse
import sys
import tempfile
import time

from host_tests.bench.load import Load
from tools import build
from tools.csms import BackgroundCentralSystem
from tools.session import connect
from tools.wallbox import Wallbox

_CLIENTS = 4
_PATIENCE_S = 30


def start(cpu):
    """-> ms from power on to the safety path, to the first answer over HTTP, to the BootNotification. OCPP is on.

    The last one is stamped by the PC's clock, beside which simulated time runs at --speed 1: true to some 50 ms.
    """
    boots = []  # by the PC's clock, s

    def tell(message):
        if message.action == "BootNotification":
            boots.append(time.monotonic())

    with tempfile.TemporaryDirectory() as data, BackgroundCentralSystem(tell=tell) as csms:
        with Wallbox("devkit", data, "--speed", 5) as box:
            connect(box, csms)
        boots.clear()
        with Wallbox("devkit", data, "--cpu", cpu) as box:
            box.status("car")
            state = box.ask("state")
            answered_ms = state["uptime_ms"]
            box.wait_for(lambda: boots, _PATIENCE_S)
            state = box.ask("state")
            booted_ms = state["uptime_ms"] - 1000 * (time.monotonic() - boots[0])
            return state["armed_ms"], answered_ms, round(booted_ms)


def served_per_second(cpu, seconds=5):
    """Full status answers per simulated second, with OCPP connected."""
    with (
        tempfile.TemporaryDirectory() as data,
        BackgroundCentralSystem() as csms,
        Wallbox("devkit", data, "--cpu", cpu) as box,
    ):
        connect(box, csms)
        began_ms = box.ask("state")["at_ms"]
        with Load(box, None, clients=_CLIENTS) as load:
            time.sleep(seconds)
        return load.served / (box.ask("state")["at_ms"] - began_ms) * 1000


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--cpu", type=int, nargs="+", default=[50, 1], help="as in tools.sim")
    parser.add_argument("--short", action="store_true", help="at cpu 50, and 2 s of requests")
    options = parser.parse_args()
    build.build("devkit")
    print("starts: .venv/bin/python -m host_tests.bench.starts", *sys.argv[1:])
    print("  cpu  ms until safe  HTTP answers  BootNotification there   full status answers a second")
    for cpu in options.cpu[: 1 if options.short else None]:
        safe_ms, http_ms, boot_ms = start(cpu)
        served = served_per_second(cpu, 2 if options.short else 5)
        print(f"  {cpu:3}  {safe_ms:13}  {http_ms:12}  {boot_ms:22}  {served:29.1f}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
