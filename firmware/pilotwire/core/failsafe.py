"""A controller that commands the wallbox falls silent: what may be offered without it. Pure.

Facts evse-hardware 2.1, "Loss of controller". A command is a key that was set over the network, or a limit that the
central system has set. It is off unless `fse` is set: most wallboxes have no controller.

It counts from the start on, until the first command: nobody knows how long the controller has been silent, and what
took the power may have taken it, too. The full current for so many seconds after every start would be just what the
failsafe is there to prevent. The price is a few seconds of less current, until a controller that lives commands.
"""


def limit_ma(silent_ms, after_s, amps):
    """-> mA, None while there is no need of a limit. silent_ms: since the last command, counted up, not ticks."""
    return amps * 1000 if silent_ms >= after_s * 1000 else None
