"""The values over HTTP: every key of the table, as JSON, in the types that go-e's clients insist on."""

import json

from box import Box, Plain
from check import eq, raises

from pilotwire.api import get_meter, status, table

# Sources: facts goe-api, sections 1.4, 1.5 and 4
_TYPES = {
    "bool": (bool,),
    "pem": (bool,),
    "int": (int,),
    "num": (int, float),
    "dec": (int, float),
    "str": (str,),
    "list": (list,),
    "obj": (dict,),
}
_KEYS = (
    "amp ama mca frc psm acs trx alw acu car err cbl pha pnp nrg eto wh dwo tma amt cll modelStatus lmo ust fna sse "
    "typ var fwv rbt rbc utc loc tof tds cdi fhz tpa ocppe ocppu ocpps ocppc ocppa ocpple ocppd ocpph ocppi why"
)


def text_of(box, keys=None):
    return whole(status.stream(box, keys)).decode()


def whole(pieces):
    return b"".join([piece for piece in pieces if piece])


def ask(box, *keys):
    return json.loads(text_of(box, keys or None))


def is_null(kind, value):
    return value is None and kind[-1] == "?"


def test_every_key_that_can_be_read_is_there_in_its_type():
    for box in (Box(), Box.charging()):
        got = ask(box)
        for row in table.rows():
            eq(row.key in got, "r" in row.access and row.kind not in ("detail", "option"))
            if row.key in got:
                value = got[row.key]
                assert type(value) in _TYPES[row.type.rstrip("?")] or is_null(row.type, value), (row.key, value)
        eq(box.log.lines, [])


def test_every_key_of_the_plan_is_served():
    got = ask(Box())
    eq([key for key in _KEYS.split() if key not in got], [])


def test_a_box_that_knows_nothing_yet_answers_null_and_logs_no_error():
    box = Box()
    box.outlets[0].meter = None
    box.clock.source = None
    got = ask(box)
    eq([got[key] for key in ("utc", "loc", "eto", "fhz", "trx", "cdi")], [None] * 6)
    eq(got["nrg"], [0] * 16)
    eq(box.log.lines, [])


def test_the_text_is_compact_and_comes_in_small_pieces():
    pieces = list(status.stream(Box.charging()))
    assert len(pieces) >= 6 and max(len(p) for p in pieces) <= 512, [len(p) for p in pieces]
    assert whole(pieces).startswith(b'{"amp":16,"')


def test_details_are_told_only_when_they_are_asked_for():
    assert ask(Box(), "heap")["heap"]["used"] > 0
    assert "api.status" in ask(Box(), "mods")["mods"]


def test_the_gaps_are_those_of_the_outlet_that_is_asked_for():
    box = Box()
    box.paths = [Plain(gap_ms_max=20, late=0, blind=0), Plain(gap_ms_max=300, late=2, blind=1)]
    for number, found in ((1, {"ms": 20, "late": 0, "blind": 0}), (2, {"ms": 300, "late": 2, "blind": 1})):
        box.outlet.number = number
        eq(ask(box, "gap")["gap"], found)


def test_a_filter_gives_those_keys_only_once_and_leaves_unknown_ones_out():
    eq(ask(Box(), "car", "nope", "amp", "car", "rst", "", "a\tb"), {"car": 1, "amp": 16})
    eq(text_of(Box(), ["nope"]), "{}")
    eq(text_of(Box(), []), "{}")
    eq(ask(Box(), "installer_max_ma"), {})


def test_a_charging_box_tells_so():
    got = ask(Box.charging())
    eq(got["car"], 2)
    eq(got["alw"], True)
    eq(got["acu"], 16)
    eq(got["nrg"], [230, 231, 229, 0, 15.98, 16, 0.05, 3675, 3696, 0, 0, 7371, 99, 100, 0, 0])
    eq(got["pha"], [True] * 6)
    eq(got["pnp"], 3)
    eq(got["eto"], 12345801)
    eq(got["wh"], 123)
    eq(got["fhz"], 50.02)
    eq(got["tpa"], 7000)
    eq(got["cdi"], {"type": 0, "value": 61000})
    eq(got["cll"], {"requestedCurrent": 16, "currentLimitMax": 32, "hardwareCurrentLimit": 16})
    eq((got["err"], got["modelStatus"], got["why"]), (0, 15, "Charging at 16 A."))
    eq((got["utc"], got["loc"]), ("2026-07-01T10:00:00.250", "2026-07-01T12:00:00.250 +02:00"))


def test_integers_have_no_decimal_point_and_decimals_have_two_places():
    for key, text in (
        ("nrg", "[230,231,229,0,15.98,16,0.05,3675,3696,0,0,7371,99,100,0,0]"),
        ("eto", "12345801"),
        ("fhz", "50.02"),
    ):
        eq(text_of(Box.charging(), [key]), '{"%s":%s}' % (key, text))
    for milli, want in (
        (0, "0"),
        (4, "0"),
        (5, "0.01"),
        (-4, "0"),
        (1000, "1"),
        (-1500, "-1.50"),
        (999, "1"),
        (50020, "50.02"),
    ):
        eq(get_meter._decimal(milli), want)


def test_a_fault_is_told_in_go_es_older_table():
    box = Box.charging()
    box.outlets[0].faults.set("weld")
    box.outlets[0].car = 5
    got = ask(box, "err", "car")
    eq(got, {"err": 9, "car": 5})


def test_limits_of_cable_and_temperature_are_told():
    box = Box()
    eq(ask(box, "cbl", "amt"), {"cbl": None, "amt": 16})
    box.outlets[0].limits.set("cable", 13000)
    box.outlets[0].limits.set("temperature", 0)
    eq(ask(box, "cbl", "amt"), {"cbl": 13, "amt": 0})


def test_the_password_in_the_address_of_the_central_system_is_not_told():
    box = Box()
    for address, want in (
        ("ws://box:secret@host:80/a@b:c", "ws://box:***@host:80/a@b:c"),
        ("ws://box@host/a", "ws://box@host/a"),
        ("ws://host/a:b@c", "ws://host/a:b@c"),
        ("ws://a:b@c@host", "ws://a:***@host"),
        ("", ""),
    ):
        box.settings.values["ocppu"] = address
        eq(ask(box, "ocppu"), {"ocppu": want})


def test_a_value_that_fails_is_null_and_logged_and_the_others_are_told():
    box = Box()
    box.outlets[0].limits = None
    got = ask(box, "amp", "cll", "car")
    eq(got, {"amp": 16, "cll": None, "car": 1})
    eq(len(box.log.lines), 1)
    assert "cll" in box.log.lines[0], box.log.lines


def test_texts_are_escaped():
    box = Box()
    box.settings.values["fna"] = 'a"b\\c <Küche>\x01'
    eq(ask(box, "fna"), {"fna": 'a"b\\c <Küche>\x01'})


def test_short_of_memory_a_key_is_said_again_and_none_is_lost():
    box, left = Box.charging(), [3]

    class Short:
        def items(self):
            if left[0]:
                left[0] -= 1
                raise MemoryError
            return limits.items()

        def least(self):
            return limits.least()

    limits, box.outlet.limits = box.outlet.limits, Short()
    pieces = list(status.stream(box))
    eq(pieces.count(None), 3)
    eq(sorted(json.loads(whole(pieces))), sorted(ask(Box.charging())))


def test_what_takes_long_and_says_nothing_gives_others_a_turn_and_asks_for_no_pause():
    real, at_ms = status.ticks_ms, [0]

    def slow():
        at_ms[0] += 10
        return at_ms[0]

    status.ticks_ms = slow
    try:
        pieces = list(status.stream(Box.charging(), ["car"]))
    finally:
        status.ticks_ms = real
    assert pieces.count(b"") > 3, pieces
    eq(pieces.count(None), 0)
    eq(json.loads(whole(pieces)), {"car": 2})


def test_short_of_memory_for_a_piece_it_is_sent_when_there_is_some():
    class Full:
        def __init__(self, out):
            self.tell, self.seek = out.tell, out.seek

        def read(self, size):
            raise MemoryError

    class Short(status._Text):
        left = 3

        def take(self):
            out = self._out
            if self.left:
                self.left -= 1
                self._out = Full(out)
            try:
                return super().take()
            finally:
                self._out = out

    box, real = Box.charging(), status._Text
    try:
        status._Text = Short
        pieces = list(status.stream(box))
    finally:
        status._Text = real
    eq(pieces.count(None), 3)
    eq(sorted(json.loads(whole(pieces))), sorted(ask(Box.charging())))


def test_memory_that_does_not_come_back_ends_the_answer():
    box = Box()

    class Short:
        def items(self):
            raise MemoryError

    box.outlet.limits = Short()
    raises(MemoryError, list, status.stream(box))


def test_inputs_and_phases_are_told_where_the_board_has_them():
    box = Box()
    eq(
        ask(box, "din", "die", "lfspt", "sock", "nld"),
        {"din": None, "die": False, "lfspt": None, "sock": False, "nld": 0},
    )
    box.board.INPUTS, box.board.LOCK = {"lines": ({}, {}, {})}, {"kind": "motor"}
    box.board.INDICATOR = {"kind": "neopixel_rgb", "count": 4}
    phases = Plain(at_ms=2000, moved=False)
    box.outlet.parts = {"inputs": Plain(opened=bytearray([1, 0, 1])), "phases": phases}
    eq(ask(box, "din", "die", "lfspt", "sock", "nld"), {"din": 5, "die": True, "lfspt": None, "sock": True, "nld": 4})
    phases.moved = True
    assert 0 < ask(box, "lfspt")["lfspt"] <= 3000  # this clock goes on with each look


def test_a_temperature_that_was_not_read_yet_is_none_at_all():
    box = Box()
    box.outlet.parts["temperature"] = part = Plain(tenths_c=None)
    eq(ask(box, "tma"), {"tma": []})
    part.tenths_c = -53
    eq(ask(box, "tma"), {"tma": [-5.3]})
