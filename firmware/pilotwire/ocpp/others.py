"""Actions that OCPP 1.6 and its security extension know and this charge point does not do: not yet, not as it is set,
or because only charge points say them (ER02, ER03). Lent.
"""

_NAMES = (
    "Authorize BootNotification CancelReservation CertificateSigned ClearCache ClearChargingProfile DataTransfer",
    "DeleteCertificate DiagnosticsStatusNotification ExtendedTriggerMessage FirmwareStatusNotification",
    "GetCompositeSchedule GetDiagnostics GetInstalledCertificateIds GetLocalListVersion GetLog Heartbeat",
    "InstallCertificate LogStatusNotification MeterValues ReserveNow SecurityEventNotification SendLocalList",
    "SetChargingProfile SignCertificate SignedFirmwareStatusNotification SignedUpdateFirmware StartTransaction",
    "StatusNotification StopTransaction UpdateFirmware",
)


def refusal(action):
    """-> (error code, its description) of a CALL for which there is no handler."""
    for names in _NAMES:
        if action in names.split(" "):
            return "NotSupported", "this charge point does not do " + action
    return "NotImplemented", "this charge point does not know " + action[:50]
