"""How fast the key API answers over HTTP while a car charges, and what that does to the pilot and to the heap.

    .venv/bin/python -m host_tests.bench.http_rates [--seconds N] [--cpu F]

Six keys and the full status, asked for by one client and by ten, each as soon as it has its answer, a connection for
each. In simulated time, with a chip that is 50 times slower than this PC (--cpu), as an ESP32 is; what the network
stack and the flash cost counts too. An answer that tells a client to try again (503) is counted apart. Heap: what is
in use on the 32-bit port with nobody asking and the most seen while asked (it is asked itself, so the key API is there
in both).
"""

import argparse
import http.client
import statistics
import tempfile
import threading
import time

from host_tests.bench import memory
from tools import build
from tools.session import await_closed
from tools.wallbox import Wallbox, WallboxError

_SIX = "/api/status?filter=car,amp,frc,nrg,wh,alw"
ROWS = (("six keys", _SIX), ("full status", "/api/status"))


class Client(threading.Thread):
    """Asks until the simulated clock says that it is over."""

    def __init__(self, box, path, until_ms):
        super().__init__()
        self._box, self._path, self._until_ms = box, path, until_ms
        self._control = box.new_control()
        self.times_ms, self.refused = [], 0

    def _now_ms(self):
        return self._control.send(ask="state")["at_ms"]

    def run(self):
        began_ms = self._now_ms()
        while began_ms < self._until_ms:
            try:
                code = self._box.get(self._path, 60)[0]
            except (OSError, http.client.HTTPException):
                code = 0
            now_ms = self._now_ms()
            if code == 200:
                self.times_ms.append(now_ms - began_ms)
            else:
                self.refused += 1
            began_ms = now_ms
        self._control.close()


def measure(box, path, clients, seconds):
    """-> (requests a second, median ms, p99 ms, refused)."""
    began_ms = box.ask("state")["at_ms"]
    crowd = [Client(box, path, began_ms + 1000 * seconds) for _ in range(clients)]
    for client in crowd:
        client.start()
    for client in crowd:
        client.join()
    took_s = (box.ask("state")["at_ms"] - began_ms) / 1000
    times = sorted(ms for client in crowd for ms in client.times_ms)
    refused = sum(client.refused for client in crowd)
    if not times:
        return 0, 0, 0, refused
    return len(times) / took_s, statistics.median(times), times[int((len(times) - 1) * 0.99)], refused


def rates(cpu, seconds):
    with tempfile.TemporaryDirectory() as data, Wallbox("devkit", data, "--cpu", cpu, "--speed", 1) as box:
        box.do("plug", on=True)
        await_closed(box)
        box.status()
        box.do("timing_reset")
        for name, path in ROWS:
            for clients in (1, 10):
                rate, median, p99, refused = measure(box, path, clients, seconds)
                print(f"  {name:12} {clients:3} at a time {rate:7.1f} /s   median {median:5.0f} ms", end="")
                print(f"   p99 {p99:5.0f} ms   {refused} told to try again", flush=True)
        gap_ms = box.ask("timing")["pilot_gap_ms_max"]
        print(f"  {gap_ms:.0f} ms  the longest gap between two looks at the pilot meanwhile")


def heaps():
    """-> (bytes with nobody asking, the most while four clients ask), the simulated chip's taken off."""
    chip = memory.chip_bytes()
    with (
        tempfile.TemporaryDirectory() as data,
        Wallbox("devkit", data, "--micropython", memory.PORT32, "--heap", memory.ROOMY, "--speed", 20) as box,
    ):
        box.do("plug", on=True)
        await_closed(box)
        rest = memory.used(box, 2)
        until_ms = box.ask("state")["at_ms"] + 20_000
        crowd = [Client(box, path, until_ms) for _, path in ROWS for _ in range(2)]
        for client in crowd:
            client.start()
        most = 0
        while any(client.is_alive() for client in crowd):
            try:
                most = max(most, box.status("heap")["used"])
            except (WallboxError, OSError, http.client.HTTPException):  # told to try again
                time.sleep(0.01)
        return rest - chip, most - chip


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--seconds", type=int, default=10, help="of simulated time, for each row")
    parser.add_argument("--cpu", type=float, default=50)
    options = parser.parse_args()
    build.build("devkit")
    print("HTTP door: .venv/bin/python -m host_tests.bench.http_rates")
    for cpu in (options.cpu, 1):
        print(f"  --cpu {cpu:g}, while charging")
        rates(cpu, options.seconds)
    if memory.PORT32.exists():
        rest, most = heaps()
        print(f"  {rest:,} B of heap with nobody asking, {most:,} B at the most while four clients ask")


if __name__ == "__main__":
    main()
