"""Meter samples (sampling.py) as MeterValues (OCPP 1.6, 7.43): decimal strings made of integers, one sample per phase
where phases matter (M08). Loaded for each.
"""

from struct import unpack

from micropython import const

# measurand, first of its fields in the sample, decimals, L: each phase, N: each against N; unit, where 1.6 has one
_MEASURANDS = (
    "Energy.Active.Import.Register 1 0 - Wh",
    "Energy.Active.Import.Interval 12 0 - Wh",
    "Power.Active.Import 2 0 - W",
    "Power.Offered 13 0 - W",
    "Power.Factor 14 2 -",
    "Current.Import 3 1 L A",
    "Current.Offered 9 1 - A",
    "Voltage 6 1 N V",
    "Frequency 10 2 -",
    "Temperature 11 0 - Celsius",
)
_CONTEXTS = ("Sample.Periodic", "Other", "Sample.Clock", "Trigger")
_AGE = const(0x3FFFFFFF)
_CLOCK = const(2)
_UNKNOWN = const(-32768)
_NO_TEMPERATURE = const(-128)
_NO_INTERVAL = const(0xFFFF)
_REGISTER = "Energy.Active.Import.Register"


def age_ms(sample):
    """From the transaction's start to the sample."""
    return (unpack("<I", sample)[0] & _AGE) * 100


def aligned(sample):
    """Was it taken because of a round time?"""
    return unpack("<I", sample)[0] >> 30 == _CLOCK


def call(settings, connector, uid, when, sample, wanted):
    """The CALL for one sample. uid: of the transaction, None outside of one; when: as text; wanted: names of measurands
    with commas between. A phase is the meter's (M23), with `ocppr` that of the mains which is wired to it."""
    told = settings.peek("phase_rotation").split(";") if settings.peek("ocppr") else ()
    values = sampled(sample, wanted, told[connector - 1] if len(told) >= connector else "")
    payload = {"connectorId": connector, "meterValue": [{"timestamp": when, "sampledValue": values}]}
    if uid is not None:
        payload["transactionId"] = uid
    return "MeterValues", payload


def sampled(sample, wanted, rotation=""):
    """The sampledValue list. A name may end in ".L1" (M09). Without a name, or when the meter tells nothing of what is
    named, it is the register (M03). rotation: as in "STR", the mains' phases at the meter's L1, L2 and L3."""
    fields = _fields(sample)
    values = []
    for name in (wanted or _REGISTER).split(","):
        _add(values, fields, name.strip(), rotation)
    if not values:
        _add(values, fields, _REGISTER, "")
    return values


def _add(values, fields, name, rotation):
    phases = [rotation.find(mains) for mains in "RST"] if len(rotation) == 3 else [0, 1, 2]
    only = None
    if name[-3:-1] == ".L":
        name, only = name[:-3], int(name[-1]) - 1
    for row in _MEASURANDS:
        row = row.split()
        if row[0] == name:
            for n in range(3) if row[3] != "-" and only is None else (only or 0,):
                value = fields[int(row[1]) + (phases[n] if row[3] != "-" else n)]
                if value is not None:
                    values.append(_value(value, n + 1, _CONTEXTS[fields[0] >> 30], row))


def _value(value, phase, context, row):
    value = {"value": _decimal(value, int(row[2])), "context": context, "measurand": row[0]}
    if len(row) > 4:
        value["unit"] = row[4]
    if row[3] != "-":
        value["phase"] = "L%d%s" % (phase, "-N" if row[3] == "N" else "")
    if row[0] == "Temperature":
        value["location"] = "Body"
    return value


def _fields(sample):
    """What is in the sample and, behind it, what follows from that: the power offered, the power factor in hundredths.
    None where the meter does not say."""
    fields = list(unpack("<II9hbH", sample))
    for n, unknown in enumerate([_UNKNOWN] * 9 + [_NO_TEMPERATURE, _NO_INTERVAL]):
        if fields[n + 2] == unknown:
            fields[n + 2] = None
    offered = fields[9]
    fields[9] = offered & 0xFFF
    fields.append(fields[9] * (offered >> 12) * 23)
    fields.append(_factor(fields[2], fields[3:6], fields[6:9]))
    return fields


def _factor(watt, tenths_a, tenths_v):
    hundredths_va = sum([abs(a or 0) * (v or 0) for a, v in zip(tenths_a, tenths_v)])
    return min(100, (abs(watt) * 10_000 + hundredths_va // 2) // hundredths_va) if hundredths_va else None


def _decimal(value, places):
    """159 with one place is "15.9", -4 is "-0.4"."""
    if not places:
        return str(value)
    one = 10**places
    return "%s%d.%0*d" % ("-" if value < 0 else "", abs(value) // one, places, abs(value) % one)
