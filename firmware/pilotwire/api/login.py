"""Asks for the owner's password before something is changed.

`Authorization: Basic` with any name and the password, or `Bearer` with the token that /api/token gives for it: a token
costs no time and is not held up when others guess. A refusal names Bearer only, so that a browser does not ask for a
password, remember it and send it along when another site's page makes it ask for an image.

Guesses: after three wrong ones each is looked at later, up to 8 s, and one of them is forgiven every half minute; one
at a time from an address, two from all that have guessed wrong. The right one waits as well, and is never refused for
what others did.

Source: facts ux-reliability E.2, 1 to 4; RFC 7617 (Basic), RFC 6750 (Bearer), RFC 6585 (429).
"""

import asyncio
import json
from binascii import a2b_base64
from time import ticks_add, ticks_diff, ticks_ms

from micropython import const

from pilotwire import loader
from pilotwire.proto.http_answer import problem

_FREE = const(3)  # wrong passwords
_MOST = const(8)
_FORGIVEN_MS = const(30_000)
_FIRST_MS = const(250)
_GUESSES = const(2)
_GUESSERS = const(4)  # addresses that are remembered
_PIECES = "proto.pbkdf2", "store.owner", "api.login"


async def answer(box, door, asked):
    """asked: (the piece that answers, "": a token is asked for; its query; the request)."""
    piece, query, request = asked
    loader.hold(_PIECES)
    try:
        await loader.bring(_PIECES)
        owner = loader.lend("store.owner")
        kept = owner.kept()
        if not kept:
            return problem(404, "there is no owner's password: set one with /api/set?opw=...")
        refused = await _refusal(box, door, request, owner, kept)
        if refused:
            return refused
        if not piece:
            return 200, "application/json", json.dumps({"token": owner.token(kept[2])}).encode(), ""
    finally:
        loader.free(_PIECES)
    return await loader.lend(piece).answer(box, door, query)


async def _refusal(box, door, request, owner, kept):
    """The answer for who may not, None for who may."""
    scheme, _, word = request.headers.get("authorization", "").partition(" ")
    scheme, word = scheme.lower(), word.strip()
    if scheme == "bearer" and _same(word.encode(), owner.token(kept[2]).encode()):
        return None
    password = _password(word) if scheme == "basic" else None
    if not password:
        return _wanted()
    return await _guess(box, door, request.connection.peer, password, owner, kept)


async def _guess(box, door, peer, password, owner, kept):
    delay_ms = _delay_ms(door)
    crowded = peer in door.guessers and len(door.waiting) >= _GUESSES
    if delay_ms and (crowded or peer in door.waiting):
        return problem(429, "one password after the other", "Retry-After: 8\r\n")
    door.waiting += (peer,)
    try:
        await asyncio.sleep_ms(delay_ms)
        rounds, salt, digest = kept
        if _same(await owner.stretched(password, salt, rounds), digest):
            return None
    finally:
        door.waiting = tuple([other for other in door.waiting if other != peer])
    door.wrong, door.wrong_ms = min(door.wrong + 1, _MOST), ticks_ms()
    door.guessers = (tuple([other for other in door.guessers if other != peer]) + (peer,))[-_GUESSERS:]
    box.log.warn("http: a wrong password, from %s" % peer)
    return _wanted()


def _wanted():
    return problem(401, "want the owner's password (Basic) or token (Bearer)", "WWW-Authenticate: Bearer\r\n")


def _delay_ms(door):
    """How long the next guess has to wait, once what is over is forgiven."""
    while door.wrong and ticks_diff(ticks_ms(), door.wrong_ms) >= _FORGIVEN_MS:
        door.wrong -= 1
        door.wrong_ms = ticks_add(door.wrong_ms, _FORGIVEN_MS)
    return _FIRST_MS << (door.wrong - _FREE) if door.wrong >= _FREE else 0


def _password(word):
    """What stands behind the colon, None: it is no Basic."""
    try:
        _, colon, password = str(a2b_base64(word), "utf-8").partition(":")
    except (ValueError, UnicodeError):
        return None
    return password if colon and len(password.encode()) <= 64 else None


def _same(one, other):
    return loader.lend("proto.pbkdf2").same(one, other)
