"""What the peaks of memory are measured of (peaks.py): each row asks the wallbox for something and sees it happen."""

import json
import time

from host_tests.bench.memory import PORT32, chip_bytes
from tools.csms import Refused
from tools.session import CARD, await_closed
from tools.wallbox import Wallbox, WallboxError

SPEED = 50
_PATIENCE_S = 4  # for an answer and what it sets off
_GONE_MS = 65_000  # a minute after it was last asked for, what was lent has gone
FAILURES = (WallboxError, Refused, TimeoutError, ConnectionError, OSError, ValueError, AssertionError)


class Scene:
    """A wallbox in a heap of so many bytes beside the chip's own, with a car, connected to a central system; a context.

    acs 0: the car charges. 1: it waits for a card. Raises what FAILURES names.
    """

    def __init__(self, csms, data, heap, acs):
        self.csms, self.acs = csms, acs
        options = ("--micropython", PORT32, "--heap", heap + chip_bytes(), "--speed", SPEED)
        self.box = Wallbox("devkit", data, *options)

    def __enter__(self):
        self.box.start()
        try:
            self.box.do("plug", on=True)
            self.wait(lambda: self.csms.calls("BootNotification"))
            if not self.acs:
                await_closed(self.box)
                self.wait(lambda: self.csms.sessions)
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
    """act(scene): what is asked; raises what FAILURES names. acs: as in Scene. resets: how often the chip restarts."""

    def __init__(self, name, act, acs=0, resets=0):
        self.name, self.act, self.acs, self.resets = name, act, acs, resets


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


def _change(scene):
    answer = scene.call("ChangeConfiguration", key="MeterValueSampleInterval", value="301")
    assert answer["status"] == "Accepted", answer


def _trigger(action):
    def act(scene):
        told = len(scene.csms.calls(action))
        answer = scene.call("TriggerMessage", requestedMessage=action, connectorId=1)
        assert answer["status"] == "Accepted", answer
        scene.wait(lambda: len(scene.csms.calls(action)) > told)

    return act


def _remote_start(scene):
    answer = scene.call("RemoteStartTransaction", idTag=CARD, connectorId=1)
    assert answer["status"] == "Accepted", answer
    await_closed(scene.box)
    scene.wait(lambda: scene.csms.sessions)


def _remote_stop(scene):
    session = scene.csms.sessions[-1]
    answer = scene.call("RemoteStopTransaction", transactionId=session.id)
    assert answer["status"] == "Accepted", answer
    scene.wait(lambda: session.reason == "Remote" and not scene.box.ask("state")["contactor"])


def _unlock(scene):
    answer = scene.call("UnlockConnector", connectorId=1)
    assert answer["status"] == "NotSupported", answer  # its cable is fixed


def _reset(scene):
    session = scene.csms.sessions[-1]
    answer = scene.call("Reset", type="Soft")
    assert answer["status"] == "Accepted", answer
    scene.wait(lambda: session.reason == "SoftReset" and scene.box.ask("state")["resets"])


def _send_list(scene):
    info = {"status": "ConcurrentTx", "expiryDate": "2030-01-01T00:00:00.000Z", "parentIdTag": "P" * 20}
    entries = [{"idTag": f"I{n:019}", "idTagInfo": info} for n in range(10)]
    answer = scene.call("SendLocalList", listVersion=1, updateType="Full", localAuthorizationList=entries)
    assert answer["status"] == "Accepted", answer


def _clear_cache(scene):
    answer = scene.call("ClearCache")
    assert answer["status"] == "Accepted", answer


def _unknown(scene):
    try:
        scene.call("GetDiagnostics", location="ftp://x/")
    except Refused as e:
        assert str(e).startswith("NotSupported"), e
    else:
        raise AssertionError("an answer to what it does not know")


ROWS = (
    Row("start, boot at the central system and a session, nothing asked", _nothing),
    Row("a full /api/status", _status),
    Row("GetConfiguration, one key", _get_configuration("HeartbeatInterval")),
    Row("GetConfiguration, all keys", _get_configuration()),
    Row("ChangeConfiguration", _change),
    Row("TriggerMessage, MeterValues", _trigger("MeterValues")),
    Row("RemoteStartTransaction, until it charges", _remote_start, acs=1),
    Row("RemoteStopTransaction, until it is booked", _remote_stop),
    Row("UnlockConnector, not supported", _unlock),
    Row("SendLocalList, 10 entries of full length", _send_list),
    Row("ClearCache", _clear_cache),
    Row("an action that is not implemented", _unknown),
    Row("Reset, soft, until it is booked and restarts", _reset, resets=1),
)
SHORT = (ROWS[0], ROWS[1], ROWS[3], ROWS[6])
