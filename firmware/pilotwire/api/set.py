"""Takes what was set with /api/set: each key alone is checked, all good ones are written, then
what must act acts once. Loaded late.

The answer has an entry per key: true, or what is wrong with it. 200 only when all were taken,
else 500 (go-e's clients know no other). Source: facts goe-api 1.2 to 1.5.
"""

import asyncio
import json

from micropython import const

from pilotwire import loader
from pilotwire.api import table, values
from pilotwire.proto.http_answer import problem
from pilotwire.proto.query import decode, pairs

_MOST_KEYS = const(40)


async def answer(box, query, who="a door"):
    """The query of /api/set -> (status, content type, body, extra head lines). who: asks for it, for the log."""
    taken = {}  # key: True or the error; a key given twice keeps its error
    commands = []
    for name, text in pairs(query):
        if len(taken) >= _MOST_KEYS:
            taken["error"] = "more than %d keys at once, the rest was left" % _MOST_KEYS
            break
        await asyncio.sleep_ms(0)  # a record on flash or an import may come before and after
        key, said = _take(box, name, text, commands, who)
        if taken.get(key) in (None, True):
            taken[key] = said
    if not taken:
        return problem(400, "nothing to set: want /api/set?key=value")
    for key, value in commands:
        await asyncio.sleep_ms(0)
        try:
            rest = loader.lend("api.act").act(box, key, value, who)
            if rest:
                await rest
            box.log.info("%s set by %s" % (key, who))
        except (ValueError, OSError) as e:
            taken[key] = _named(key, e) if taken[key] is True else taken[key]
    if any(said is True for said in taken.values()):
        box.commanded()
    good = all(said is True for said in taken.values())
    return 200 if good else 500, "application/json", json.dumps(taken).encode(), ""


def _take(box, name, text, commands, who):
    """One "name=text" of the query -> (key, True or the error)."""
    key = name
    try:
        key = decode(name, True)
        row = table.row(key)
        if not row or not row.access:
            return key, key + ": unknown key"
        value = values.parse(row, _decoded(key, text))
        _check_board(box, key, value)
        if row.kind in ("command", "detail"):
            commands.append((key, value))
        else:
            box.settings.set(key, value, who)
            if key == "frc" and value == 2:
                _go_on(box)
            elif key == "ocppf":
                box.watching = True
            elif key in ("men", "mce", "ocppe"):
                loader.lend("net.doors").follow(box)
        return key, True
    except (ValueError, OSError) as e:
        return key, _named(key, e)


def _go_on(box):
    """Somebody does not want to wait, this once, until the delay after a power cut is over (SI 2021/1467)."""
    for outlet in box.outlets:
        outlet.limits.clear("restart")


def _check_board(box, key, value):
    """Raises ValueError for what this board cannot do: clients would believe it; and for what could not be undone."""
    if key == "hai" and not value and not loader.lend("store.owner").is_there():
        raise ValueError("hai: failed: set a password first (opw), or nobody could switch it on again")
    if key != "psm" or not value:
        return
    if not getattr(box.board, "PHASES", None):
        if (value == 1) != (box.board.LIMITS["phases"] == 1):
            raise ValueError("psm: this board cannot switch phases")
    elif box.outlet.faults.present("weld"):
        raise ValueError("psm: a contactor is stuck closed, no phases are switched")


def _decoded(key, text):
    try:
        return decode(text, True)
    except ValueError as e:
        raise ValueError("%s (%s)" % (e, text[:80]))


def _named(key, e):
    text = str(e)
    return text if text.startswith(key + ":") else "%s: %s" % (key, text)
