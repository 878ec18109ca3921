"""esp32-evse, the minimal board with an ESP32-S2. Data only: this file imports nothing.

The wiring is in README.md beside it; `python -m tools.boards` checks it.
"""

PARENT = "esp32evse_minimal"
NAME = "esp32evse_minimal_s2"
MCU = "esp32s2"

PILOT = {"pwm": 6, "adc": 4}
CONTACTOR = {"coil": 5}
