"""SmartEVSE v3.1 (ESP32-U4WDH): v3.0 with other pins for lock, residual current monitor, meter, and a buzzer.
Data only: this file imports nothing.

The wiring is in README.md beside it; `python -m tools.boards` checks it.
"""

PARENT = "smartevse_v30"
NAME = "smartevse_v31"
MCU = "esp32_u4wdh"

METER = {"rx": 37}
LOCK = {"a": 9, "b": 10}
RCM = {"trip": 38}
BUZZER = {"pin": 18}

# What the board lacks, or what is not driven yet: the device that protects instead, what is missing
EXTERNAL = {"BUZZER": None}  # it has one
