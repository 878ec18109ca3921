"""GetLocalListVersion and SendLocalList (OCPP 1.6, 5.10 and 5.15): what the central system sends becomes entries, with
which list_update.py changes the list. It is in store/tags.py; who asks it, in known.py.
"""

import gc

from micropython import const

from pilotwire import loader
from pilotwire.ocpp import fields
from pilotwire.proto.ocppj import parsed
from pilotwire.proto.ocppj_call import CallError, result

_AT_ONCE = const(50)  # SendLocalListMaxLength
_ID_MOST = const(20)
_ENTRY = const(45)  # bytes, store/tags.py
_ROOM = const(10_000)  # bytes for what changes the list
_TIME = "core.calendar", "core.timestamp"
_UPDATE = "store.tags", "store.moment", "ocpp.list_update"
_WORDS = ("Accepted", "Blocked", "Expired", "Invalid", "ConcurrentTx")


async def version(call, payload):
    """0: there is no list; -1: it is switched off (L01)."""
    box, number = call.box, -1
    if box.settings.peek("ocppla"):
        number = loader.lend("store.tags").version(box.tags + ".list", box.journal.peer)
    await call.say(result(call.uid, {"listVersion": number}))


async def send(call, payload):
    """Accepted: it is durable. What is not, leaves the list as it was."""
    brought = [name for name in _TIME if not loader.here(name)]
    await loader.bring(_TIME + ("store.tags", "store.moment"))
    aside = "" if type(payload) is dict else call.box.tags + ".list.put_aside"
    try:
        if aside:
            payload, given = await _put_aside(call, payload, aside)
        else:
            given = _entries(payload)
        number = fields.whole(payload, "listVersion")
        full = fields.word(payload, "updateType", ("Full", "Differential")) == "Full"
        if aside:
            _make_room(brought)
        await loader.bring(_UPDATE)
        await call.status(await loader.lend("ocpp.list_update").update(call.box, number, full, given))
    except MemoryError as e:
        aside = ""  # it is needed once more
        raise e
    finally:
        if aside:
            loader.lend("ocpp.list_update").remove(aside)


def _make_room(brought):
    gc.collect()
    if gc.mem_free() < _ROOM:
        for name in brought + ["proto.ws_long"]:
            loader.release(name)


def _entries(payload):
    given = payload.get("localAuthorizationList") or []
    if type(given) is not list:
        raise CallError("TypeConstraintViolation", "localAuthorizationList: want a list")
    _few(len(given))
    for n in range(len(given)):  # in place: they are small then, and short of memory it goes on where it was
        given[n] = _change(given[n])
    return given


async def _put_aside(call, long, path):
    """Writes the entries of a long list into a file while they come (proto/ocppj_long.py). Short of memory it goes on
    where it was. -> (payload, (how many, path) or [] for none).
    """
    with open(path, "ab" if long.taken else "wb") as f:
        count = f.seek(0, 2) // _ENTRY
        while True:
            if long.taken and long.taken[0]:
                entry = _change(long.taken[0])
                loader.lend("store.moment").wait(call.box.paths)
                f.write(entry if len(entry) == _ENTRY else entry + b"\xff" + bytes(_ENTRY - _ID_MOST - 1))
                count += 1
            long.taken = [long.next()]
            if long.taken[0]:
                _few(count + 1)
            elif long.ended:
                break
            else:
                await call.wait()
    payload = long.load()
    if payload.get("localAuthorizationList") != [0] * count:
        raise CallError("TypeConstraintViolation", "localAuthorizationList: want objects")
    return payload, (count, path) if count else []


def _few(count):
    if count > _AT_ONCE:
        raise CallError("OccurenceConstraintViolation", "more than %d entries" % _AT_ONCE)


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
