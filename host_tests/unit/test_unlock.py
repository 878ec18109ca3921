"""UnlockConnector."""

from central import Central
from check import eq


async def test_U02_U04_a_fixed_cable_cannot_be_unlocked_and_the_transaction_goes_on():
    central = Central()
    eq(await central.ask("UnlockConnector", {"connectorId": 1}), {"status": "NotSupported"})
    central.outlet.begin(7)
    eq(await central.ask("UnlockConnector", {"connectorId": 1}), {"status": "NotSupported"})
    eq(central.done, [])


async def test_U06_a_connector_that_is_not_there_is_not_supported():
    for connector in (0, 2, -1):
        eq(await Central().ask("UnlockConnector", {"connectorId": connector}), {"status": "NotSupported"})


async def test_fields():
    for payload, code in (
        ({}, "FormationViolation"),
        ({"connectorId": "1"}, "TypeConstraintViolation"),
        ({"connectorId": None}, "FormationViolation"),
    ):
        eq((payload, await Central().refused("UnlockConnector", payload)), (payload, code))
