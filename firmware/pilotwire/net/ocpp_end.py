"""The end of a connection to the central system: the goodbye, what a failure is called, and when to try again. Loaded
for it, released after.
"""

import asyncio
import errno
import os

from micropython import const

from pilotwire import loader
from pilotwire.net.ocpp_link import LinkError, wanted
from pilotwire.proto import ws

_GOODBYE_MS = const(500)
_SENTENCES = {
    "ECONNREFUSED": "nobody listens at %s",
    "ECONNRESET": "%s closed the connection",
    "ECONNABORTED": "%s closed the connection",
    "EPIPE": "%s closed the connection",
    "ETIMEDOUT": "%s does not answer",
    "EHOSTUNREACH": "%s cannot be reached",
    "ENOTCONN": "%s cannot be reached",
}
_BROKEN = {
    1003: "the central system sent a binary message",
    1007: "the central system sent a message that is not UTF-8",
    1009: "the central system sent a message that is too long",
}


def unanswered(box, action, answer_s, in_a_row):
    """MessageTimeout: a CALL is given up; the second in a row ends the connection (P-6): raises LinkError."""
    text = "the central system did not answer %s in %d s" % (action, answer_s)
    if in_a_row > 1:
        raise LinkError(text)
    box.ocpp.failed(text)


async def goodbye(box, stream, address, e):
    """Tells people why it ended, and the peer, if it can still hear. stream None: there was no connection; e None: the
    address is not wanted any more.
    """
    box.ocpp.connect(False)
    box.ocpp.accept(False)
    if e:
        box.ocpp.failed(sentence(e, address))
    if not stream or isinstance(e, (OSError, MemoryError)):
        return
    code = e.code if isinstance(e, ws.WsError) else ws.GOING_AWAY
    try:
        stream.write(ws.frame(ws.CLOSE, bytes((code >> 8, code & 255)), os.urandom(4)))
        await asyncio.wait_for_ms(stream.drain(), _GOODBYE_MS)
    except (OSError, asyncio.TimeoutError):
        pass


async def pause(box, address, tries):
    """Waits before the next dial, as long as the address is wanted."""
    left_ms = pause_ms(tries, box.settings.get("ocppbs"), box.settings.get("ocppbc"))
    while left_ms > 0 and wanted(box) == address:
        await asyncio.sleep_ms(250)
        left_ms -= 250


def let_go():
    """OCPP is off: of all that speaks it only ocpp_link.py stays."""
    for name in loader.resident():
        if name.startswith(("ocpp.", "net.ocpp_", "proto.ws", "proto.ocppj")) and name != "net.ocpp_link":
            loader.release(name)


def pause_ms(tries, first_s, most_s):
    """How long to wait before dialling again after so many failures in a row: twice as long each time, +-20 %, so that
    a thousand wallboxes do not come back at once (T05).
    """
    seconds = min(first_s << min(max(tries - 1, 0), 12), most_s)
    return seconds * (800 + 400 * os.urandom(1)[0] // 255)


def shown(address):
    """The address without its password."""
    scheme, mark, rest = address.partition("://")
    login, at, place = rest.rpartition("@")
    return scheme + mark + login.partition(":")[0] + at + place


def sentence(e, address):
    """What went wrong, for people."""
    if isinstance(e, MemoryError):
        return "a message of the central system did not fit into memory"
    if isinstance(e, ws.WsError):
        return _BROKEN.get(e.code, "the central system does not keep to the WebSocket protocol")
    if not isinstance(e, OSError) or not isinstance(e.errno, int):
        return str(e) or type(e).__name__
    name = errno.errorcode.get(e.errno, str(e.errno))
    place = shown(address).split("://")[-1].split("/")[0].split("@")[-1]
    return _SENTENCES.get(name, "no connection to %s (" + name + ")") % place
