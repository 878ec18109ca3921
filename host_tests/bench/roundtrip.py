"""How long a CALL of the central system takes to be answered, beside a charge point made with the PyPI `ocpp` package.

    .venv/bin/python -m host_tests.bench.roundtrip [ROUNDS [TEXT ...]]

Both charge points are connected to the same central system and asked in turn, the same things, with pauses of different
lengths in between, so that nobody's own rhythm is met. The time is from the CALL's leaving to its answer's coming, both
on the wire, in ms. The wallbox runs at --cpu 1 --speed 1; what the chip's hardware costs (a page of flash, a call into
the network stack) counts too. Both give the same answers. The reference has everything in dicts; what
must outlive a power cut (settings, availability, list) it writes to disk before it answers, as ours does to flash. What
the first CALL of a kind brings in from flash is printed apart. TEXT: only rows with one of these in their names.

A remote start and stop are asked for what there is not, so that nothing but the answer happens: what they set off comes
behind it. Reset has no row: its answer is the last one before a restart.
"""

import asyncio
import json
import os
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
_WHO = ("ours", _REFERENCE)
_INFO = {"status": "Accepted", "expiryDate": "2030-01-01T00:00:00Z", "parentIdTag": "GROUP"}


def _one_card(n):
    entry = {"idTag": f"CARD{n % 2}", "idTagInfo": _INFO}
    return {"listVersion": n + 10, "updateType": "Differential", "localAuthorizationList": [entry]}


ROWS = (  # (name, action, payload of the n-th, what follows the answer or None)
    ("GetConfiguration, one key", "GetConfiguration", lambda n: {"key": ["HeartbeatInterval"]}, None),
    ("GetConfiguration, all keys", "GetConfiguration", lambda n: {}, None),
    (
        "ChangeConfiguration",
        "ChangeConfiguration",
        lambda n: {"key": "MeterValueSampleInterval", "value": str(100 + n % 2)},
        None,
    ),
    ("TriggerMessage", "TriggerMessage", lambda n: {"requestedMessage": "Heartbeat"}, "Heartbeat"),
    (
        "ChangeAvailability",
        "ChangeAvailability",
        lambda n: {"connectorId": 1, "type": "Inoperative" if n % 2 else "Operative"},
        "StatusNotification",
    ),
    ("ClearCache", "ClearCache", lambda n: {}, None),
    (
        "DataTransfer",
        "DataTransfer",
        lambda n: {"vendorId": "Pilotwire", "messageId": "Echo", "data": str(n)},
        None,
    ),
    ("GetLocalListVersion", "GetLocalListVersion", lambda n: {}, None),
    ("SendLocalList, one card of two", "SendLocalList", _one_card, None),
    ("UnlockConnector, not supported", "UnlockConnector", lambda n: {"connectorId": 1}, None),
    (
        "RemoteStartTransaction, no connector",
        "RemoteStartTransaction",
        lambda n: {"connectorId": 9, "idTag": "CARD1"},
        None,
    ),
    ("RemoteStopTransaction, unknown", "RemoteStopTransaction", lambda n: {"transactionId": 999}, None),
)


class Watch(CentralSystem):
    """A central system that stamps what comes."""

    stamps = {}  # message id: when its answer came, s

    async def _hear(self, name, link, ids, text):
        now = time.perf_counter()
        if not text.startswith("[2"):
            self.stamps[json.loads(text)[1]] = now
        await super()._hear(name, link, ids, text)

    async def time(self, charge_point, action, payload, follows=None):
        """-> (s until the answer came, the answer). Whatever it sets off is over when this returns."""
        link, uid = self._links[charge_point], f"t{next(self._ids)}"
        text = json.dumps([2, uid, action, payload], separators=(",", ":"))
        future = asyncio.get_running_loop().create_future()
        self._waiting[uid] = action, future
        calls = len(self.calls(follows))
        began = time.perf_counter()
        await link.send(text)
        answer = await asyncio.wait_for(future, 20)
        if follows:
            await self.wait_for(lambda: len(self.calls(follows)) > calls, 20)
        return self.stamps.pop(uid) - began, answer


class Reference(ocpp.v16.ChargePoint):
    """A charge point as one makes it with the package; its settings are those of the wallbox."""

    def __init__(self, link, settings, version, folder):
        super().__init__(_REFERENCE, link)
        self.folder = Path(folder)
        self.settings = {entry["key"]: entry for entry in settings}
        self.cards, self.cache, self.version, self.availability = {}, {}, version, {}

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
        self._keep()
        return call_result.ChangeConfiguration("Accepted")

    @on("TriggerMessage")
    def trigger(self, requested_message, connector_id=None):
        return call_result.TriggerMessage("Accepted")

    @after("TriggerMessage")
    async def triggered(self, requested_message, connector_id=None):
        await self.call(call.Heartbeat())

    @on("ChangeAvailability")
    def available(self, connector_id, type):
        if connector_id > 1:
            return call_result.ChangeAvailability("Rejected")
        self.availability[connector_id] = type
        self._keep()
        return call_result.ChangeAvailability("Accepted")

    @after("ChangeAvailability")
    async def changed(self, connector_id, type):
        status = "Available" if type == "Operative" else "Unavailable"
        await self.call(call.StatusNotification(connector_id, "NoError", status))

    @on("ClearCache")
    def clear(self):
        self.cache.clear()
        return call_result.ClearCache("Accepted")

    @on("DataTransfer")
    def transfer(self, vendor_id, message_id=None, data=None):
        return call_result.DataTransfer("Accepted", data)

    @on("GetLocalListVersion")
    def list_version(self):
        return call_result.GetLocalListVersion(self.version)

    @on("SendLocalList")
    def send_list(self, list_version, update_type, local_authorization_list=()):
        if list_version <= self.version:
            return call_result.SendLocalList("VersionMismatch")
        self.version = list_version
        self.cards.update({entry["id_tag"]: entry["id_tag_info"] for entry in local_authorization_list})
        self._keep()
        return call_result.SendLocalList("Accepted")

    def _keep(self):
        """What must outlive a power cut."""
        aside = self.folder / "kept.new"
        with aside.open("w") as f:
            json.dump([self.settings, self.availability, self.version, self.cards], f)
            f.flush()
            os.fsync(f.fileno())
        aside.replace(self.folder / "kept")

    @on("UnlockConnector")
    def unlock(self, connector_id):
        return call_result.UnlockConnector("NotSupported")

    @on("RemoteStartTransaction")
    def remote_start(self, id_tag, connector_id=None):
        return call_result.RemoteStartTransaction("Accepted" if connector_id == 1 else "Rejected")

    @on("RemoteStopTransaction")
    def remote_stop(self, transaction_id):
        return call_result.RemoteStopTransaction("Rejected")


async def reference(url):
    """The other process: the charge point; what the wallbox has comes as JSON on standard input."""
    known = json.loads(sys.stdin.read())
    folder = tempfile.TemporaryDirectory()
    async with websockets.connect(f"{url}/{_REFERENCE}", subprotocols=["ocpp1.6"]) as link:
        await Reference(link, *known, folder.name).start()


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
    first = {}
    for row, action, payload, follows in rows:
        first[row] = (await csms.time(ours, action, payload(1), follows))[0]
    known = [(await csms.time(ours, ask, {}))[1] for ask in ("GetConfiguration", "GetLocalListVersion")]
    other = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "host_tests.bench.roundtrip", "--reference", csms.url,
        stdin=asyncio.subprocess.PIPE, preexec_fn=end_with_parent,
    )  # fmt: skip
    other.stdin.write(json.dumps([known[0]["configurationKey"], known[1]["listVersion"]]).encode())
    other.stdin.close()
    try:
        while _REFERENCE not in csms.connected:
            await asyncio.sleep(0.1)
        return {row: {"first": first[row]} | await _row(csms, ours, rounds, row, *rest) for row, *rest in rows}
    finally:
        other.terminate()
        await other.wait()


async def _row(csms, ours, rounds, row, action, payload, follows):
    times = {"ours": [], "reference": []}
    for n in range(2, rounds + 4):
        answers = []
        for who, name in (("ours", ours), ("reference", _REFERENCE)):
            await asyncio.sleep(random.uniform(0.005, 0.04))
            took, answer = await csms.time(name, action, payload(n), follows)
            answers.append(answer)
            if n > 3:  # warm
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
    words = sys.argv[2:] or [""]
    rows = [row for row in ROWS if any(word in row[0] for word in words)]
    figures = asyncio.run(measure(int(sys.argv[1]) if len(sys.argv) > 1 else _ROUNDS, rows))
    print("roundtrip: .venv/bin/python -m host_tests.bench.roundtrip", *sys.argv[1:])
    print(f"  {'ms':38} ours: median, worst  `ocpp` package: median, worst  ratio  (our first)")
    for row, ratio in ratios(figures).items():
        t = figures[row]
        ours, other = (f"{1000 * statistics.median(t[who]):8.2f} {1000 * max(t[who]):8.2f}" for who in _WHO)
        print(f"  {row:38} {ours:>19}  {other:>29}  {ratio:5.2f}  ({1000 * t['first']:.1f})")
    above = [row for row, ratio in ratios(figures).items() if ratio > 1]
    print(f"  {', '.join(above) or 'none'} above 1.0")
    return 1 if above else 0


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
    sys.exit(main())
