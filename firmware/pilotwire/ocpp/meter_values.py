"""Meter readings as OCPP's SampledValue (OCPP 1.6, 7.43): decimal strings made of integers, one sample per phase where
phases matter (M08). Loaded for each.
"""

from pilotwire import loader


def call(outlet, t, clock, now_ms):
    """The CALL for the transaction t; None when the meter is silent: that is no zero (M24)."""
    if not outlet.meter or not outlet.meter.fresh(now_ms):
        return None
    when = loader.lend("ocpp.times").text(clock, now_ms)
    return "MeterValues", {
        "connectorId": t.connector_id,
        "transactionId": t.id,
        "meterValue": [{"timestamp": when, "sampledValue": sampled(outlet)}],
    }


def sampled(outlet):
    """The sampledValue list of a periodic MeterValues; outlet.meter must be there and fresh."""
    meter = outlet.meter
    values = []
    if meter.energy_wh is not None:
        values.append(_value("Energy.Active.Import.Register", "Wh", str(meter.energy_wh)))
    values.append(_value("Power.Active.Import", "W", str(meter.power_w)))
    for n in range(3):
        values.append(_value("Current.Import", "A", tenths(meter.currents_ma[n]), "L%d" % (n + 1)))
    for n in range(3):
        values.append(_value("Voltage", "V", tenths(meter.voltages_mv[n]), "L%d-N" % (n + 1)))
    values.append(_value("Current.Offered", "A", tenths(outlet.offered_ma)))
    return values


def tenths(milli):
    """Thousandths as a decimal number with one place, rounded: 15960 -> "16.0", -40 -> "0.0"."""
    t = (abs(milli) + 50) // 100
    return "%s%d.%d" % ("-" if milli < 0 and t else "", t // 10, t % 10)


def _value(measurand, unit, value, phase=None):
    sample = {"value": value, "context": "Sample.Periodic", "measurand": measurand, "unit": unit}
    if phase:
        sample["phase"] = phase
    return sample
