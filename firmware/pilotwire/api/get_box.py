"""The box and its clock.

One function per key, found by its name (status.py). Each takes the Box and returns what json.dumps takes, or bytes that
are JSON text already where a number has decimals (floats are single precision on the chip and are not used). None is
unknown. Units are go-e's: A, W, Wh, V, ms (facts goe-api, sections 1.5 and 5).
"""

import gc

from pilotwire import loader
from pilotwire.store import files


def var(box):
    return 22 if box.board.LIMITS["ma"] > 16000 else 11


def sock(box):
    """A socket, where others have a cable: a plug in it is looked at, or locked."""
    return _has(box, "PROXIMITY") or _has(box, "LOCK")


def die(box):
    return _has(box, "INPUTS")


def nld(box):
    """How many lights there are."""
    indicator = getattr(box.board, "INDICATOR", None)
    return indicator.get("count", 1) if indicator else 0


def _has(box, part):
    return bool(getattr(box.board, part, None))


def rdr(box):
    """Seconds for which the delay after a power cut still lasts."""
    left_ms = box.delayed_ms - box.clock.up_ms()
    return (left_ms + 999) // 1000 if left_ms > 0 and ("restart", 0) in box.outlet.limits.items() else 0


def gap(box):
    """Between two looks at the pilot, while a car charged: the longest, how many were above 80 ms, above 250 ms."""
    path = box.paths[box.outlet.number - 1]
    return {"ms": path.gap_ms_max, "late": path.late, "blind": path.blind}


def heap(box):
    gc.collect()
    return {"used": gc.mem_alloc(), "free": gc.mem_free()}


def cnt(box):
    return {
        "crashes": box.tasks.crashes,
        "errors": box.log.errors,
        "http_refused": box.http.refused,
        "http_dropped": box.http.dropped,
        "ocpp_connects": box.ocpp.connects,
        "records": files.count,
        "settings": box.settings.changes,
    }


def mods(box):
    return loader.resident()


def lto(box):
    """Of local time, in ms."""
    s = box.clock.utc_s()
    return None if s is None else _offset_min(box, s) * 60_000


def tsss(box):
    """0 no time server has been heard, 1 one has."""
    return int(box.clock.source == "ntp")


def utc(box):
    return _time(box, 0)


def loc(box):
    """Local time, a blank and the offset."""
    s = box.clock.utc_s()
    if s is None:
        return None
    offset = _offset_min(box, s)
    sign, size = ("-", -offset) if offset < 0 else ("+", offset)
    return "%s %s%02d:%02d" % (_time(box, offset * 60), sign, size // 60, size % 60)


def _offset_min(box, s):
    return loader.lend("core.calendar").offset_min(s, box.settings.get("tof"), box.settings.get("tds"))


def _time(box, offset_s):
    s = box.clock.utc_s()
    return None if s is None else loader.lend("core.calendar").text(s + offset_s, box.clock.utc_ms())
