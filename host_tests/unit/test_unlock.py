"""UnlockConnector."""

import asyncio

from box import Plain
from central import Central
from check import eq

from pilotwire.api import get_settings
from pilotwire.parts import lock as part

_sleeps = []


def locked(central, opens_after=3, welded=False):
    """Outlet 1 has a lock that opens after so many looks; None: never. -> what was done to it and to the outlet."""
    done = []
    bolt = Plain(locked=True, wanted=False)
    part.let_go = lambda lock: done.append("let go" if lock is bolt else lock)
    central.outlet.faults = Plain(present=lambda name: welded)
    central.outlet.end = done.append
    central.outlet.parts = {"lock": bolt}
    _sleeps.clear()

    async def sleep_ms(ms):
        _sleeps.append(ms)
        bolt.locked = opens_after is None or len(_sleeps) <= opens_after

    asyncio.sleep_ms = sleep_ms
    return done


async def test_U01_U03_the_transaction_ends_and_the_answer_waits_for_the_lock():
    central = Central()
    done = locked(central)
    central.outlet.begin(7)
    eq(await central.ask("UnlockConnector", {"connectorId": 1}), {"status": "Unlocked"})
    eq(done, ["UnlockCommand", "let go"])
    eq(len(_sleeps), 4)


async def test_U05_a_lock_that_jams_is_told_within_10_s():
    central = Central()
    done = locked(central, None)
    eq(await central.ask("UnlockConnector", {"connectorId": 1}), {"status": "UnlockFailed"})
    eq(done, ["UnlockCommand", "let go"])
    assert 8000 < sum(_sleeps) < 9900, sum(_sleeps)


async def test_a_welded_contactor_is_told_at_once():
    central = Central()
    locked(central, None, welded=True)
    eq(await central.ask("UnlockConnector", {"connectorId": 1}), {"status": "UnlockFailed"})
    assert sum(_sleeps) < 1000


async def test_U02_U04_a_fixed_cable_cannot_be_unlocked_and_the_transaction_goes_on():
    central = Central()
    eq(await central.ask("UnlockConnector", {"connectorId": 1}), {"status": "NotSupported"})
    central.outlet.begin(7)
    eq(await central.ask("UnlockConnector", {"connectorId": 1}), {"status": "NotSupported"})
    eq(central.done, [])


async def test_U06_a_connector_that_is_not_there_is_not_supported():
    for connector in (0, 2, -1):
        central = Central()
        done = locked(central)
        eq(await central.ask("UnlockConnector", {"connectorId": connector}), {"status": "NotSupported"})
        eq(done, [])


async def test_fields():
    for payload, code in (
        ({}, "FormationViolation"),
        ({"connectorId": "1"}, "TypeConstraintViolation"),
        ({"connectorId": None}, "FormationViolation"),
    ):
        eq((payload, await Central().refused("UnlockConnector", payload)), (payload, code))


async def test_a_lock_makes_the_unlock_on_unplugging_a_choice():
    name, key = "UnlockConnectorOnEVSideDisconnect", "ocppue"
    for lock, status in (({"a": 1}, "Accepted"), (None, "Rejected")):
        central = Central()
        central.box.board.LOCK = lock
        eq(await central.ask("ChangeConfiguration", {"key": name, "value": "false"}), {"status": status})
        told = (await central.ask("GetConfiguration", {"key": [name]}))["configurationKey"]
        eq(told, [{"key": name, "readonly": lock is None, "value": "false"}])
        eq(central.box.settings.values[key], lock is None)  # untouched where it was refused


def test_the_key_says_the_same():
    central = Central()
    for lock, value, want in ((None, True, False), ({"a": 1}, True, True), ({"a": 1}, False, False)):
        central.box.board.LOCK = lock
        central.box.settings.values["ocppue"] = value
        eq(get_settings.ocppue(central.box), want)
