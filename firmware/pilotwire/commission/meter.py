"""The meter, read once."""

import asyncio

from pilotwire import commission


def run(outlet):
    """Raises OSError: silent, or garbage."""
    meter = commission.driver(outlet, "METER")
    asyncio.run(meter.read())
    return {
        "energy_wh": meter.energy_wh,
        "voltages_mv": list(meter.voltages_mv),
        "currents_ma": list(meter.currents_ma),
        "power_w": meter.power_w,
        "frequency_mhz": meter.frequency_mhz,
    }
