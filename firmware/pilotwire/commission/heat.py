"""The temperature sensor."""

from time import sleep_ms

from pilotwire import commission

_READS = 5
_BETWEEN_MS = 1000


def run(outlet):
    """-> tenths of a degree Celsius, None: it does not say. Raises OSError."""
    sensor = commission.driver(outlet, "TEMPERATURE")
    for _ in range(_READS):
        tenths_c = sensor.read()
        if tenths_c is not None:
            return tenths_c
        sleep_ms(_BETWEEN_MS)
        commission.alive()
    return None
