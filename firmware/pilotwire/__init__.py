"""Pilotwire: open firmware for ESP32 wallboxes."""

VERSION = "0.1"
