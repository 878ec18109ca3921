"""What the pins of each chip can do, for the checks of the board files.

Sources: the chips' datasheets (pin list, IO MUX at reset, strapping pins, power-up glitches); ADC2 cannot be used
together with Wi-Fi (ESP-IDF, ADC, hardware limitations); ADC ranges at 11 dB (the same, per chip).
"""

from types import SimpleNamespace

_ESP32 = {
    "pins": {*range(40)} - {20, 24, 28, 29, 30, 31},
    "flash": {*range(6, 12)},
    "psram": {"quad": {16, 17}},  # WROVER
    "input_only": {*range(34, 40)},
    "adc1": {*range(32, 40)},
    "adc_mv": (150, 3100),  # what it can tell; what the docs promise ends at 2450, the calibration goes on
    "strapping": {0, 2, 5, 12, 15},
    "console": {1, 3},
    "pulses": {0, 1, 3, 5, 14, 15},  # pulled up or driven from reset until the firmware runs
    "uarts": {1, 2},  # 0 is the console
}
_USB = {19, 20}

CHIPS = {
    "esp32": _ESP32,
    # The flash is in the chip: 9 and 10 are free, 16 and 17 are not. 9 and 10 are pulled up weakly at reset: a
    # pull-down of 10 kOhm wins.
    "esp32_u4wdh": {**_ESP32, "flash": {6, 7, 8, 11, 16, 17}, "psram": {}},
    "esp32s2": {
        "pins": {*range(22), *range(26, 47)},
        "flash": {*range(27, 33)},
        "psram": {"quad": {26}},
        "input_only": {46},
        "adc1": {*range(1, 11)},
        "adc_mv": (0, 2500),
        "strapping": {0, 45, 46},
        "console": {43, 44} | _USB,
        "pulses": {0, 43, 44},
        "uarts": {1},
    },
    "esp32s3": {
        "pins": {*range(22), *range(26, 49)},
        "flash": {*range(27, 33)},
        "psram": {"quad": {26}, "octal": {26, *range(33, 38)}},
        "input_only": set(),
        "adc1": {*range(1, 11)},
        "adc_mv": (0, 3100),
        "strapping": {0, 3, 45, 46},
        "console": {43, 44} | _USB,
        "pulses": {0, 18, 19, 20, 43, 44},
        "uarts": {1, 2},
    },
}


def chip(name):
    """-> the chip of a board's MCU as an object, None when it is unknown."""
    return SimpleNamespace(**CHIPS[name]) if name in CHIPS else None
