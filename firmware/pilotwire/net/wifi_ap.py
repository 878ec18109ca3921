"""The access point of the box, for who sets it up: WPA2, with a password that is this box's alone. Comes for it, with
every contactor open: switching it stalls.
"""

import hashlib
import os

import machine
import network
from micropython import const

from pilotwire.net import wifi_store

_WPA2 = const(3)
_CHARACTERS = "23456789abcdefghijkmnpqrstuvwxyz"  # 32, none that looks like another
_LENGTH = const(12)


def password():
    """The password, made at the very first start and kept: of the chip's number and of chance, so that nobody can
    work it out from what is printed on the box. Raises OSError when it cannot be kept.
    """
    kept = wifi_store.read("ap")
    if not kept:
        secret = hashlib.sha256(machine.unique_id() + os.urandom(16)).digest()
        kept = "".join([_CHARACTERS[secret[i] & 31] for i in range(_LENGTH)])
        wifi_store.write("ap", kept)
    return kept


def on(box):
    """Raises OSError where the radio cannot."""
    _beat(box)
    ap = network.WLAN(1)
    ap.config(ssid=box.hostname, key=password(), security=_WPA2)
    ap.active(True)
    box.wifi.ap = ap
    box.log.info("access point on")


def off(box):
    _beat(box)
    box.wifi.ap.active(False)
    box.wifi.ap = None
    box.log.info("access point off")


def _beat(box):
    for path in box.paths:
        path.beat()
