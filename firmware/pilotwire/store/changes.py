"""A setting changes: it is checked, written or put on the waiting list, and told. Loaded for it; settings.py has the
rules.
"""

import json

from micropython import const

from pilotwire import loader
from pilotwire.store import files

_FORMAT = const(1)
_SMALL = const(128)  # bytes; only such records are written while the contactor is closed
_NOTICES = const(8)


def change(settings, key, value, who, console):
    """As Settings.set(), of a value that is another one."""
    reason = _refusal(settings, key, value, console)
    if reason:
        raise ValueError("%s: failed: %s (%s)" % (key, reason, json.dumps(value)))
    waiting = settings.waiting
    if not settings.closed:
        _save(settings, key, value)
        if key in waiting:
            waiting.remove(key)
    elif key not in waiting:
        waiting.append(key)
    settings.values[key] = value
    settings.changes += 1
    settings.log.info("%s set by %s" % (key, who or "the firmware"))


def durably(settings, key, value, who, now_ms):
    """As Settings.set(), and durable when it returns. Raises OSError also because the flash rests now; then it is as it
    was."""
    was = settings.peek(key)
    if not settings.resting or value == was:
        settings.set(key, value, who)
        if key in settings.waiting:
            settings.flush(now_ms, settings.closed)
        if key not in settings.waiting:
            return
        settings.set(key, was, who + ", because it could not be kept")
    raise OSError(key + ": the flash rests while a car charges; again in a minute")


def write_one(settings, now_ms):
    """Writes the oldest waiting record that may be written now."""
    key = _due(settings)
    if not key:
        return
    settings.rest_from_ms = now_ms
    settings.waiting.remove(key)
    loader.lend("store.moment").wait(settings.paths)
    try:
        _save(settings, key, settings.values[key])
        settings.failing = False
    except OSError as e:
        settings.waiting.append(key)  # behind the others: they may fit where this one does not
        settings.failing = True
        notice(settings, str(e))


def notice(settings, text):
    """Tells the owner something, once, and the log."""
    if text not in settings.notices:
        settings.log.warn(text)
        settings.notices.append(text)
        del settings.notices[:-_NOTICES]


def _refusal(settings, key, value, console):
    table = settings.table()
    row = table.row(key)
    if row.kind == "console" and not console:
        return "only the console may set this"
    most_ma = settings.get("installer_max_ma")
    if key == "ama" and type(value) is int and value * 1000 > most_ma:
        return "Value %d exceeds the installer's limit of %d mA" % (value, most_ma)
    return table.wrong(row, value)


def _due(settings):
    for key in settings.waiting:
        if not settings.closed or len(files.record(_FORMAT, _payload(settings.values[key]))) <= _SMALL:
            return key
    return None


def _save(settings, key, value):
    try:
        files.write(settings.folder + "/" + key, _FORMAT, _payload(value))
    except OSError as e:
        raise OSError("%s: could not be saved, flash full or failing (%s)" % (key, e))


def _payload(value):
    return json.dumps(value).encode()
