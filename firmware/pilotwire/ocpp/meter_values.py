"""Meter samples (sampling.py) as MeterValues (OCPP 1.6, 7.43): decimal strings made of integers, one sample per phase
where phases matter (M08). Loaded for each.
"""

from struct import unpack

from micropython import const

# measurand: unit, first of its fields in the sample, phase of the first of three ("" for all together), in tenths
_MEASURANDS = {
    "Energy.Active.Import.Register": ("Wh", 1, "", False),
    "Power.Active.Import": ("W", 2, "", False),
    "Current.Import": ("A", 3, "L%d", True),
    "Voltage": ("V", 6, "L%d-N", True),
    "Current.Offered": ("A", 9, "", True),
}
_CONTEXTS = ("Sample.Periodic", "Other", "Sample.Clock", "Trigger")
_AGE = const(0x3FFFFFFF)


def age_ms(sample):
    """From the transaction's start to the sample."""
    return (unpack("<I", sample)[0] & _AGE) * 100


def call(connector, uid, when, sample, wanted):
    """The CALL for one sample. uid: of the transaction, None outside of one; when: as text; wanted: names of measurands
    with commas between."""
    payload = {"connectorId": connector, "meterValue": [{"timestamp": when, "sampledValue": sampled(sample, wanted)}]}
    if uid is not None:
        payload["transactionId"] = uid
    return "MeterValues", payload


def sampled(sample, wanted):
    """The sampledValue list. A name may end in ".L1" (M09); without a name it is the register (M03)."""
    fields = unpack("<II8h", sample)
    context = _CONTEXTS[fields[0] >> 30]
    values = []
    for name in (wanted or "Energy.Active.Import.Register").split(","):
        name, only = name.strip(), None
        if name[-3:-1] == ".L":
            name, only = name[:-3], int(name[-1]) - 1
        if name in _MEASURANDS:
            unit, first, phase, tenths = _MEASURANDS[name]
            for n in range(3) if phase and only is None else (only or 0,):
                value = fields[first + n]
                value = {"value": _decimal(value) if tenths else str(value), "context": context}
                value["measurand"], value["unit"] = name, unit
                if phase:
                    value["phase"] = phase % (n + 1)
                values.append(value)
    return values


def _decimal(tenths):
    """159 -> "15.9", -4 -> "-0.4"."""
    return "%s%d.%d" % ("-" if tenths < 0 else "", abs(tenths) // 10, abs(tenths) % 10)
