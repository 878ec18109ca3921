"""The owner's password: kept salted and stretched, in a small record of its own. Nobody reads it back. Lent."""

import asyncio
import os
from binascii import hexlify, unhexlify
from hashlib import sha256

from micropython import const

from pilotwire import loader
from pilotwire.store import files

_PATH = "/owner"
_FORMAT = const(1)
_ROUNDS = const(1000)  # 0.3 s of an ESP32; the record knows of how many it was made


async def keep(box, text):
    """Another password; "": none. Raises ValueError, OSError: nothing has changed."""
    for outlet in box.outlets:
        if not outlet.connector.is_open:
            raise OSError("opw: a car charges, and the password has to wait")
    if text:
        if len(text.encode()) < 8:
            raise ValueError("opw: failed: want 8 bytes or more, or none")
        salt = os.urandom(16)
        digest = await stretched(text, salt, _ROUNDS)
        files.write(_PATH, _FORMAT, b"%d %s %s" % (_ROUNDS, hexlify(salt), hexlify(digest)))
    elif not box.settings.get("hai"):
        raise ValueError("opw: failed: without a password nobody could switch hai on again")
    elif is_there():
        os.remove(_PATH)
    box.log.info("the owner's password was " + ("set" if text else "removed"))


def is_there():
    try:
        os.stat(_PATH)
        return True
    except OSError:
        return False


def kept():
    """-> (rounds, salt, digest), None: there is no password. A record that is damaged fits no password."""
    try:
        rounds, salt, digest = loader.lend("store.records").read(_PATH, _FORMAT).split()
        return int(rounds), unhexlify(salt), unhexlify(digest)
    except OSError:
        return None
    except (ValueError, AttributeError):
        return 1, b"", os.urandom(32)


def token(digest):
    """What stands for the password until that is another one."""
    return str(hexlify(sha256(b"token" + digest).digest()[:16]), "utf-8")


async def stretched(password, salt, rounds):
    for digest in loader.lend("proto.pbkdf2").stretched(password.encode(), salt, rounds):
        if not digest:
            await asyncio.sleep_ms(0)
    return digest
