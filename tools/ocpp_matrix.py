"""docs/ocpp.md, the part for operators: which messages, fields and configuration keys there are, beside what go-e,
Technagon and Loxone state of theirs.

Messages and keys of ours come from the firmware, fields from the schemas of the `ocpp` package. The statements: go-e's
OCPP page, Technagon's configuration manual (2.2 and 2.3), Loxone's page of its OCPP connector, which names functions
and no messages.
"""

import ast
import json
import runpy
from pathlib import Path

import ocpp

ROOT = Path(__file__).resolve().parents[1]
FIRMWARE = ROOT / "firmware" / "pilotwire"
_SCHEMAS = Path(ocpp.__file__).parent / "v16" / "schemas"
_BEGIN, _END = "<!-- support by `make docs` -->\n", "<!-- end of the support -->\n"

# Who sends it: charge point (CP) or central system (CS); stated by go-e, Technagon, Loxone. "": says nothing of it
MESSAGES = (
    ("Authorize", "CP", "yes", "yes", "yes"),
    ("BootNotification", "CP", "yes", "yes", "yes"),
    ("ChangeAvailability", "CS", "", "yes", ""),
    ("ChangeConfiguration", "CS", "yes", "yes", "yes"),
    ("ClearCache", "CS", "", "yes", "no"),
    ("DataTransfer", "both", "", "sent", ""),
    ("GetConfiguration", "CS", "yes", "yes", "yes"),
    ("Heartbeat", "CP", "yes", "yes", "yes"),
    ("MeterValues", "CP", "yes", "yes", "yes"),
    ("RemoteStartTransaction", "CS", "yes", "yes", "not yet"),
    ("RemoteStopTransaction", "CS", "yes", "yes", "not yet"),
    ("Reset", "CS", "yes", "yes", "no"),
    ("StartTransaction", "CP", "yes", "yes", "yes"),
    ("StatusNotification", "CP", "yes", "yes", "yes"),
    ("StopTransaction", "CP", "yes", "yes", "yes"),
    ("UnlockConnector", "CS", "yes", "yes", ""),
    ("GetLocalListVersion", "CS", "", "yes", "no"),
    ("SendLocalList", "CS", "", "yes", "no"),
    ("TriggerMessage", "CS", "yes", "four messages", ""),
    ("GetDiagnostics", "CS", "", "yes", ""),
    ("DiagnosticsStatusNotification", "CP", "", "yes", ""),
    ("UpdateFirmware", "CS", "yes", "without date", ""),
    ("FirmwareStatusNotification", "CP", "yes", "yes", ""),
    ("ReserveNow", "CS", "", "yes", ""),
    ("CancelReservation", "CS", "", "yes", ""),
    ("SetChargingProfile", "CS", "yes", "yes", "no"),
    ("ClearChargingProfile", "CS", "yes", "by id only", "no"),
    ("GetCompositeSchedule", "CS", "", "no", "no"),
    ("CertificateSigned", "CS", "", "", "no"),
    ("DeleteCertificate", "CS", "", "", "no"),
    ("ExtendedTriggerMessage", "CS", "", "", ""),
    ("GetInstalledCertificateIds", "CS", "", "", "no"),
    ("GetLog", "CS", "", "", ""),
    ("InstallCertificate", "CS", "", "", "no"),
    ("LogStatusNotification", "CP", "", "", ""),
    ("SecurityEventNotification", "CP", "", "", ""),
    ("SignCertificate", "CP", "", "", "no"),
    ("SignedFirmwareStatusNotification", "CP", "", "", ""),
    ("SignedUpdateFirmware", "CS", "", "", ""),
)
SAID = (
    *("Authorize", "BootNotification", "DataTransfer", "Heartbeat", "MeterValues", "StartTransaction"),
    *("StatusNotification", "StopTransaction"),
)
IDLE = "DiagnosticsStatusNotification", "FirmwareStatusNotification"  # said when triggered, always Idle until they come

# Fields of these messages that we do not use, and why; the others we do
LEFT_OUT = {
    "BootNotification": {
        "chargeBoxSerialNumber": "no: OCPP 1.6 has it for older systems only",
        "iccid": "no: there is no modem",
        "imsi": "no: there is no modem",
        "meterSerialNumber": "no: it is not read",
    },
    "MeterValues": {"format": "no: always Raw, which is its default"},
    "StopTransaction": {"format": "no: always Raw, which is its default"},
    "RemoteStartTransaction": {"chargingProfile": "refused until charging profiles come"},
    "StartTransaction": {"reservationId": "no: reservations come later"},
}
TECHNAGON_NOT = {
    "Authorize": ("parentIdTag",),
    "BootNotification": ("meterType", "meterSerialNumber"),
    "MeterValues": ("phase", "location", "unit"),
}
_INSIDE = "configurationKey[].", "transactionData[]."  # Technagon names what holds these fields, not them

# Access in OCPP 1.6, in the statements of go-e and Technagon. "": not named
KEYS = (
    ("AllowOfflineTxForUnknownId", "RW", "RW", "RW"),
    ("AuthorizationCacheEnabled", "RW", "", "RW"),
    ("AuthorizationKey", "W", "", "RW"),
    ("AuthorizeRemoteTxRequests", "R or RW", "R", ""),
    ("BlinkRepeat", "RW", "", ""),
    ("ClockAlignedDataInterval", "RW", "RW", ""),
    ("ConnectionTimeOut", "RW", "", "RW"),
    ("ConnectorPhaseRotation", "RW", "R", ""),
    ("ConnectorPhaseRotationMaxLength", "R", "R", "R"),
    ("GetConfigurationMaxKeys", "R", "R", "R"),
    ("HeartbeatInterval", "RW", "RW", "RW"),
    ("LightIntensity", "RW", "RW", ""),
    ("LocalAuthorizeOffline", "RW", "RW", "RW"),
    ("LocalPreAuthorize", "RW", "", "RW"),
    ("MaxEnergyOnInvalidId", "RW", "", ""),
    ("MessageTimeout", "RW", "", ""),
    ("MeterValuesAlignedData", "RW", "", ""),
    ("MeterValuesAlignedDataMaxLength", "R", "", "R"),
    ("MeterValuesSampledData", "RW", "R", "RW"),
    ("MeterValuesSampledDataMaxLength", "R", "R", "R"),
    ("MeterValueSampleInterval", "RW", "RW", "RW"),
    ("MinimumStatusDuration", "RW", "", ""),
    ("NumberOfConnectors", "R", "R", "R"),
    ("ResetRetries", "RW", "", ""),
    ("StopTransactionMaxMeterValues", "R", "", ""),
    ("StopTransactionOnEVSideDisconnect", "R or RW", "", "true only"),
    ("StopTransactionOnInvalidId", "RW", "", ""),
    ("StopTxnAlignedData", "RW", "", ""),
    ("StopTxnAlignedDataMaxLength", "R", "", "R"),
    ("StopTxnSampledData", "RW", "", "RW"),
    ("StopTxnSampledDataMaxLength", "R", "", "R"),
    ("SupportedFeatureProfiles", "R", "R", "R"),
    ("SupportedFeatureProfilesMaxLength", "R", "R", "R"),
    ("TransactionMessageAttempts", "RW", "", "ignored"),
    ("TransactionMessageRetryInterval", "RW", "", ""),
    ("UnlockConnectorOnEVSideDisconnect", "RW", "RW", "true only"),
    ("WebSocketPingInterval", "RW", "RW", "RW"),
    ("LocalAuthListEnabled", "RW", "RW", "RW"),
    ("LocalAuthListMaxLength", "R", "", "R"),
    ("SendLocalListMaxLength", "R", "", "R"),
    ("ReserveConnectorZeroSupported", "R", "", "R"),
    ("ChargeProfileMaxStackLevel", "R", "R", "R"),
    ("ChargingScheduleAllowedChargingRateUnit", "R", "R", "R"),
    ("ChargingScheduleMaxPeriods", "R", "R", "R"),
    ("ConnectorSwitch3to1PhaseSupported", "R", "R", "R"),
    ("MaxChargingProfilesInstalled", "R", "R", "R"),
    ("SupportedFileTransferProtocols", "R", "", "R"),
    ("SecurityProfile", "RW", "", ""),
    ("StopTxOnReset", "vendor", "", "RW"),
    ("mainsMaxCurrent", "vendor", "", "RW"),
    ("FreeVendIdTag", "vendor", "", "RW"),
)
_WITH_PROFILES = (
    *("ReserveConnectorZeroSupported", "ChargeProfileMaxStackLevel", "ChargingScheduleAllowedChargingRateUnit"),
    *("ChargingScheduleMaxPeriods", "ConnectorSwitch3to1PhaseSupported", "MaxChargingProfilesInstalled"),
    "SupportedFileTransferProtocols",
)


def heard():
    """-> the actions that have a handler."""
    tree = ast.parse((FIRMWARE / "ocpp" / "calls.py").read_text())
    tables = [node.value for node in tree.body if isinstance(node, ast.Assign) and node.targets[0].id == "_ACTIONS"]
    return list(ast.literal_eval(tables[0]))


def _ours(message):
    if message in IDLE:
        return "Idle, when triggered"
    if message in SAID:
        return "yes"
    return "yes" if message in heard() else "later"


def messages():
    yield from ("| message | from | Pilotwire | go-e | Technagon | Loxone |", "| --- | --- | --- | --- | --- | --- |")
    for message, sender, *stated in MESSAGES:
        yield "| " + " | ".join((message, sender, _ours(message), *(said or "-" for said in stated))) + " |"


def parts(message):
    """Yields (request or answer, path, whether it must be there, its limit, its name) of each field."""
    for part, file in (("request", message), ("answer", message + "Response")):
        for path, must, limit in _fields(json.loads((_SCHEMAS / f"{file}.json").read_text())):
            yield part, path, must, limit, path.rpartition(".")[2].removesuffix("[]")


def _fields(schema, path=""):
    for name, rule in schema.get("properties", {}).items():
        inner = rule.get("items", rule)
        shown = path + name + ("[]" if rule["type"] == "array" else "")
        words = f"{len(inner['enum'])} words" if "enum" in inner else ""
        limit = f"{inner['maxLength']} characters" if "maxLength" in inner else words
        yield shown, name in schema.get("required", ()), limit
        if name != "chargingProfile":
            yield from _fields(inner, shown + ".")


def fields():
    yield "| message | | field | must | limit | Pilotwire | Technagon |"
    yield "| --- | --- | --- | --- | --- | --- | --- |"
    for message, *_ in MESSAGES:
        if _ours(message) != "yes":
            continue
        for part, path, must, limit, name in parts(message):
            ours = LEFT_OUT.get(message, {}).get(name, "yes") if part == "request" else "yes"
            theirs = "-" if path.startswith(_INSIDE) or (part, path) == ("answer", "data") else "yes"
            theirs = "no" if name in TECHNAGON_NOT.get(message, ()) else theirs
            cells = (message, part, path, "yes" if must else "", limit, ours, theirs)
            yield "| " + " | ".join(cells) + " |"


def keys():
    rows = {row[8]: row for row in runpy.run_path(str(FIRMWARE / "api" / "keys.py"))["KEYS"] if row[8]}
    stated = {key for key, *_ in KEYS}
    yield from ("| key | OCPP 1.6 | Pilotwire | key API | go-e | Technagon |", "| --- | --- | --- | --- | --- | --- |")
    for key, access, *others in (*KEYS, *((key, "vendor", "", "") for key in rows if key not in stated)):
        row = rows.get(key)
        ours = "later" if key in _WITH_PROFILES else "no"
        if row:
            ours = "R" if row[3] == "fixed" else row[2].upper()
        twin = f"`{row[0]}`" if row and row[0] != key else "-"
        yield "| " + " | ".join((key, access, ours, twin, *(said or "-" for said in others))) + " |"


def section():
    """What stands between the marks."""
    tables = (
        ("Messages", '"-": they say nothing of it. CP: the charge point says it, CS: the central system.', messages),
        ("Fields", "Of the messages that are built. What a central system sends too much is let pass.", fields),
        ("Configuration keys", "W: the central system may write it. Loxone says that keys work and names none.", keys),
    )
    return "\n".join(f"## {head}\n\n{text}\n\n" + "\n".join(make()) + "\n" for head, text, make in tables)


def page():
    """docs/ocpp.md with these tables as they are now."""
    text = (ROOT / "docs" / "ocpp.md").read_text()
    before, rest = text.split(_BEGIN)
    return before + _BEGIN + "\n" + section() + "\n" + _END + rest.split(_END)[1]
