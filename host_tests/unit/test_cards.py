"""The cards: when one is told, what it does with and without OCPP, what it has charged, and the keys of the slots."""

import asyncio
import json
import sys

from box import Box, Outlet, Plain, Settings
from check import eq, raises

from pilotwire import cards_slots, cards_tap
from pilotwire.api import cards_set, status, table
from pilotwire.cards import Cards

A, B = b"\x04\xa1\xb2\xc3\xd4\xe5\xf6", b"\x11\x22\x33\x44"
A_TAG, B_TAG = "04A1B2C3D4E5F6", "11223344"


class Over(Exception):
    """The script of the reader has ended."""


class Reader:
    """Gives what the script says, one entry a poll: a UID, None, or an OSError."""

    def __init__(self, clock, *script):
        self.clock = clock
        self.script = list(script)
        self.at_ms = 0

    def poll(self):
        if not self.script:
            raise Over
        said = self.script.pop(0)
        if isinstance(said, OSError):
            raise said
        self.at_ms = self.clock.now_ms
        return said


class Clock:
    def __init__(self):
        self.now_ms = 5000

    def ms(self):
        return self.now_ms

    up_ms = ms


class Taps(Outlet):
    """An outlet that notes what was tapped."""

    def __init__(self, settings, number=1):
        super().__init__()
        self.number, self.settings, self.box = number, settings, Plain(restarting=None)
        self.taps = []
        self.id_tag = self.transaction = self.denied = None
        self.session = Plain(wh=0, began_ms=None)

    def tap(self, id_tag):
        self.taps.append(id_tag)

    def act(self, key, value):
        eq(key, "trx")
        self.trx = value


def a_box(**settings):
    box = Box()
    box.clock = Clock()
    box.settings.values.update(settings)
    box.outlets = [Taps(box.settings)]
    box.outlet = box.outlets[0]
    box.reader_fault = False
    box.cards = Cards(box, None)
    denied = box.denied = []
    sys.modules["pilotwire.billing"] = Plain(deny=lambda outlet, name, id_tag: denied.append((name, id_tag)))
    return box


def watch(box, *script):
    """The task, over this script of polls: a turn takes 120 ms, after an error a second."""

    async def sleep_ms(ms):
        box.clock.now_ms += ms

    box.cards._reader = Reader(box.clock, *script)
    kept, asyncio.sleep_ms = asyncio.sleep_ms, sleep_ms
    try:
        raises(Over, asyncio.run, box.cards.watch())
    finally:
        asyncio.sleep_ms = kept


def turns(box, ms):
    """The counting alone, for so long."""
    for _ in range(ms // 120):
        box.clock.now_ms += 120
        box.cards._count(box.clock.now_ms)


def test_A01_a_card_is_told_as_upper_case_hex_in_the_order_of_the_wire():
    box = a_box(ocppe=True)
    for uid, tag in ((B, B_TAG), (A, A_TAG), (bytes(range(0xF6, 0x100)), "F6F7F8F9FAFBFCFDFEFF")):
        watch(box, *[None] * 25 + [None, uid])
        eq(box.outlet.taps[-1], tag)
    eq(len(box.outlet.taps), 3)


def test_A32_a_card_that_rests_or_trembles_counts_once():
    box = a_box(ocppe=True)
    watch(box, *[A, None] * 50)
    watch(box, *[A] + [None] * 8 + [A, A] + [None] * 7 + [A])
    eq(box.outlet.taps, [A_TAG])


def test_A32_it_counts_again_when_it_was_away_and_two_seconds_have_passed():
    box = a_box(ocppe=True)
    watch(box, A, *[None] * 12 + [A])  # 1.5 s
    eq(len(box.outlet.taps), 1)
    watch(box, *[None] * 17 + [A])
    eq(len(box.outlet.taps), 2)


def test_two_cards_in_one_purse_count_once():
    box = a_box(ocppe=True)
    watch(box, *[A, None, B, None] * 40)
    eq(box.outlet.taps, [A_TAG])


def test_a_random_uid_is_ignored():
    box = a_box(ocppe=True)
    watch(box, *[b"\x08\x12\x34\x56", None] * 10)
    eq(box.outlet.taps, [])
    eq(box.cards.last, None)
    eq(len([line for line in box.log.lines if "random" in line]), 1)
    watch(box, *[None] * 20 + [b"\x08\x12\x34\x56\x78\x9a\xbc"])  # seven bytes are never random
    eq(len(box.outlet.taps), 1)


def test_A33_a_reader_that_fails_is_a_warning_after_ten_seconds_and_heals():
    box = a_box()
    box.cards._reader = Reader(box.clock)
    watch(box, *[OSError(19)] * 4 + [None])
    eq(box.reader_fault, False)
    watch(box, None, *[OSError(19)] * 12)
    eq(box.reader_fault, True)
    watch(box, *[OSError(19)] * 3)
    eq(box.reader_fault, True)
    watch(box, None, None)
    eq(box.reader_fault, False)
    said = [line for line in box.log.lines if "reader" in line]
    eq(said[-2:], ["the card reader does not answer", "the card reader answers again"])


def test_with_OCPP_a_card_means_the_plugged_outlet_that_nobody_has():
    box = a_box(ocppe=True)
    one, two = box.outlets[0], Taps(box.settings, 2)
    box.outlets.append(two)
    one.plugged = two.plugged = True
    one.id_tag = A_TAG
    cards_tap.tap(box, B_TAG)
    eq((one.taps, two.taps), ([], [B_TAG]))
    two.transaction = Plain(id_tag=B_TAG.lower())
    cards_tap.tap(box, B_TAG)
    eq((one.taps, two.taps), ([], [B_TAG, B_TAG]))
    cards_tap.tap(box, "AABBCCDD")
    eq(one.taps, ["AABBCCDD"])


def listed(acs=1):
    """A box with a plugged car and a card in slot 2."""
    box = a_box(acs=acs)
    cards_slots.put(box.settings, 2, A_TAG, 100, "Alice")
    box.outlet.plugged = True
    box.outlet.session.began_ms = 1
    return box


def test_without_OCPP_the_first_tap_of_a_listed_card_begins_and_the_second_ends():
    box = listed()
    cards_tap.tap(box, A_TAG)
    eq(box.outlet.trx, 3)
    cards_tap.tap(box, A_TAG)
    eq(box.outlet.trx, None)
    eq(box.denied, [])


def test_an_unknown_card_and_one_of_somebody_else_are_refused():
    box = listed()
    cards_tap.tap(box, B_TAG)
    eq((box.outlet.trx, box.denied), (None, [("unlisted_card", B_TAG)]))
    cards_slots.put(box.settings, 0, B_TAG, 0, "")
    cards_tap.tap(box, A_TAG)
    cards_tap.tap(box, B_TAG)
    eq((box.outlet.trx, box.denied[1:]), (3, [("other_card", B_TAG)]))


def test_with_free_access_a_card_counts_the_energy_and_does_not_end():
    box = listed(acs=0)
    box.outlet.trx = 0
    for _ in range(2):
        cards_tap.tap(box, A_TAG)
        eq(box.outlet.trx, 3)


def test_the_energy_is_booked_after_the_last_reading():
    box = listed()
    outlet = box.outlet
    outlet.session.wh = 40  # by somebody else
    cards_tap.tap(box, A_TAG)
    turns(box, 500)
    outlet.session.wh = 540
    turns(box, 500)
    cards_tap.tap(box, A_TAG)
    turns(box, 4000)
    outlet.session.wh = 550  # until the contactor was open
    eq(cards_slots.get(box.settings, 2)[1], 100)
    turns(box, 6000)
    eq(cards_slots.get(box.settings, 2), (A_TAG, 610, "Alice"))
    turns(box, 20000)
    eq(cards_slots.get(box.settings, 2)[1], 610)


def test_the_energy_is_booked_at_once_when_the_next_car_or_card_comes():
    box = listed()
    outlet = box.outlet
    cards_tap.tap(box, A_TAG)
    turns(box, 500)
    outlet.session.wh = 30
    turns(box, 500)
    outlet.trx, outlet.plugged = None, False
    turns(box, 500)
    outlet.session = Plain(wh=0, began_ms=2)
    outlet.plugged = True
    turns(box, 500)
    eq(cards_slots.get(box.settings, 2)[1], 130)
    outlet.trx = 3
    turns(box, 500)
    outlet.session.wh = 7
    outlet.trx = 5  # written by an app
    turns(box, 500)
    eq(cards_slots.get(box.settings, 2)[1], 137)


def test_the_energy_is_booked_before_a_restart():
    box = listed()
    cards_tap.tap(box, A_TAG)
    turns(box, 500)
    box.outlet.session.wh = 30
    box.outlet.box.restarting = "asked for"
    turns(box, 500)
    box.outlet.session.wh = 33
    turns(box, 500)
    eq(cards_slots.get(box.settings, 2)[1], 133)


def test_energy_that_cannot_be_written_is_tried_again():
    box = listed()
    cards_tap.tap(box, A_TAG)
    turns(box, 500)
    box.outlet.session.wh = 30
    box.outlet.trx = None
    box.settings.full = True
    turns(box, 20000)
    box.settings.full = False
    turns(box, 10000)
    eq(cards_slots.get(box.settings, 2)[1], 130)


def test_a_card_that_no_car_follows_is_forgotten():
    box = listed()
    box.outlet.plugged = False
    turns(box, 500)
    cards_tap.tap(box, A_TAG)
    turns(box, 59000)
    eq(box.outlet.trx, 3)
    turns(box, 2000)
    eq(box.outlet.trx, None)
    eq(cards_slots.get(box.settings, 2)[1], 100)


def test_lrn_takes_the_card_that_was_just_read_or_the_next_one():
    box = listed()
    cards_tap.tap(box, B_TAG)
    cards_set.write(box, "lrn", 7)
    eq(cards_slots.get(box.settings, 7), (B_TAG, 0, ""))
    raises(ValueError, cards_set.write, box, "lrn", 8)  # it is in slot 7
    box.clock.now_ms += 61000
    cards_set.write(box, "lrn", 2)
    cards_tap.tap(box, "AABBCCDD")
    eq(cards_slots.get(box.settings, 2), ("AABBCCDD", 100, "Alice"))
    eq((box.outlet.trx, box.denied), (None, [("unlisted_card", B_TAG)]))  # it was taught, not used
    box.clock.now_ms += 61000
    cards_set.write(box, "lrn", 3)
    box.clock.now_ms += 31000
    cards_tap.tap(box, "99887766")
    eq(cards_slots.get(box.settings, 3), ("", 0, ""))


def test_a_card_that_cannot_be_taught_harms_nothing():
    box = listed()
    cards_set.write(box, "lrn", 5)
    cards_tap.tap(box, A_TAG)  # it is in slot 2
    raises(ValueError, cards_set.write, box, "lrn", 5)
    box.cards.last = None
    cards_set.write(box, "lrn", 5)
    box.settings.full = True
    cards_tap.tap(box, B_TAG)
    eq(cards_slots.get(box.settings, 5), ("", 0, ""))


def test_lrn_without_a_reader_is_refused():
    box = listed()
    box.cards = None
    raises(ValueError, cards_set.write, box, "lrn", 5)
    eq(read(box, "lrc"), None)


def read(box, key):
    assert table.row(key).access[:1] == "r"
    return status.value(box, b"*", key, b"")


def test_the_last_card_is_told_its_serial_only_when_rde_allows():
    box = listed()
    eq([read(box, key) for key in ("lrc", "lri", "lrr")], [None, None, None])
    cards_tap.tap(box, A_TAG)
    eq([read(box, key) for key in ("lrc", "lri", "lrr")], [2, None, 5000])
    box.settings.set("rde", True)
    eq(read(box, "lri"), A_TAG)
    cards_tap.tap(box, B_TAG)
    eq([read(box, key) for key in ("lrc", "lri")], [None, B_TAG])


def test_the_slots_are_read_as_go_e_has_them():
    box = listed()
    eq(len(read(box, "cards")), 10)
    eq(read(box, "cards")[2], {"name": "Alice", "energy": 100, "cardId": True})
    eq(read(box, "cards")[0], {"name": "n/a", "energy": 0, "cardId": False})
    eq([read(box, key) for key in ("c2n", "c2e", "c2i", "c9n", "c9e", "c9i")], ["Alice", 100, True, "n/a", 0, False])
    eq(json.loads(json.dumps(read(box, "cards"))), read(box, "cards"))


def test_cards_is_written_entry_by_entry():
    box = listed()
    cards_set.write(box, "cards", [{}, {"name": "Bob", "energy": 5, "rfid": "11:22:33:44"}, {"name": "Alicia"}])
    eq(cards_slots.get(box.settings, 0), ("", 0, ""))
    eq(cards_slots.get(box.settings, 1), (B_TAG, 5, "Bob"))
    eq(cards_slots.get(box.settings, 2), (A_TAG, 100, "Alicia"))
    cards_set.write(box, "cards", read(box, "cards"))  # as it was read
    eq(cards_slots.get(box.settings, 1), (B_TAG, 5, "Bob"))
    eq(cards_slots.get(box.settings, 0), ("", 0, ""))


def test_what_no_card_can_be_is_refused_and_nothing_is_written():
    box = listed()
    box.settings.written.clear()
    for bad in (
        [{}] * 11,
        [3],
        [None],
        [{"name": 3}],
        [{"name": "x" * 33}],
        [{"energy": -1}],
        [{"energy": True}],
        [{"energy": 1.5}],
        [{"rfid": "04A1B2"}],
        [{"rfid": "xx112233"}],
        [{"rfid": 4}],
        [{"colour": "red"}],
        [{"name": "good"}, {"energy": 10**10}],
    ):
        raises(ValueError, cards_set.write, box, "cards", bad)
    eq(box.settings.written, [])


def test_single_keys_change_one_thing():
    box = listed()
    for key, value in (("c2n", "Al"), ("c2e", 7), ("c2i", "aabbccdd"), ("c4i", B_TAG), ("c4n", 'a "b" c')):
        cards_set.write(box, key, value)
    eq(cards_slots.get(box.settings, 2), ("AABBCCDD", 7, "Al"))
    eq(cards_slots.get(box.settings, 4), (B_TAG, 0, 'a "b" c'))
    raises(ValueError, cards_set.write, box, "c2i", B_TAG)  # it is in slot 4
    raises(ValueError, cards_set.write, box, "c2i", "123")
    cards_set.write(box, "c2i", None)
    eq(cards_slots.get(box.settings, 2), ("", 7, "Al"))
    cards_set.write(box, "del", 4)
    eq((cards_slots.get(box.settings, 4), box.settings.get("c4")), (("", 0, ""), ""))


def test_the_fullest_slot_fits_into_a_record_that_may_be_written_while_charging():
    settings = Settings()
    cards_slots.put(settings, 9, "F" * 20, 10**9, '"' * 32)
    text = json.dumps(settings.get("c9"))
    assert len(text) + len("1 58799413 ") <= 128, len(text)


def test_what_counts_is_in_memory_only_while_a_card_is_at_work():
    box = listed()
    turns(box, 500)
    assert "pilotwire.cards_tab" not in sys.modules
    cards_tap.tap(box, A_TAG)
    turns(box, 500)
    assert "pilotwire.cards_tab" in sys.modules
    box.outlet.trx = None
    turns(box, 10000)
    assert "pilotwire.cards_tab" not in sys.modules
