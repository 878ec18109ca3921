"""Unix seconds as date and time, and the hour of summer time. Whole numbers, no time zone but those given. The way back
is timestamp.py.
"""

_DAY_S = 86400


def text(utc_s, ms=0):
    """ "YYYY-MM-DDTHH:MM:SS.mmm" of the unix time utc_s (0..) and its milliseconds."""
    year, month, day = _date(utc_s // _DAY_S)
    s = utc_s % _DAY_S
    return "%04d-%02d-%02dT%02d:%02d:%02d.%03d" % (year, month, day, s // 3600, s // 60 % 60, s % 60, ms)


def offset_min(utc_s, tof, tds):
    """Minutes that local time is ahead of UTC. tof: the zone's minutes in winter; tds: 0 no summer time, 1 Europe's."""
    return tof + 60 if tds == 1 and _summer(utc_s) else tof


def _summer(utc_s):
    """Europe: last Sunday of March, 1:00 UTC, to last Sunday of October, 1:00 UTC (directive 2000/84/EC)."""
    year, _, _ = _date(utc_s // _DAY_S)
    return _last_sunday_s(year, 3) <= utc_s < _last_sunday_s(year, 10)


def _last_sunday_s(year, month):
    last = days(year, month, 31)
    return (last - (last + 4) % 7) * _DAY_S + 3600  # 1970-01-01 was a Thursday


def days(year, month, day):
    """Days since 1970-01-01. The year is counted from March, so the leap day comes last."""
    if month < 3:
        year, month = year - 1, month + 12
    return 365 * year + year // 4 - year // 100 + year // 400 + (153 * month - 457) // 5 + day - 719469


def _date(day):
    """-> (year, month, day): the inverse of days()."""
    era, day = divmod(day + 719468, 146097)  # since 0000-03-01, 400 years
    year = (day - day // 1460 + day // 36524 - day // 146096) // 365
    day -= 365 * year + year // 4 - year // 100
    month = (5 * day + 2) // 153  # 0 is March
    day -= (153 * month + 2) // 5 - 1
    return era * 400 + year + (month > 9), month + (3 if month < 10 else -9), day
