"""Eastron SDM72D-M-2 (meter code 0x0089): three phases, the registers of the SDM630. Its older sister SDM72D-M has no
currents and is not for a wallbox."""

from pilotwire.hal.sdm630 import make  # noqa: F401
