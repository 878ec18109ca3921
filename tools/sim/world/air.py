"""What the wallbox could be on: the networks in the air, who is on its access point, the Ethernet cable.

The chip decides what it joins (chip/radio.py); here is what it finds. As long as nobody has changed that, nothing is
told, and the chip joins whatever network it is to join.
"""

import json
import zlib

FIRST = {"ssid": "home", "key": "secret12", "rssi": -55}  # in the air of a new world, and known to a new wallbox
_MOST = 20


class Air:
    """networks: list of {"ssid", "key" ("": open), "rssi"}; guests: stations on the access point; cable: plugged in."""

    def __init__(self):
        self.networks = [dict(FIRST)]
        self.guests = 0
        self.cable = True
        self.hotspot = None  # the access point as the chip tells it: {"ssid", "key"}

    def words(self):
        """Of the line `O` to the chip."""
        listed = [[n["ssid"], n["key"], n["rssi"]] for n in self.networks]
        return self.guests, int(self.cable), json.dumps(listed, ensure_ascii=False).encode().hex()

    def kept(self):
        """What outlives the program, as storage.py keeps it."""
        return {"networks": self.networks, "guests": self.guests, "cable": self.cable}

    def restore(self, data):
        self.networks, self.guests, self.cable = data["networks"], data["guests"], data["cable"]

    def state(self):
        """The answer to {"ask":"air"}."""
        return {**self.kept(), "hotspot": self.hotspot}


def is_list(value):
    """Is it a list of networks, as a request tells it?"""
    return isinstance(value, list) and len(value) <= _MOST and all(_is_network(entry) for entry in value)


def _is_network(entry):
    return (
        isinstance(entry, dict)
        and set(entry) <= {"ssid", "key", "rssi"}
        and isinstance(entry.get("ssid"), str)
        and 0 < len(entry["ssid"].encode()) <= 32
        and isinstance(entry.get("key", ""), str)
        and type(entry.get("rssi", -60)) is int
    )


def completed(networks):
    """Networks with what a request may leave out."""
    return [{"key": "", "rssi": -60, **entry} for entry in networks]


def first_record():
    """The file of the network that a new wallbox knows, as `firmware/pilotwire/store/files.py` writes it: what setting
    it up leaves in the flash.
    """
    payload = b"1 " + json.dumps([FIRST["ssid"], FIRST["key"], None]).encode()
    return b"1 %08x %s" % (zlib.crc32(payload), payload[2:])
