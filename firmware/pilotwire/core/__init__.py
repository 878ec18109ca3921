"""Decisions. Pure: no clock, no pin, no socket, no task, no file."""
