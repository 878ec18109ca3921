"""GetLocalListVersion and SendLocalList (OCPP 1.6, 5.10 and 5.15). The list is in store/tags.py; who asks it, in
known.py.
"""

import asyncio

from micropython import const

from pilotwire import loader
from pilotwire.ocpp import fields
from pilotwire.proto.ocppj import parsed
from pilotwire.proto.ocppj_call import CallError, result

_AT_ONCE = const(50)  # SendLocalListMaxLength
_ID_MOST = const(20)
_WORDS = ("Accepted", "Blocked", "Expired", "Invalid", "ConcurrentTx")


async def version(call, payload):
    """0: there is no list; -1: it is switched off (L01)."""
    box, number = call.box, -1
    if box.settings.peek("ocppla"):
        number = loader.lend("store.tags").version(box.tags + ".list", box.journal.peer)
    await call.say(result(call.uid, {"listVersion": number}))


async def send(call, payload):
    """Accepted: it is durable. What is not, leaves the list as it was."""
    await loader.bring(("store.tags", "store.moment"))
    if type(payload) is dict:
        given = payload.get("localAuthorizationList") or []
        if type(given) is not list:
            raise CallError("TypeConstraintViolation", "localAuthorizationList: want a list")
        _few(given)
        for n in range(len(given)):  # in place: they are small then, and short of memory it goes on where it was
            given[n] = _change(given[n])
    else:
        given = payload.taken
        payload = await _gathered(call, payload, given)
    number = fields.whole(payload, "listVersion")
    full = fields.word(payload, "updateType", ("Full", "Differential")) == "Full"
    await call.status(await _update(call.box, number, full, given))


async def _gathered(call, long, given):
    """Takes the entries of a long list while they come (proto/ocppj_long.py). -> the payload."""
    while True:
        if given:
            given[-1] = _change(given[-1])
        one = long.next()
        if one:
            given.append(one)
            _few(given)
        elif long.ended:
            break
        else:
            await call.more()
    payload = long.payload()
    if payload.get("localAuthorizationList") != [0] * len(given):
        raise CallError("TypeConstraintViolation", "localAuthorizationList: want objects")
    return payload


def _few(given):
    if len(given) > _AT_ONCE:
        raise CallError("OccurenceConstraintViolation", "more than %d entries" % _AT_ONCE)


async def _update(box, number, full, changes):
    if not box.settings.peek("ocppla"):
        return "NotSupported"
    tags, path, peer = loader.lend("store.tags"), box.tags + ".list", box.journal.peer
    if not full and 0 < number <= tags.version(path, peer):
        return "VersionMismatch"
    changes.sort()
    why = _wrong(number, full, changes)
    if not why:
        try:
            if full and not changes:
                tags.remove(path)  # an empty list has no version (L03)
            else:
                await tags.write(path, peer, number, changes, full, lambda: _pause(box))
            box.log.info("ocpp: the local list has version %d" % number)
            return "Accepted"
        except (OSError, ValueError) as e:
            why = e
    box.log.warn("ocpp: SendLocalList failed: %s" % why)
    return "Failed"


async def _pause(box):
    await asyncio.sleep_ms(0)
    loader.lend("store.moment").wait(box.paths)


def _wrong(number, full, changes):
    """Why such a list cannot be, None when it can. Of a deletion only the id stands there."""
    if not 0 < number < 1 << 31:
        return "want a version above 0"
    for n in range(len(changes)):
        if full and len(changes[n]) == _ID_MOST:
            return "an entry without idTagInfo"
        if n and changes[n][:_ID_MOST] == changes[n - 1][:_ID_MOST]:
            return "an idTag twice"
    return None


def _change(one):
    """An entry as the list has it; without idTagInfo it is a deletion (L04)."""
    if type(one) is bytes:
        return one
    if type(one) is bytearray:
        one = _object(one)
    if type(one) is not dict:
        raise CallError("TypeConstraintViolation", "localAuthorizationList: want objects")
    tags, id_tag, info = loader.lend("store.tags"), fields.text(one, "idTag", _ID_MOST), one.get("idTagInfo")
    try:
        if info is None:
            return tags.key(id_tag)
        if type(info) is not dict:
            raise CallError("TypeConstraintViolation", "idTagInfo: want an object")
        status, parent = fields.word(info, "status", _WORDS), info.get("parentIdTag")
        if parent is not None:
            fields.checked_text("parentIdTag", parent, _ID_MOST)
        return tags.entry(id_tag, status, _until_s(info), parent)
    except ValueError as e:
        raise CallError("PropertyConstraintViolation", str(e))


def _object(data):
    try:
        return parsed(str(data, "utf-8"))
    except ValueError:
        raise CallError("FormationViolation", "localAuthorizationList: no JSON")


def _until_s(info):
    """unix s of expiryDate, 0 without one. Raises ValueError."""
    text = info.get("expiryDate")
    if text is None:
        return 0
    return loader.lend("core.timestamp").parse(fields.checked_text("expiryDate", text, 40))[0]


HANDLERS = {"GetLocalListVersion": version, "SendLocalList": send}
