"""GetConfiguration and ChangeConfiguration."""

import json

from box import Settings
from central import Central
from check import eq

from pilotwire.api import keys, table

# of a fixed cable; is only raised
_FIXED = {"UnlockConnectorOnEVSideDisconnect": "Rejected", "SecurityProfile": "Rejected"}


async def get(central, *names):
    """{key: (value, readonly)} and the unknown ones."""
    answer = await central.ask("GetConfiguration", {"key": list(names)} if names else {})
    entries = answer["configurationKey"]
    found = {e["key"]: (e["value"], e["readonly"]) for e in entries}
    eq(len(found), len(entries))
    for value, readonly in found.values():
        eq((type(value), type(readonly)), (str, bool))
    return found, answer.get("unknownKey")


async def change(central, key, value):
    return (await central.ask("ChangeConfiguration", {"key": key, "value": value}))["status"]


async def test_C01_get_configuration_gives_every_key():
    found, unknown = await get(Central())
    eq(unknown, None)
    eq([row[8] for row in keys.KEYS if row[8] and row[8] not in found], ["AuthorizationKey"])
    for name, want in (
        ("HeartbeatInterval", ("3600", False)),
        ("StopTransactionOnInvalidId", ("true", False)),
        ("AllowOfflineTxForUnknownId", ("false", False)),
        ("TxAfterPowerLoss", ("resume", False)),
        ("NumberOfConnectors", ("1", True)),
        ("SendLocalListMaxLength", ("50", True)),
        ("LocalAuthListMaxLength", ("1000", True)),
        ("SupportedFeatureProfiles", ("Core,LocalAuthListManagement,RemoteTrigger", True)),
        ("ConnectorPhaseRotation", ("0.Unknown,1.RST", True)),
        ("UnlockConnectorOnEVSideDisconnect", ("false", True)),
    ):
        eq((name, found[name]), (name, want))
    eq(len((await get(Central()))[0]), len(found))


async def test_C01_what_nobody_has_changed_is_told_as_the_table_has_it():
    central = Central()
    told, values = await get(central), central.box.settings.values
    central.box.settings.values = {"phase_rotation": ""}
    eq(await get(central), told)
    central.box.settings.values.update(ocpph=7, ocppsi=False, ocppsd='a"b')
    found, _ = await get(central)
    eq([found[name][0] for name in ("HeartbeatInterval", "MeterValuesSampledData")], ["7", 'a"b'])
    eq((found["StopTransactionOnInvalidId"][0], found["MessageTimeout"][0]), ("false", str(values["ocppmt"])))


async def test_LightIntensity_is_in_percent_and_kept_as_a_byte():
    central = Central()
    eq((await get(central))[0]["LightIntensity"], ("25", False))
    for percent in range(101):
        eq(await change(central, "LightIntensity", str(percent)), "Accepted")
        eq((await get(central))[0]["LightIntensity"][0], str(percent))
    eq(central.box.settings.get("lbr"), 255)
    for wrong in ("101", "255", "-1", "x", "5.0"):
        eq(await change(central, "LightIntensity", wrong), "Rejected")


async def test_C01_every_key_that_a_core_profile_must_have_is_there():
    found, _ = await get(Central())
    names = (
        "AuthorizeRemoteTxRequests ClockAlignedDataInterval ConnectionTimeOut ConnectorPhaseRotation "
        "GetConfigurationMaxKeys HeartbeatInterval LocalAuthorizeOffline LocalPreAuthorize MeterValuesAlignedData "
        "MeterValuesSampledData MeterValueSampleInterval NumberOfConnectors ResetRetries StopTransactionOnInvalidId "
        "StopTransactionOnEVSideDisconnect StopTxnAlignedData StopTxnSampledData SupportedFeatureProfiles "
        "TransactionMessageAttempts TransactionMessageRetryInterval UnlockConnectorOnEVSideDisconnect"
    )
    eq([name for name in names.split() if name not in found], [])


async def test_the_phase_rotation_is_what_was_commissioned():
    for told, want in (
        ("TRS", "0.Unknown,1.TRS,2.RST"),
        (";NotApplicable", "0.Unknown,1.RST,2.NotApplicable"),
        ("STR;Unknown", "0.Unknown,1.STR,2.Unknown"),
    ):
        central = Central(2)
        central.box.settings.set("phase_rotation", told, console=True)
        eq((await get(central, "ConnectorPhaseRotation"))[0]["ConnectorPhaseRotation"], (want, True))


async def test_an_empty_list_of_keys_asks_for_all():
    central = Central()
    eq((await central.ask("GetConfiguration", {"key": []})), await central.ask("GetConfiguration", {}))


async def test_C02_C03_asked_keys_match_in_any_case_and_unknown_ones_come_back_as_asked():
    found, unknown = await get(Central(), "heartbeatINTERVAL", "Nonsense", "numberofconnectors", "noNSENSE2")
    eq(sorted(found), ["HeartbeatInterval", "NumberOfConnectors"])
    eq(unknown, ["Nonsense", "noNSENSE2"])


async def test_C04_an_authorization_key_is_not_told():
    eq(await get(Central(), "AuthorizationKey"), ({}, ["AuthorizationKey"]))


async def test_C05_T21_all_keys_and_more_come_in_small_pieces():
    central = Central()
    names = [row[8] for row in keys.KEYS if row[8] and row[2] != "w"] + ["unknown%d" % n for n in range(90)]
    found, unknown = await get(central, *names)
    eq(unknown, names[-90:])
    assert len(found) > 20
    assert max(len(text) for text, _ in central.pieces) < 512
    assert len(central.pieces) >= 6


async def test_C06_the_answer_is_whole_when_nothing_matches():
    eq(
        await Central().ask("GetConfiguration", {"key": ["a", 'b"\\']}),
        {"configurationKey": [], "unknownKey": ["a", 'b"\\']},
    )


async def test_an_odd_message_id_comes_back_whole():
    await Central().ask("GetConfiguration", {"key": ["a"]}, 'id "quoted" \\ü')


async def test_wrong_types_in_get_configuration_are_refused():
    for payload, code in (
        ({"key": "HeartbeatInterval"}, "TypeConstraintViolation"),
        ({"key": [7]}, "TypeConstraintViolation"),
        ({"key": ["x" * 51]}, "PropertyConstraintViolation"),
        ([], "FormationViolation"),
        ("", "FormationViolation"),
    ):
        eq((payload, await Central().refused("GetConfiguration", payload)), (payload, code))


async def test_C07_C16_an_accepted_change_is_the_keys_and_shows_in_the_next_answer():
    central = Central()
    eq(await change(central, "heartbeatinterval", "120"), "Accepted")
    eq(central.box.settings.get("ocpph"), 120)
    eq((await get(central, "HeartbeatInterval"))[0], {"HeartbeatInterval": ("120", False)})
    central.box.settings.set("ocpph", 60)
    eq((await get(central, "HeartbeatInterval"))[0], {"HeartbeatInterval": ("60", False)})


async def test_every_key_that_can_be_changed_takes_its_own_value_back():
    central = Central()
    for name, (value, readonly) in (await get(central))[0].items():
        status = "Rejected" if readonly else _FIXED.get(name, "Accepted")
        eq((name, await change(central, name, value)), (name, status))


async def test_booleans_are_taken_in_any_case():
    central = Central()
    for text, want in (("FALSE", False), ("True", True), ("false", False)):
        eq(await change(central, "StopTransactionOnInvalidId", text), "Accepted")
        eq(central.box.settings.get("ocppsi"), want)
    for text in ("1", "0", "yes", "", " true"):
        eq((text, await change(central, "StopTransactionOnInvalidId", text)), (text, "Rejected"))


async def test_C09_an_unknown_key_is_not_supported():
    for name in ("Nonsense", "", "ocpph"):
        eq(await change(Central(), name, "1"), "NotSupported")


async def test_C10_C11_out_of_range_wrong_type_and_read_only_are_rejected():
    central = Central()
    before = dict(central.box.settings.values)
    for key, value in (
        ("HeartbeatInterval", "0"),
        ("HeartbeatInterval", "604801"),
        ("HeartbeatInterval", "10.5"),
        ("HeartbeatInterval", ""),
        ("HeartbeatInterval", "1e3"),
        ("HeartbeatInterval", "99999999999999999999"),
        ("MeterValueSampleInterval", "-1"),
        ("WebSocketPingInterval", "-1"),
        ("ClockAlignedDataInterval", "4"),
        ("ConnectionTimeOut", "3601"),
        ("TxAfterPowerLoss", "maybe"),
        ("NumberOfConnectors", "2"),
        ("stoptxnsampleddata", "Voltage"),
    ):
        eq((key, value, await change(central, key, value)), (key, value, "Rejected"))
    eq(central.box.settings.values, before)


async def test_C12_M09_M16_M17_lists_of_measurands():
    central = Central()
    for text in (
        "",
        "Voltage",
        "Current.Import , Voltage",
        "Energy.Active.Import.Register,Power.Active.Import",
        "Voltage.L1,Voltage.L3,Current.Import.L2",
    ):
        for key in ("MeterValuesSampledData", "MeterValuesAlignedData"):
            eq((text, await change(central, key, text)), (text, "Accepted"))
    for text in (
        "SoC",
        "Voltage,Voltage",
        "Voltage,",
        ",",
        "voltage",
        "Voltage;Current.Import",
        "Voltage.L4",
        "Voltage.L1-N",
        "Power.Active.Import.L1",
        ".L1",
        "Voltage,Voltage.L1,Voltage.L2,Voltage.L3,Current.Import,Current.Import.L1,Current.Import.L2,Current.Import.L3,"
        "Current.Offered,Power.Active.Import,Energy.Active.Import.Register",
    ):
        for key in ("MeterValuesSampledData", "MeterValuesAlignedData", "StopTxnSampledData", "StopTxnAlignedData"):
            eq((text, await change(central, key, text)), (text, "Rejected"))


async def test_C13_500_characters_are_looked_at_and_501_are_not():
    eq(await change(Central(), "MeterValuesSampledData", "x" * 500), "Rejected")
    payload = {"key": "HeartbeatInterval", "value": "1" * 501}
    eq(await Central().refused("ChangeConfiguration", payload), "PropertyConstraintViolation")


async def test_C15_a_change_that_cannot_be_saved_is_rejected_and_the_log_says_why():
    central = Central()
    central.box.settings.full = True
    eq(await change(central, "HeartbeatInterval", "120"), "Rejected")
    assert "flash full" in central.box.log.lines[-1], central.box.log.lines


class Resting(Settings):
    """The contactor is closed: what is set waits, and flush() writes it when the flash may be used."""

    may = closed = True

    def set(self, key, value, who="", console=False):
        if value != self.values[key]:
            self.values[key] = value
            self.waiting = [key]

    def flush(self, now_ms, closed):
        if self.may:
            self.written += self.waiting
            self.waiting = []


async def test_C14_while_charging_a_change_is_durable_before_the_answer():
    central = Central()
    settings = central.box.settings = Resting()
    eq(await change(central, "HeartbeatInterval", "120"), "Accepted")
    eq((settings.written, settings.waiting), (["ocpph"], []))


async def test_C14_C15_while_the_flash_rests_a_change_is_rejected_and_undone():
    central = Central()
    settings = central.box.settings = Resting()
    settings.may = False
    eq(await change(central, "HeartbeatInterval", "120"), "Rejected")
    eq(settings.get("ocpph"), 3600)
    assert "rests" in central.box.log.lines[-1], central.box.log.lines
    settings.waiting = []
    eq(await change(central, "HeartbeatInterval", "3600"), "Accepted")


async def test_C08_no_key_needs_a_restart_and_none_says_so():
    for name, default in [(row[8], row[7]) for row in keys.KEYS if row[8] and row[2] == "rw"]:
        text = str(default).lower() if type(default) is bool else str(default)
        eq((name, await change(Central(), name, text)), (name, _FIXED.get(name, "Accepted")))


async def test_ER04_ER06_a_change_without_its_fields_is_refused():
    for payload, code in (
        ({"key": "HeartbeatInterval"}, "FormationViolation"),
        ({"value": "1"}, "FormationViolation"),
        ({"key": "HeartbeatInterval", "value": None}, "FormationViolation"),
        ({"key": "HeartbeatInterval", "value": 120}, "TypeConstraintViolation"),
        ({"key": ["HeartbeatInterval"], "value": "120"}, "TypeConstraintViolation"),
    ):
        eq((payload, await Central().refused("ChangeConfiguration", payload)), (payload, code))


async def test_ER04_fields_that_nobody_knows_are_let_pass():
    payload = {"key": "HeartbeatInterval", "value": "120", "customData": {}}
    eq(await Central().ask("ChangeConfiguration", payload), {"status": "Accepted"})


def told(names=None):
    return (twin for twin in table.twins(names) if twin)


def test_the_twins_are_the_rows_with_an_ocpp_name():
    eq(
        [(name, key, writable, json.loads(default) if default else None) for name, key, writable, default in told()],
        [(row[8], row[0], "w" in row[2], row[7]) for row in keys.KEYS if row[8]],
    )
    eq(list(told(("heartbeatinterval", "x"))), [("HeartbeatInterval", "ocpph", True, b"3600")])
    assert None in list(table.twins()), "nobody else has a turn"


async def test_ER01_an_action_that_nobody_knows_is_not_implemented():
    for action in ("Nonsense", "", " ", "getconfiguration", "Authorize BootNotification", "NotifyEvent"):
        eq((action, await Central().refused(action, {})), (action, "NotImplemented"))


async def test_ER02_ER03_C17_a_known_action_that_is_not_built_or_not_for_us_is_not_supported():
    for action in ("GetDiagnostics", "SetChargingProfile", "GetLog", "StartTransaction", "Heartbeat"):
        eq((action, await Central().refused(action, {})), (action, "NotSupported"))


async def test_T18_null_stands_for_an_empty_payload():
    assert "configurationKey" in await Central().ask("GetConfiguration", None)


async def test_ER10_a_mistake_of_ours_is_told_and_the_station_goes_on():
    central = Central()
    del central.box.settings.values["ocpph"]
    central.box.settings.peek = None
    eq(await central.refused("ChangeConfiguration", {"key": "HeartbeatInterval", "value": "5"}), "InternalError")


async def test_short_of_memory_it_makes_room_and_tries_again():
    central = Central()
    get, tries = central.box.settings.peek, []

    def short(key):
        tries.append(key)
        if len(tries) == 1:
            raise MemoryError
        return get(key)

    central.box.settings.peek = short
    eq(await central.ask("GetConfiguration", {"key": ["ConnectorPhaseRotation"]}) != {}, True)
    eq(len(tries), 2)
    tries.clear()

    def none(key):
        raise MemoryError

    central.box.settings.peek = none
    eq(await central.refused("GetConfiguration", {"key": ["ConnectorPhaseRotation"]}), "InternalError")
