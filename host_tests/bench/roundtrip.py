"""How long a CALL of the central system takes to be answered, beside a charge point made with the PyPI `ocpp` package.

    .venv/bin/python -m host_tests.bench.roundtrip [ROUNDS]

Both charge points are connected to the same central system and asked in turn, the same things, with pauses of different
lengths in between, so that nobody's own rhythm is met. The time is from the CALL's leaving to its answer's coming, both
on the wire; medians, in ms. The wallbox runs at --cpu 1 --speed 1; what the chip's hardware costs (a page of flash, a
call into the network stack) counts too. Both give the same answers; the reference keeps its settings in a dict. What
the first CALL of a kind brings in from flash is printed apart.
"""

import asyncio
import json
import random
import statistics
import sys
import tempfile
import time
from pathlib import Path

import ocpp.v16
import websockets
from ocpp.routing import after, on
from ocpp.v16 import call, call_result

from tools import build
from tools.csms import CentralSystem
from tools.session import connect
from tools.wallbox import Wallbox, end_with_parent

_ROUNDS = 100
_REFERENCE = "reference"
ROWS = (
    ("GetConfiguration, one key", "GetConfiguration", lambda n: {"key": ["HeartbeatInterval"]}),
    ("GetConfiguration, all keys", "GetConfiguration", lambda n: {}),
    (
        "ChangeConfiguration",
        "ChangeConfiguration",
        lambda n: {"key": "MeterValueSampleInterval", "value": str(100 + n % 2)},
    ),
    ("TriggerMessage", "TriggerMessage", lambda n: {"requestedMessage": "Heartbeat"}),
)


class Watch(CentralSystem):
    """A central system that stamps what comes."""

    stamps = {}  # message id: when its answer came, s

    async def _hear(self, name, link, ids, text):
        now = time.perf_counter()
        if not text.startswith("[2"):
            self.stamps[json.loads(text)[1]] = now
        await super()._hear(name, link, ids, text)

    async def time(self, charge_point, number, action, payload):
        """-> (s until the answer came, the answer). Whatever it sets off is over when this returns."""
        link, uid = self._links[charge_point], f"t{number}"
        text = json.dumps([2, uid, action, payload], separators=(",", ":"))
        future = asyncio.get_running_loop().create_future()
        self._waiting[uid] = action, future
        calls = len(self.received)
        began = time.perf_counter()
        await link.send(text)
        answer = await asyncio.wait_for(future, 20)
        if action == "TriggerMessage":
            await self.wait_for(lambda: len(self.received) > calls, 20)
        return self.stamps.pop(uid) - began, answer


class Reference(ocpp.v16.ChargePoint):
    """A charge point as one makes it with the package; its settings are those of the wallbox."""

    def __init__(self, link, settings):
        super().__init__(_REFERENCE, link)
        self.settings = {entry["key"]: entry for entry in settings}

    @on("GetConfiguration")
    def get(self, key=None):
        if not key:
            return call_result.GetConfiguration(configuration_key=list(self.settings.values()))
        known = [self.settings[name] for name in key if name in self.settings]
        unknown = [name for name in key if name not in self.settings]
        return call_result.GetConfiguration(configuration_key=known, unknown_key=unknown or None)

    @on("ChangeConfiguration")
    def change(self, key, value):
        if key not in self.settings:
            return call_result.ChangeConfiguration("NotSupported")
        self.settings[key]["value"] = value
        return call_result.ChangeConfiguration("Accepted")

    @on("TriggerMessage")
    def trigger(self, requested_message, connector_id=None):
        return call_result.TriggerMessage("Accepted")

    @after("TriggerMessage")
    async def triggered(self, requested_message, connector_id=None):
        await self.call(call.Heartbeat())


async def reference(url):
    """The other process: the charge point; its settings come as JSON on standard input."""
    settings = json.loads(sys.stdin.read())
    async with websockets.connect(f"{url}/{_REFERENCE}", subprotocols=["ocpp1.6"]) as link:
        await Reference(link, settings).start()


async def measure(rounds, rows=ROWS):
    """-> {row: {"first": s, "ours": [s], "reference": [s]}}."""
    with tempfile.TemporaryDirectory() as data:
        async with Watch() as csms:
            box = Wallbox("devkit", data, "--cpu", 1, "--speed", 1)
            await asyncio.to_thread(box.start)
            try:
                await asyncio.to_thread(connect, box, csms)
                await asyncio.sleep(1)
                return await _compare(csms, rounds, rows)
            finally:
                await asyncio.to_thread(box.stop)


async def _compare(csms, rounds, rows):
    ours = csms.connected[-1]
    first = {row: (await csms.time(ours, f"first{row}", action, payload(1)))[0] for row, action, payload in rows}
    _, everything = await csms.time(ours, "all", "GetConfiguration", {})
    other = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "host_tests.bench.roundtrip", "--reference", csms.url,
        stdin=asyncio.subprocess.PIPE, preexec_fn=end_with_parent,
    )  # fmt: skip
    other.stdin.write(json.dumps(everything["configurationKey"]).encode())
    other.stdin.close()
    try:
        while _REFERENCE not in csms.connected:
            await asyncio.sleep(0.1)
        return {row: {"first": first[row]} | await _row(csms, ours, rounds, row, ask, p) for row, ask, p in rows}
    finally:
        other.terminate()
        await other.wait()


async def _row(csms, ours, rounds, row, action, payload):
    times = {"ours": [], "reference": []}
    for n in range(rounds + 2):
        answers = []
        for who, name in (("ours", ours), ("reference", _REFERENCE)):
            await asyncio.sleep(random.uniform(0.005, 0.04))
            took, answer = await csms.time(name, f"{row}{who}{n}"[-36:], action, payload(n))
            answers.append(answer)
            if n > 1:  # warm
                times[who].append(took)
        if action != "GetConfiguration" and answers[0] != answers[1]:
            raise ValueError(f"{row}: the answers differ: {answers}")
    return times


def ratios(figures):
    """-> {row: median of ours / median of the reference}."""
    return {row: statistics.median(t["ours"]) / statistics.median(t["reference"]) for row, t in figures.items()}


def main():
    if sys.argv[1:2] == ["--reference"]:
        asyncio.run(reference(sys.argv[2]))
        return 0
    build.build("devkit")
    figures = asyncio.run(measure(int(sys.argv[1]) if len(sys.argv) > 1 else _ROUNDS))
    print("round trip of a CALL of the central system, median ms: ours, the `ocpp` package, ratio (our first)")
    for row, ratio in ratios(figures).items():
        t = figures[row]
        ours, other = (1000 * statistics.median(t[who]) for who in ("ours", "reference"))
        print(f"  {row:28} {ours:6.2f} {other:6.2f}  {ratio:5.2f}   ({1000 * t['first']:.1f})")
    return 0


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
    sys.exit(main())
