"""Actions that OCPP 1.6 and its security extension know and this charge point does not do: not yet, or because only
charge points say them (ER02, ER03). Lent.
"""

_NAMES = (
    "Authorize BootNotification CancelReservation CertificateSigned ClearChargingProfile DeleteCertificate",
    "DiagnosticsStatusNotification ExtendedTriggerMessage FirmwareStatusNotification GetCompositeSchedule",
    "GetDiagnostics GetInstalledCertificateIds GetLog Heartbeat InstallCertificate LogStatusNotification MeterValues",
    "ReserveNow SecurityEventNotification SetChargingProfile SignCertificate SignedFirmwareStatusNotification",
    "SignedUpdateFirmware StartTransaction StatusNotification StopTransaction UpdateFirmware",
)


def refusal(action):
    """-> (error code, its description) of a CALL for which there is no handler."""
    for names in _NAMES:
        if action in names.split(" "):
            return "NotSupported", "this charge point does not do " + action
    return "NotImplemented", "this charge point does not know " + action[:50]
