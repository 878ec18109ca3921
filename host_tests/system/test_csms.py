"""The central system of `make run` and of the tests: it books, it is strict, tests can play with it."""

import asyncio
import json

import pytest
from websockets.asyncio.client import connect

from tools.csms import CentralSystem, Refused

_START = {
    "connectorId": 1,
    "idTag": "a",
    "meterStart": 1000,
    "timestamp": "2026-01-01T00:00:00Z",
}
_STOP = {"transactionId": 1, "meterStop": 1234, "timestamp": "2026-01-01T01:00:00Z"}


def played(play):
    """Run play(csms, ask): ask(action, payload) sends a CALL and returns the answer's elements."""

    async def whole():
        async with CentralSystem() as csms, connect(csms.url + "/box", **_PROTOCOL) as link:

            async def ask(action, payload):
                await link.send(json.dumps([2, "1", action, payload]))
                return json.loads(await asyncio.wait_for(link.recv(), 5))

            await asyncio.wait_for(play(csms, link, ask), 20)

    asyncio.run(whole())


_PROTOCOL = {"subprotocols": ["ocpp1.6"]}


def test_a_session_is_booked_with_its_energy():
    async def play(csms, link, ask):
        answer = (await ask("StartTransaction", _START))[2]
        assert answer == {"transactionId": 1, "idTagInfo": {"status": "Accepted"}}
        assert csms.sessions[0].energy_wh is None
        await ask("StopTransaction", _STOP)
        assert csms.sessions[0].energy_wh == 234
        assert csms.violations == []

    played(play)


def test_a_start_that_is_said_twice_is_one_session():
    async def play(csms, link, ask):
        first = await ask("StartTransaction", _START)
        assert await ask("StartTransaction", _START) == first
        await ask("StartTransaction", {**_START, "meterStart": 1001})
        assert [s.id for s in csms.sessions] == [1, 2]

    played(play)


@pytest.mark.parametrize(
    "action, payload",
    [
        ("StartTransaction", {"connectorId": 1}),
        ("StartTransaction", {**_START, "extra": 1}),
        ("StartTransaction", {**_START, "meterStart": 1.5}),
        ("NoSuchThing", {}),
    ],
)
def test_what_breaks_the_schema_is_a_callerror_and_a_violation(action, payload):
    async def play(csms, link, ask):
        assert (await ask(action, payload))[0] == 4
        assert len(csms.violations) == 1 and action in csms.violations[0]
        assert csms.sessions == []

    played(play)


def test_a_stop_of_a_session_nobody_started_is_a_violation():
    async def play(csms, link, ask):
        assert (await ask("StopTransaction", _STOP))[0] == 3
        assert "unknown transaction" in csms.violations[0]

    played(play)


def test_a_call_to_the_charge_point_returns_its_answer_or_raises_its_refusal():
    async def play(csms, link, ask):
        call = asyncio.create_task(csms.call("GetConfiguration", key=["x"]))
        kind, uid, action, payload = json.loads(await link.recv())
        assert (kind, action, payload) == (2, "GetConfiguration", {"key": ["x"]})
        await link.send(json.dumps([3, uid, {"unknownKey": ["x"]}]))
        assert await call == {"unknownKey": ["x"]}

        call = asyncio.create_task(csms.call("ClearCache"))
        uid = json.loads(await link.recv())[1]
        await link.send(json.dumps([4, uid, "NotSupported", "no cache", {}]))
        with pytest.raises(Refused, match="NotSupported: no cache"):
            await call
        assert csms.violations == []

    played(play)


def test_a_test_can_answer_in_its_own_way_or_not_at_all():
    async def play(csms, link, ask):
        csms.answers["Heartbeat"] = lambda payload: {"currentTime": "2030-01-01T00:00:00Z"}
        assert (await ask("Heartbeat", {}))[2] == {"currentTime": "2030-01-01T00:00:00Z"}
        csms.answers["Heartbeat"] = None
        await link.send('[2,"2","Heartbeat",{}]')
        await csms.wait_for(lambda: len(csms.received) == 2, 5)
        with pytest.raises(asyncio.TimeoutError):
            await asyncio.wait_for(link.recv(), 0.2)

    played(play)


def test_a_refused_card_is_not_accepted():
    async def play(csms, link, ask):
        csms.refused.add("a")
        answer = await ask("Authorize", {"idTag": "a"})
        assert answer[2] == {"idTagInfo": {"status": "Invalid"}}

    played(play)
