"""A controller that commands the wallbox falls silent: what may be offered without it. Pure.

Facts evse-hardware 2.1, "Loss of controller". A command is a key that was set over the network, or a limit that the
central system has set. Before the first one after a start nobody knows how long it has been silent.
"""


def limit_ma(silent_ms, after_s, amps):
    """-> mA, None while there is no need of a limit. silent_ms: since the last command, counted up, not ticks."""
    return amps * 1000 if silent_ms >= after_s * 1000 else None
