"""The key table: a row for every value that can be read or set, whatever the door.

This is the source. What is flashed is packed from it (packing.py); the meaning of each key stands
in meanings.txt beside it.

    key      what the doors call it; a go-e name where go-e has the value, with go-e's unit
    type     bool int num str list obj any pem; "?" behind it: may be null. num is kept as an int; a pem is written as
             the text of a certificate or key and read as a bool: is there one
    access   r read, w written, rw both, over any network door; "" by no network door at all
    kind     config   persisted, has a default       state    computed when asked
             const    never changes; its value is the default
             command  acts when written
             console  persisted, set only by a person at the serial console
             detail   computed, and only when asked for by name
    low high range of a number, length in bytes of a string
    default  of a setting or a constant; of what is computed, where it stands in the Box ("outlet.car"), or nothing
             where a function of getters.py computes it
    ocpp     the OCPP configuration key that shares the value
"""

KEYS = (
    # key, type, access, kind, unit, low, high, default, ocpp
    # what a person or an energy manager wants
    ("amp", "int", "rw", "config", "A", 6, 32, 16, ""),
    ("ama", "int", "rw", "config", "A", 6, 32, 32, ""),
    ("installer_max_ma", "int", "", "console", "mA", 6000, 32000, 32000, ""),
    ("mca", "int", "rw", "config", "A", 6, 32, 6, ""),
    ("frc", "int", "rw", "config", "", 0, 2, 0, ""),
    ("psm", "int", "rw", "config", "", 0, 2, 0, ""),
    ("lmo", "int", "rw", "config", "", 3, 3, 3, ""),
    ("acs", "int", "rw", "config", "", 0, 1, 0, ""),
    ("dwo", "num?", "rw", "config", "Wh", 0, 1000000000, None, ""),
    ("ust", "int", "rw", "config", "", 0, 2, 0, ""),
    ("trx", "int?", "rw", "command", "", 0, 10, "outlet.trx", ""),
    ("ack", "any", "w", "command", "", None, None, None, ""),
    # the car and the outlet
    ("car", "int", "r", "state", "", None, None, "outlet.car", ""),
    ("alw", "bool", "r", "state", "", None, None, "outlet.allowed", ""),
    ("acu", "int?", "r", "state", "A", None, None, None, ""),
    ("err", "int", "r", "state", "", None, None, None, ""),
    ("why", "str", "r", "state", "", None, None, None, ""),
    ("modelStatus", "int", "r", "state", "", None, None, None, ""),
    ("cll", "obj", "r", "state", "A", None, None, None, ""),
    ("amt", "int", "r", "state", "A", None, None, None, ""),
    ("cbl", "int?", "r", "state", "A", None, None, None, ""),
    ("adi", "bool", "r", "const", "", None, None, False, ""),
    ("cards", "list", "r", "const", "", None, None, [], ""),
    ("pha", "list", "r", "state", "", None, None, None, ""),
    ("pnp", "int", "r", "state", "", None, None, None, ""),
    ("cdi", "obj?", "r", "state", "ms", None, None, None, ""),
    # the meter
    ("nrg", "list", "r", "state", "", None, None, None, ""),
    ("wh", "int", "r", "state", "Wh", None, None, "outlet.session.wh", ""),
    ("eto", "int", "r", "state", "Wh", None, None, "outlet.meter.energy_wh", ""),
    ("tpa", "int", "r", "state", "W", None, None, None, ""),
    ("fhz", "num?", "r", "state", "Hz", None, None, None, ""),
    ("tma", "list", "r", "const", "degC", None, None, [], ""),
    # the box
    ("fna", "str", "rw", "config", "", 4, 64, "Pilotwire", ""),
    ("oem", "str", "r", "const", "", None, None, "Pilotwire", ""),
    ("typ", "str", "r", "const", "", None, None, "Pilotwire", ""),
    ("fwv", "str", "r", "const", "", None, None, "60.4", ""),
    ("sse", "str", "r", "state", "", None, None, "serial", ""),
    ("var", "int", "r", "state", "kW", None, None, None, ""),
    ("notes", "list", "r", "state", "", None, None, "notices", ""),
    ("rbc", "int", "r", "state", "", None, None, "boots", ""),
    ("rbt", "int", "r", "state", "ms", None, None, None, ""),
    ("rst", "any", "w", "command", "", None, None, None, ""),
    ("heap", "obj", "r", "detail", "B", None, None, None, ""),
    ("mods", "list", "r", "detail", "", None, None, None, ""),
    # the network
    ("wst", "int", "r", "state", "", None, None, None, ""),
    ("rssi", "int", "r", "state", "dBm", None, None, None, ""),
    ("host", "str?", "r", "state", "", None, None, "hostname", ""),
    # the clock
    ("utc", "str", "rw", "command", "", 19, 30, None, ""),
    ("loc", "str", "r", "state", "", None, None, None, ""),
    ("tof", "int", "rw", "config", "min", -720, 840, 60, ""),
    ("tds", "int", "rw", "config", "", 0, 1, 1, ""),
    ("tse", "bool", "rw", "config", "", None, None, True, ""),
    # the central system
    ("ocppe", "bool", "rw", "config", "", None, None, False, ""),
    ("ocppu", "str", "rw", "config", "", 0, 200, "", ""),
    ("ocppg", "bool", "rw", "config", "", None, None, True, ""),
    ("ocppcn", "bool", "rw", "config", "", None, None, False, ""),
    ("ocppss", "bool", "rw", "config", "", None, None, False, ""),
    ("ocppck", "pem?", "rw", "command", "", 0, 4096, None, ""),
    ("ocppcc", "pem?", "rw", "command", "", 0, 4096, None, ""),
    ("ocppsc", "pem?", "rw", "command", "", 0, 4096, None, ""),
    ("ocppd", "str", "rw", "config", "", 1, 20, "no-card", "FreeVendIdTag"),
    ("ocpph", "int", "rw", "config", "s", 1, 604800, 3600, "HeartbeatInterval"),
    ("ocppi", "int", "rw", "config", "s", 0, 86400, 60, "MeterValueSampleInterval"),
    ("ocppai", "int", "rw", "config", "s", 0, 86400, 0, "ClockAlignedDataInterval"),
    ("txt", "int", "rw", "config", "s", 0, 3600, 60, "ConnectionTimeOut"),
    ("ocppao", "bool", "rw", "config", "", None, None, False, "AllowOfflineTxForUnknownId"),
    ("ocpplo", "bool", "rw", "config", "", None, None, True, "LocalAuthorizeOffline"),
    ("ocppr", "bool", "rw", "config", "", None, None, False, ""),
    ("ocpprl", "bool", "rw", "config", "", None, None, False, ""),
    ("ocpps", "bool", "r", "state", "", None, None, "ocpp.started", ""),
    ("ocppc", "bool", "r", "state", "", None, None, "ocpp.connected", ""),
    ("ocppca", "int?", "r", "state", "ms", None, None, "ocpp.connected_at_ms", ""),
    ("ocppa", "bool", "r", "state", "", None, None, "ocpp.accepted", ""),
    ("ocppaa", "int?", "r", "state", "ms", None, None, "ocpp.accepted_at_ms", ""),
    ("ocppti", "int?", "r", "state", "", None, None, "outlet.transaction.id", ""),
    ("ocppcs", "int", "r", "state", "", None, None, None, ""),
    ("ocpple", "str?", "r", "state", "", None, None, "ocpp.last_error", ""),
    ("ocpplea", "int?", "r", "state", "ms", None, None, "ocpp.last_error_at_ms", ""),
    # how the central system is dealt with, in detail
    ("ocppmt", "int", "rw", "option", "s", 5, 300, 30, "MessageTimeout"),
    ("ocppwp", "int", "rw", "option", "s", 0, 3600, 60, "WebSocketPingInterval"),
    ("ocppbs", "int", "rw", "option", "s", 1, 60, 5, ""),
    ("ocppbc", "int", "rw", "option", "s", 1, 3600, 300, ""),
    ("ocppta", "int", "rw", "option", "", 1, 100, 3, "TransactionMessageAttempts"),
    ("ocpptr", "int", "rw", "option", "s", 0, 3600, 60, "TransactionMessageRetryInterval"),
    ("ocpptc", "bool", "rw", "option", "", None, None, False, "TxTimeoutCountsAsAttempt"),
    ("ocppsi", "bool", "rw", "option", "", None, None, True, "StopTransactionOnInvalidId"),
    ("ocppse", "bool", "rw", "option", "", None, None, True, "StopTransactionOnEVSideDisconnect"),
    ("ocpplp", "bool", "rw", "option", "", None, None, False, "LocalPreAuthorize"),
    ("ocppar", "bool", "rw", "option", "", None, None, True, "AuthorizeRemoteTxRequests"),
    ("ocppms", "int", "rw", "option", "s", 0, 3600, 0, "MinimumStatusDuration"),
    (
        "ocppsd",
        "str",
        "rw",
        "option",
        "",
        0,
        250,
        "Energy.Active.Import.Register,Power.Active.Import,Current.Import,Voltage,Current.Offered",
        "MeterValuesSampledData",
    ),
    ("ocpppl", "str", "rw", "option", "", 4, 7, "resume", "TxAfterPowerLoss"),
    ("ocpprm", "int", "rw", "option", "min", 0, 525600, 1440, "ResumeMaxMinutes"),
    ("ocpprr", "int", "rw", "option", "", 0, 10, 1, "ResetRetries"),
)
