"""Times as OCPP writes them, to and from. Loaded when one is needed."""

from micropython import const

from pilotwire import loader

_STEP_S = const(2)  # the clock is left alone when it differs by less (H04)


def text(clock, at_ms):
    """ "2025-01-31T12:00:00.000Z" of the instant with those ticks (T24), None while the clock is unknown."""
    utc = clock.utc(at_ms)
    return utc and loader.lend("core.calendar").text(*utc) + "Z"


def set_clock(box, text):
    """The central system's time counts unless NTP, which is better, has set the clock. Raises ValueError for what is
    no time.
    """
    s, ms = loader.lend("core.timestamp").parse(text)
    clock = box.clock
    if not box.settings.peek("ocppt") or clock.source == "ntp" or (clock.source and abs(clock.utc_s() - s) <= _STEP_S):
        return
    clock.set_utc(s, ms, "ocpp")
    box.log.info("clock: set by the central system to " + text[:30])
