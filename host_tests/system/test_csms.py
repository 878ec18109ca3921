"""The central system of `make run` and of the tests: it books, it is strict, tests can play with it."""

import asyncio
import itertools
import json
import threading

import pytest
from ocpp.v16 import ChargePoint, call
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from tools.csms import BackgroundCentralSystem, CentralSystem, Refused
from tools.hitches import ANSWERED, BOOKED, HEARD, LOST, NEVER, Late, Refuse

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
            ids = map(str, itertools.count(1))

            async def ask(action, payload):
                await link.send(json.dumps([2, next(ids), action, payload]))
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
        assert (await ask("StartTransaction", _START))[2] == first[2]
        assert csms.repeats == [("StartTransaction", _START)]
        assert csms.violations == []
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


def _sample(wh, second=10):
    sampled = [{"value": str(wh), "unit": "Wh", "measurand": "Energy.Active.Import.Register"}]
    return {"timestamp": f"2026-01-01T00:00:{second}Z", "sampledValue": sampled}


def _meter(*samples, **fields):
    return "MeterValues", {"connectorId": 1, "transactionId": 1, "meterValue": list(samples), **fields}


_BEGUN = ("StartTransaction", _START)
_ENDED = ("StopTransaction", _STOP)
_EARLY = ("StartTransaction", {**_START, "timestamp": "2125-01-01T00:00:00Z"})


def _stop(**fields):
    return "StopTransaction", {**_STOP, **fields}


@pytest.mark.parametrize(
    ("said", "objection"),
    [
        ([_BEGUN, _stop(timestamp="2025-12-31T23:59:59Z")], "before its start"),
        ([_BEGUN, _stop(timestamp="2125-01-01T00:00:00Z")], "in the future"),
        ([_BEGUN, _stop(meterStop=999)], "below its meterStart"),
        ([_BEGUN, _stop(transactionId=2)], "stop of an unknown transaction"),
        ([_BEGUN, _meter(_sample(1100)), _stop(meterStop=1050)], "below one of its samples"),
        ([_BEGUN, _stop(transactionData=[{**_sample(1100), "timestamp": "2026-01-01T01:00:01Z"}])], "younger"),
        ([_BEGUN, _ENDED, _stop(meterStop=1300)], "was stopped before, otherwise"),
        ([_BEGUN, _ENDED, _meter(_sample(1200))], "after its stop"),
        ([_meter(_sample(1200))], "samples of an unknown transaction"),
        ([_BEGUN, _meter(_sample(1100), connectorId=2)], "with another connector"),
        ([_BEGUN, _meter(_sample(1100)), _meter(_sample(1099, 20))], "falls from 1100 to 1099 Wh"),
        ([_BEGUN, _meter(_sample(1200), _sample(1150, 20))], "falls from 1200 to 1150 Wh"),
        ([_BEGUN, _meter(_sample(999))], "falls from 1000 to 999 Wh"),
        ([_EARLY], "the start is in the future"),
        ([_BEGUN, ("StartTransaction", {**_START, "meterStart": 1001})], "never stopped"),
        ([_BEGUN, _ENDED, ("StartTransaction", {**_START, "meterStart": 1233})], "billed a second time"),
    ],
)
def test_what_steve_keeps_apart_or_drops_is_a_violation_and_answered_all_the_same(said, objection):
    async def play(csms, link, ask):
        for action, payload in said:
            assert (await ask(action, payload))[0] == 3
        assert len(csms.violations) == 1 and objection in csms.violations[0]

    played(play)


def test_a_wrong_stop_leaves_the_transaction_open():
    async def play(csms, link, ask):
        await ask(*_BEGUN)
        await ask(*_stop(meterStop=999))
        assert csms.sessions[0].energy_wh is None

    played(play)


def test_samples_and_a_stop_that_come_again_are_repeats_and_no_violation():
    async def play(csms, link, ask):
        for said in (_BEGUN, _meter(_sample(1100)), _meter(_sample(1100)), _ENDED, _ENDED):
            await ask(*said)
        assert [action for action, _ in csms.repeats] == ["MeterValues", "StopTransaction"]
        assert len(csms.sessions[0].samples) == 1 and csms.sessions[0].energy_wh == 234
        assert csms.violations == []

    played(play)


def test_a_message_id_counts_once_in_a_session():
    async def play(csms, link, ask):
        for kind in (3, 4):
            await link.send('[2,"same","Heartbeat",{}]')
            answer = json.loads(await link.recv())
            assert answer[:2] == [kind, "same"]
        assert answer[2] == "ProtocolError"
        assert "came twice" in csms.violations[0]
        async with connect(csms.url + "/box", **_PROTOCOL) as another:
            await another.send('[2,"same","Heartbeat",{}]')
            assert json.loads(await another.recv())[0] == 3

    played(play)


def test_a_card_has_the_status_it_was_given():
    async def play(csms, link, ask):
        for status in ("Blocked", "Expired", "Invalid", "ConcurrentTx"):
            csms.tags["a"] = {"status": status, "parentIdTag": "p", "expiryDate": "2027-01-01T00:00:00Z"}
            assert (await ask("Authorize", {"idTag": "a"}))[2] == {"idTagInfo": csms.tags["a"]}
        csms.tags.clear()
        csms.limits["a"] = 1
        statuses = []
        for said in (_BEGUN, _BEGUN, _ENDED, _stop(idTag="a")):
            statuses.append((await ask(*said))[2].get("idTagInfo", {}).get("status"))
        assert statuses == ["Accepted", "ConcurrentTx", None, "Accepted"]
        assert (await ask("Authorize", {"idTag": "a"}))[2] == {"idTagInfo": {"status": "Accepted"}}

    played(play)


def test_the_books_outlive_the_central_system(tmp_path):
    async def whole():
        for said in (_BEGUN, _meter(_sample(1100)), _ENDED):
            async with (
                CentralSystem(books=tmp_path / "books.json") as csms,
                connect(csms.url + "/box", **_PROTOCOL) as link,
            ):
                await link.send(json.dumps([2, "1", *said]))
                await link.recv()
        csms = CentralSystem(books=tmp_path / "books.json")
        assert (csms.sessions[0].energy_wh, len(csms.sessions[0].samples)) == (234, 1)
        assert csms.violations == []

    asyncio.run(whole())


# --- with the `ocpp` package as the charge point


def with_box(play):
    """Run play(csms, box): box is a connected ocpp.v16.ChargePoint."""

    async def whole():
        async with CentralSystem() as csms, connect(csms.url + "/box", **_PROTOCOL) as link:
            box = ChargePoint("box", link, response_timeout=1)
            hearing = asyncio.create_task(box.start())
            try:
                await asyncio.wait_for(play(csms, box), 20)
            finally:
                hearing.cancel()

    asyncio.run(whole())


_BOOT = call.BootNotification(charge_point_vendor="v", charge_point_model="m")
_TAP = call.Authorize(id_tag="a")
_RUN = call.StartTransaction(connector_id=1, id_tag="a", meter_start=1000, timestamp="2026-01-01T00:00:00Z")


def test_the_boot_is_pending_and_rejected_as_often_as_wanted():
    async def play(csms, box):
        csms.boots("Pending", "Rejected", "Pending", interval_s=7)
        answers = [await box.call(_BOOT) for _ in range(4)]
        assert [a.status for a in answers] == ["Pending", "Rejected", "Pending", "Accepted"]
        assert [a.interval for a in answers] == [7, 7, 7, 300]

    with_box(play)


def test_answers_are_late_lost_refused_or_whatever_a_script_says():
    async def play(csms, box):
        lies = {"transactionId": 77, "idTagInfo": {"status": "Accepted"}}
        csms.script("StartTransaction", LOST, NEVER, Late(0.2), Refuse("InternalError", "no disk"), lies, None)
        for booked in (0, 1):
            with pytest.raises(asyncio.TimeoutError):
                await box.call(_RUN)
            assert len(csms.sessions) == booked
        assert (await box.call(_RUN)).transaction_id == 1
        with pytest.raises(Exception, match="no disk"):
            await box.call(_RUN, suppress=False)
        assert (await box.call(_RUN)).transaction_id == 77
        assert (await box.call(_RUN)).transaction_id == 1
        assert len(csms.repeats) == 2 and csms.violations == []

    with_box(play)


def test_answers_can_be_held_back_while_others_go_on():
    async def play(csms, box):
        csms.hold("Authorize")
        tap = asyncio.create_task(box.call(_TAP))
        await csms.wait_for(lambda: csms.calls("Authorize"), 5)
        asked = csms.call("GetConfiguration", timeout_s=1)
        with pytest.raises(Refused, match="NotImplemented"):  # answered, though a CALL of the box waits
            await asked
        assert not tap.done()
        await csms.release("Authorize")
        assert (await tap).id_tag_info["status"] == "Accepted"

    with_box(play)


def test_a_test_steps_in_at_each_moment_of_a_message():
    async def play(csms, box):
        seen = []
        for moment in (HEARD, BOOKED, ANSWERED):
            csms.at(moment, "Authorize", lambda message, moment=moment: seen.append(moment), passing=1)
        await box.call(_TAP)
        assert seen == []
        await box.call(_TAP)
        await box.call(_TAP)
        assert seen == [HEARD, BOOKED, ANSWERED]
        csms.at(HEARD, "StartTransaction", lambda message: LOST)
        with pytest.raises(asyncio.TimeoutError):
            await box.call(_RUN)
        assert csms.sessions == []

    with_box(play)


def test_it_dies_and_comes_back_at_the_same_port_with_its_books():
    with BackgroundCentralSystem() as csms:

        async def box():
            async with connect(csms.url + "/box", **_PROTOCOL) as link:
                await link.send(json.dumps([2, "1", *_BEGUN]))
                return await link.recv()

        back = threading.Event()
        csms.at(BOOKED, "StartTransaction", lambda message: (csms.restart(), back.set()))
        with pytest.raises(OSError):
            asyncio.run(gone(box))
        assert back.wait(5)
        assert json.loads(asyncio.run(box()))[2]["transactionId"] == 1
        assert len(csms.sessions) == len(csms.repeats) == 1
        csms.stop()
        with pytest.raises(OSError):
            asyncio.run(gone(box))
        csms.start()
        assert json.loads(asyncio.run(box()))[2]["transactionId"] == 1


async def gone(box):
    try:
        await box()
    except ConnectionClosed as e:
        raise OSError from e


def test_it_can_say_anything():
    async def play(csms, link, ask):
        await csms.say("garbage")
        assert await link.recv() == "garbage"
        await csms.say(b"\x00")
        assert await link.recv() == b"\x00"

    played(play)


def test_it_can_follow_the_clock_of_a_world_that_runs_ahead():
    async def play(csms, link, ask):
        csms.follow(lambda: 4_900_000_000)
        await ask(*_EARLY)
        assert csms.violations == []
        assert (await ask("Heartbeat", {}))[2] == {"currentTime": "2125-04-10T23:06:40.000Z"}

    played(play)
