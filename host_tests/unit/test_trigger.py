"""TriggerMessage."""

from box import Plain
from central import Central
from check import eq


async def trigger(central, message, connector=None):
    payload = {"requestedMessage": message}
    if connector is not None:
        payload["connectorId"] = connector
    status = (await central.ask("TriggerMessage", payload))["status"]
    eq(central.done, [("trigger", message, connector)] if status == "Accepted" else [])
    return status


async def test_TG01_TG02_the_message_comes_after_the_answer():
    for message, connector in (
        ("StatusNotification", None),
        ("StatusNotification", 0),
        ("StatusNotification", 1),
        ("MeterValues", 1),
        ("MeterValues", None),
    ):
        eq((message, connector, await trigger(Central(), message, connector)), (message, connector, "Accepted"))


async def test_TG05_a_connector_that_does_not_matter_is_ignored():
    for message in ("Heartbeat", "FirmwareStatusNotification", "DiagnosticsStatusNotification"):
        central = Central()
        eq(
            (await central.ask("TriggerMessage", {"requestedMessage": message, "connectorId": 99}))["status"],
            "Accepted",
        )
        eq(central.done, [("trigger", message, 0)])


async def test_TG06_a_connector_that_is_not_there_is_rejected():
    for message, connector in (
        ("StatusNotification", 2),
        ("StatusNotification", -1),
        ("MeterValues", 2),
        ("MeterValues", 0),
    ):
        eq((message, connector, await trigger(Central(), message, connector)), (message, connector, "Rejected"))
    eq(await trigger(Central(2), "MeterValues", 2), "Accepted")


async def test_TG07_what_we_do_not_send_is_not_implemented():
    for message in ("SignChargePointCertificate", "Nonsense", "heartbeat", ""):
        eq((message, await trigger(Central(), message)), (message, "NotImplemented"))


async def test_M24_meter_values_of_a_silent_meter_are_rejected():
    central = Central()
    central.outlet.meter = Plain(fresh=lambda now_ms: False)
    eq(await trigger(central, "MeterValues", 1), "Rejected")
    central.outlet.meter = None
    eq(await trigger(central, "MeterValues"), "Rejected")


async def test_B13_a_boot_is_triggered_unless_one_was_accepted_on_this_connection():
    central = Central()
    eq(await trigger(central, "BootNotification"), "Rejected")
    central.booted_here = False
    eq(await trigger(central, "BootNotification"), "Accepted")


async def test_TG08_B08_it_works_while_pending():
    central = Central()
    central.box.ocpp.accepted = central.booted_here = False
    for message in ("BootNotification", "StatusNotification", "MeterValues"):
        eq((message, await trigger(central, message)), (message, "Accepted"))


async def test_fields():
    for payload, code in (
        ({}, "FormationViolation"),
        ({"requestedMessage": 5}, "TypeConstraintViolation"),
        ({"requestedMessage": "Heartbeat", "connectorId": "1"}, "TypeConstraintViolation"),
    ):
        eq((payload, await Central().refused("TriggerMessage", payload)), (payload, code))
