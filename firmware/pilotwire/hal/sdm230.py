"""Eastron SDM230: one phase, the registers of the SDM120."""

from pilotwire.hal.sdm120 import make  # noqa: F401
