"""esp32-evse, the minimal board with an ESP32-S3: pins as with the S2. Data only: this file imports nothing.

The wiring is in README.md beside it; `python -m tools.boards` checks it.
"""

PARENT = "esp32evse_minimal_s2"
NAME = "esp32evse_minimal_s3"
MCU = "esp32s3"
