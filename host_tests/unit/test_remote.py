"""RemoteStartTransaction and RemoteStopTransaction."""

from box import Plain
from central import Central
from check import eq

ACCEPTED, REJECTED = {"status": "Accepted"}, {"status": "Rejected"}


async def start(central, connector=None, **more):
    payload = {"idTag": "04A1B2C3"}
    if connector is not None:
        payload["connectorId"] = connector
    payload.update(more)
    return await central.ask("RemoteStartTransaction", payload)


async def test_R01_R02_the_central_system_is_asked_about_the_id_after_the_answer():
    central = Central()
    eq(await start(central), ACCEPTED)
    eq(central.done, [(1, "ask", "04A1B2C3", "remote")])


async def test_R03_without_authorisation_the_id_is_taken_as_it_is():
    central = Central()
    central.box.settings.set("ocppar", False)
    eq(await start(central, 1), ACCEPTED)
    eq(central.done, [(1, "authorise", "04A1B2C3")])


async def test_R06_a_taken_connector_is_rejected():
    for change in (
        {"transaction": Plain(id=7)},
        {"transaction": Plain(id=None)},
        {"id_tag": "SOMEONE"},
        {"asking": ("SOMEONE", "tap", 0)},
    ):
        central = Central()
        for name, value in change.items():
            setattr(central.outlet, name, value)
        eq((change, await start(central)), (change, REJECTED))
        eq(await start(central, 1), REJECTED)
        eq(central.done, [])


async def test_R07_R09_connector_0_and_those_that_are_not_there_are_rejected():
    for connector in (0, 2, -1, 99):
        central = Central()
        eq(await start(central, connector), REJECTED)
        eq(central.done, [])
        assert "no connector" in central.box.log.lines[-1]


async def test_R08_without_a_connector_a_free_one_is_taken_the_plugged_first():
    central = Central(3)
    one, two, three = central.box.outlets
    one.begin(7)
    three.plugged = True
    eq(await start(central), ACCEPTED)
    eq(central.done[0][0], 3)
    three.plugged = False
    await start(central)
    eq(central.done[0][0], 2)
    two.begin(8)
    three.begin(9)
    eq(await start(central), REJECTED)
    assert "taken" in central.box.log.lines[-1]


async def test_R09_a_faulted_unavailable_or_reserved_connector_is_rejected():
    for status in ("Faulted", "Unavailable", "Reserved"):
        central = Central()
        central.outlet.status = status, "NoError", None, None
        eq((status, await start(central)), (status, REJECTED))


async def test_R11_in_finishing_with_the_car_plugged_in_a_new_one_starts():
    central = Central()
    central.outlet.status = "Finishing", "NoError", None, None
    central.outlet.plugged = True
    eq(await start(central), ACCEPTED)
    central.outlet.begin(7)
    central.outlet.ending = "Remote", None, 0  # its last reading is awaited
    eq(await start(central), ACCEPTED)


async def test_R13_R14_a_charging_profile_is_rejected_and_nothing_starts():
    for profile in ({"chargingProfileId": 1, "chargingProfilePurpose": "ChargePointMaxProfile"}, {}):
        central = Central()
        eq(await start(central, 1, chargingProfile=profile), REJECTED)
        eq(central.done, [])


async def test_B09_R21_before_the_boot_is_accepted_both_are_rejected():
    central = Central()
    central.box.ocpp.accepted = False
    eq(await start(central), REJECTED)
    central.outlet.begin(7)
    eq(await central.ask("RemoteStopTransaction", {"transactionId": 7}), REJECTED)
    eq(central.done, [])


async def test_a_start_during_a_reset_is_rejected():
    central = Central()
    central.box.restarting = "a test"
    eq(await start(central), REJECTED)


async def test_R17_R20_the_running_transaction_is_stopped_after_the_answer():
    central = Central(2)
    central.box.outlets[1].begin(-7)
    eq(await central.ask("RemoteStopTransaction", {"transactionId": -7}), ACCEPTED)
    eq(central.done, [(2, "end", "Remote")])


async def test_R18_R19_another_number_and_one_not_known_yet_are_rejected():
    for number in (8, None):
        central = Central()
        central.outlet.begin(number)
        eq(await central.ask("RemoteStopTransaction", {"transactionId": 7}), REJECTED)
        eq(central.done, [])
    eq(await Central().ask("RemoteStopTransaction", {"transactionId": 0}), REJECTED)


async def test_ER04_ER05_ER06_ER20_fields():
    for action, payload, code in (
        ("RemoteStartTransaction", {}, "FormationViolation"),
        ("RemoteStartTransaction", {"idTag": 5}, "TypeConstraintViolation"),
        ("RemoteStartTransaction", {"idTag": "x" * 21}, "PropertyConstraintViolation"),
        ("RemoteStartTransaction", {"idTag": "x", "connectorId": "1"}, "TypeConstraintViolation"),
        ("RemoteStartTransaction", {"idTag": "x", "connectorId": 1.5}, "TypeConstraintViolation"),
        ("RemoteStartTransaction", {"idTag": "x", "connectorId": True}, "TypeConstraintViolation"),
        ("RemoteStopTransaction", {}, "FormationViolation"),
        ("RemoteStopTransaction", {"transactionId": "7"}, "TypeConstraintViolation"),
        ("RemoteStopTransaction", {"transactionId": 1e99}, "TypeConstraintViolation"),
    ):
        eq((action, payload, await Central().refused(action, payload)), (action, payload, code))
    eq(await start(Central(), 1.0), ACCEPTED)
    eq(await start(Central(), None, idTag="x" * 20), ACCEPTED)


async def test_an_empty_id_is_rejected():
    eq(await start(Central(), None, idTag=""), REJECTED)
