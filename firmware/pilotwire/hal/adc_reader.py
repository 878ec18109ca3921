"""How an ADC is read in microvolts. Needed when the parts are made, and not in memory after that."""

from micropython import const

# The line of ESP-IDF (esp_adc, line fitting, ADC1, 11 dB) for a reference of 1100 mV: 142 mV + 0.8056 mV per count of
# 12 bits, which are 16 counts of read_u16. A chip's reference may be 1000 to 1200 mV, so this is right within 10 %.
_OFFSET_UV = const(142_000)
_CENTI_UV = const(5034)


def reader(adc):
    """-> (a function that reads in uV and allocates nothing, whether it is exact: an old ESP32 has no reference burnt
    into it, and its read_uv raises, facts evse-hardware 0.8)."""
    try:
        adc.read_uv()
        return adc.read_uv, True
    except (OSError, ValueError):
        raw = adc.read_u16
        return lambda: raw() * _CENTI_UV // 100 + _OFFSET_UV, False
