"""How warm the enclosure is, and the sensor in it that the board names.

The enclosure is one lump: contactor and terminals heat it with the square of the current, 25 degrees above the ambient
at the current of the board's LIMITS, with a time constant of ten minutes. A person can hold it at a temperature.
"""

import math

AMBIENT_C = 25.0
_RISE_C = 25.0  # at the current of LIMITS, after an hour
_TIME_CONSTANT_US = 600e6
_OVERHEAT_C = 95.0
_NOISE_MV = 2
_SUPPLY_MV = 3300
_CONVERSION_US = 750_000
NOBODY = {"r": 0, "w": 0, "1": 255}  # what a 1-wire bus answers without a part


class Temperature:
    """The sensor of a board: `inputs()` of one at an ADC pin, `wire()` of one on a 1-wire bus. faults: names that are
    on; trouble, for tests: "silent" in the middle of an answer, "garbage": a bit of it is wrong."""

    def __init__(self, data, full_ma, faults, timeline):
        self.held_c = None  # somebody holds it at this
        self.trouble = None
        self._data = data
        self._faults = faults
        self._full_ma = full_ma
        self._warm_c = AMBIENT_C
        self._wire = Ds18b20(self, timeline) if data["kind"] == "ds18b20" else None
        if data["kind"] not in ("ds18b20", "mcp9700", "ntc"):
            raise ValueError(
                "temperature sensor {!r} is not simulated; known: ds18b20 mcp9700 ntc".format(data["kind"])
            )

    @property
    def c(self):
        """Degrees Celsius of the enclosure, as the sensor would tell it."""
        if "overheat" in self._faults:
            return _OVERHEAT_C
        return self._warm_c if self.held_c is None else self.held_c

    @property
    def there(self):
        return "sensor" not in self._faults

    def passing(self, us, amps_ma):
        """us of unchanged current went by."""
        goal_c = AMBIENT_C + _RISE_C * (max(amps_ma) / self._full_ma) ** 2
        self._warm_c = goal_c + (self._warm_c - goal_c) * math.exp(-us / _TIME_CONSTANT_US)

    def inputs(self):
        """What the chip's pin sees, as Outlet.inputs()."""
        if self._wire:
            return {}
        return {("A", self._data["adc"]): (*[self._mv()] * 2, _NOISE_MV, -1)}

    def _mv(self):
        if self._data["kind"] == "mcp9700":
            return round(500 + 10 * self.c) if self.there else 0  # data sheet DS20001942
        ohm, up_ohm = thermistor_ohm(self.c, self._data["curve"]), self._data["pull_up_ohm"]
        return round(self._data["supply_mv"] * ohm / (ohm + up_ohm)) if self.there else _SUPPLY_MV

    def transfer(self, pin, what):
        """On the 1-wire bus: what the chip does, see Ds18b20.do() -> the answer, None when it needs none."""
        if self._wire and pin == self._data["pin"]:
            return self._wire.do(what)
        return NOBODY[what[0]]


def thermistor_ohm(c, curve):
    """Between two points of a thermistor's curve, pairs (ohm, C), the coldest first: ln R is a line over 1/T."""
    for (ohm, at), (next_ohm, next_at) in zip(curve, curve[1:], strict=False):
        if c <= next_at or next_at == curve[-1][1]:
            one, other, now = (1 / (x + 273.15) for x in (at, next_at, c))
            return math.exp(math.log(ohm) + math.log(next_ohm / ohm) * (now - one) / (other - one))
    raise ValueError("a curve has two points or more")


class Ds18b20:
    """The part of that name, with its scratchpad (data sheet 19-7487). Power comes with its supply and goes with fault
    "sensor": after that it tells 85 degrees until it has measured."""

    _FRESH = bytearray(b"\x50\x05\x4b\x46\x7f\xff\x0c\x10")

    def __init__(self, sensor, timeline):
        self._sensor = sensor
        self._timeline = timeline
        self._measures = None  # the event at which it has
        self._pad = bytearray(self._FRESH)
        self._heard = []  # bytes since the last reset
        self._answer = b""

    def do(self, what):
        """ "r": reset -> 1 when it is there; "w" and a byte in hex: written -> 0; "1" -> the next byte it tells."""
        if not self._sensor.there:
            self._timeline.cancel(self._measures)
            self._pad = bytearray(self._FRESH)
            return NOBODY[what[0]]
        if what == "r":
            self._heard, self._answer = [], b""
            return 1
        if what == "1":
            byte, self._answer = (self._answer or b"\xff")[0], self._answer[1:]
            return byte
        self._heard.append(int(what[1:], 16))
        self._obey()
        return 0

    def _obey(self):
        skip, *command = self._heard
        if skip != 0xCC:
            return
        if command == [0x44]:
            self._timeline.cancel(self._measures)
            self._measures = self._timeline.after(_CONVERSION_US, self._measured)
        elif command == [0xBE]:
            self._answer = self._told(bytes(self._pad) + bytes((crc8(self._pad),)))
        elif command[:1] == [0x4E] and len(command) == 4:
            self._pad[2:5] = bytes(command[1:3]) + bytes((command[3] & 0x60 | 0x1F,))

    def _measured(self):
        self._pad[:2] = (round(self._sensor.c * 16) & 0xFFFF).to_bytes(2, "little")
        self._pad[6] = 0x10

    def _told(self, answer):
        if self._sensor.trouble == "garbage":
            return bytes((answer[0] ^ 4,)) + answer[1:]
        return answer[:3] if self._sensor.trouble == "silent" else answer


def crc8(data):
    """Polynomial x8 + x5 + x4 + 1, least bit first (the same data sheet, CRC generation)."""
    crc = 0
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ 0x8C if crc & 1 else crc >> 1
    return crc


def make_temperature(board, faults, timeline):
    """The sensor a board has, or None. ValueError when its kind is not simulated."""
    data = board.TEMPERATURE
    return data and Temperature(data, board.LIMITS["ma"], faults, timeline)
