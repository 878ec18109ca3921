"""The phase relay: a second contactor, for L2 and L3, behind the main one. It is driven like that."""

from pilotwire.hal.contactor import Contactor


def make(spec, board):
    time_ms = spec["release_ms"]
    return Contactor(spec["coil"], spec.get("mirror"), spec.get("mirror_closed"), time_ms, time_ms)
