"""What the peaks of memory are measured of (peaks.py): each row asks the wallbox for something and sees it happen."""

import json
import time

from host_tests.bench.memory import PORT32, SPEED, chip_bytes
from tools.csms import Refused
from tools.hitches import Refuse
from tools.session import CARD, await_closed
from tools.wallbox import Wallbox, WallboxError

_ECHO = {"vendorId": "Pilotwire", "messageId": "Echo", "data": "x" * 500}
_PATIENCE_S = 8  # for an answer and what it sets off
_GONE_MS = 65_000  # a minute after it was last asked for, what was lent has gone
FAILURES = (WallboxError, Refused, TimeoutError, ConnectionError, OSError, ValueError, AssertionError)


class Scene:
    """A wallbox in a heap of so many bytes beside the chip's own, with a car, connected to a central system; a context.

    state: of peak_states.py. Where it needs no card the car charges. Raises what FAILURES names.
    """

    def __init__(self, csms, data, heap, state):
        self.csms, self.state = csms, state
        options = ("--micropython", PORT32, "--heap", heap + chip_bytes(), "--speed", SPEED)
        self.box = Wallbox("devkit", data, *options)

    def __enter__(self):
        refuse = Refuse("InternalError", "once, so that it waits")
        self.csms.script("StartTransaction", refuse)
        self.csms.script("MeterValues", refuse)
        self.box.start()
        try:
            if self.state != "resumed":
                self.box.do("plug", on=True)
            if self.state != "off":
                self.wait(lambda: self.csms.calls("BootNotification"))
                self.wait(lambda: self.csms.calls("MeterValues" if self.state == "resumed" else "StartTransaction"))
            if self.state != "card":
                await_closed(self.box)
            self.let_pass(_GONE_MS)
        except BaseException:
            self.box.stop()
            raise
        return self

    def __exit__(self, *error):
        self.box.stop()

    @property
    def link(self):
        return self.csms._links.get(self.csms.connected[-1]) if self.csms.connected else None

    def call(self, action, **payload):
        return self.csms.call(action, timeout_s=_PATIENCE_S, **payload)

    def wait(self, condition):
        return self.box.wait_for(condition, _PATIENCE_S)

    def let_pass(self, ms):
        until_ms = self.box.ask("state")["at_ms"] + ms
        while (state := self.box.ask("state"))["at_ms"] < until_ms:
            if state["resets"]:
                raise WallboxError("the chip restarted")
            time.sleep(0.02)


class Row:
    """act(scene): what is asked; raises what FAILURES names. state: as in Scene. resets: of the chip."""

    def __init__(self, name, act, state="free", resets=0):
        self.name, self.act, self.state, self.resets = name, act, state, resets


def _nothing(scene):
    pass


def _status(scene):
    code, _, body = scene.box.get("/api/status", _PATIENCE_S)
    assert code == 200, body
    json.loads(body)


def _get_configuration(*keys):
    def act(scene):
        found = scene.call("GetConfiguration", **({"key": list(keys)} if keys else {}))["configurationKey"]
        assert len(found) >= (len(keys) or 30), found

    return act


def _trigger(action):
    def act(scene):
        told = len(scene.csms.calls(action))
        answer = scene.call("TriggerMessage", requestedMessage=action, connectorId=1)
        assert answer["status"] == "Accepted", answer
        scene.wait(lambda: len(scene.csms.calls(action)) > told)

    return act


def _ask(status, action, **payload):
    """The action is answered with this status, and that is all."""

    def act(scene):
        answer = scene.call(action, **payload)
        assert answer["status"] == status, answer

    return act


def _remote_start(scene):
    _ask("Accepted", "RemoteStartTransaction", idTag=CARD, connectorId=1)(scene)
    await_closed(scene.box)


def _remote_stop(scene):
    _ask("Accepted", "RemoteStopTransaction", transactionId=1)(scene)
    scene.wait(lambda: not scene.box.ask("state")["contactor"])


def _reset(scene):
    _ask("Accepted", "Reset", type="Soft")(scene)
    scene.box.wait_for(lambda: scene.box.ask("state")["resets"], 20)  # MessageTimeout is waited for


def _version(scene):
    assert scene.call("GetLocalListVersion")["listVersion"] > 0


def _send_list(count, full):
    """So many entries of full length."""
    info = {"status": "ConcurrentTx", "expiryDate": "2030-01-01T00:00:00.000Z", "parentIdTag": "P" * 20}
    entries = [{"idTag": f"LIST{n:016}", "idTagInfo": info} for n in range(count)]
    kind = "Full" if full else "Differential"
    return _ask("Accepted", "SendLocalList", listVersion=2000, updateType=kind, localAuthorizationList=entries)


def _unknown(scene):
    try:
        scene.call("GetDiagnostics", location="ftp://x/")
    except Refused as e:
        assert str(e).startswith("NotSupported"), e
    else:
        raise AssertionError("an answer to what it does not know")


ROWS = (
    Row("OCPP is off, a car charges, nothing asked", _nothing, "off"),
    Row("start, boot at the central system, a car charges, nothing asked", _nothing),
    Row("a full /api/status", _status),
    Row("GetConfiguration, one key", _get_configuration("HeartbeatInterval")),
    Row("GetConfiguration, all keys", _get_configuration()),
    Row("ChangeConfiguration", _ask("Accepted", "ChangeConfiguration", key="MeterValueSampleInterval", value="301")),
    Row("ChangeAvailability, scheduled", _ask("Scheduled", "ChangeAvailability", connectorId=1, type="Inoperative")),
    Row("TriggerMessage, StatusNotification", _trigger("StatusNotification")),
    Row("TriggerMessage, MeterValues", _trigger("MeterValues")),
    Row("RemoteStartTransaction, until it charges", _remote_start, "card"),
    Row("RemoteStopTransaction, until the contactor is open", _remote_stop, "resumed"),
    Row("UnlockConnector, not supported", _ask("NotSupported", "UnlockConnector", connectorId=1)),
    Row("DataTransfer, 500 characters", _ask("Accepted", "DataTransfer", **_ECHO)),
    Row("GetLocalListVersion", _version),
    Row("SendLocalList, differential, one entry", _send_list(1, False)),
    Row("SendLocalList, differential, 50 entries of full length", _send_list(50, False)),
    Row("SendLocalList, full, 50 entries of full length", _send_list(50, True)),
    Row("ClearCache", _ask("Accepted", "ClearCache")),
    Row("an action that is not implemented", _unknown),
    Row("Reset, soft, until it restarts", _reset, resets=1),
)
SHORT = (ROWS[1], ROWS[2], ROWS[4], ROWS[9])
