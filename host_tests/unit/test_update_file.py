"""Which update files are refused, each with the reason that names what is wrong. Nothing of the flash changes by it."""

import asyncio

import update_play as play
from check import eq
from nor import Mounted, formatted

from pilotwire.update import check

_FOLDER = "/nor"


async def _turn():
    pass


def _flash(keys=play.KEYS):
    nor = formatted()
    with Mounted(nor):
        if keys is not None:
            play.write(_FOLDER + "/update_keys.bin", keys)
    return nor


def said(data, board="test", keys=play.KEYS, oldest="0.1"):
    """-> (version, None) of a file that is good, (None, the reason) of one that is refused."""
    nor = _flash(keys)
    with Mounted(nor):
        play.write(_FOLDER + "/update.pw", data)
        before = bytes(nor.image)
        try:
            got = asyncio.run(check.check(_FOLDER + "/update.pw", board, _turn, _FOLDER + "/update_keys.bin", oldest))
            return got[0], None
        except ValueError as e:
            return None, str(e)
        finally:
            eq(bytes(nor.image) == before, True)


def reason(data, **more):
    version, why = said(data, **more)
    eq(version, None)
    return why


def has(text, part):
    assert part in text, (text, part)


def test_a_signed_file_for_this_board_is_good():
    eq(said(play.Parts().whole()), ("2.0", None))


def test_a_file_for_several_boards_is_good_on_each_of_them():
    data = play.Parts(board="other test").whole()
    eq(said(data), ("2.0", None))
    eq(said(data, board="other"), ("2.0", None))


def test_an_unsigned_file_is_refused():
    parts = play.Parts()
    parts.signature = b""
    has(reason(parts.whole()), "not signed")


def test_a_firmware_without_keys_refuses_every_file():
    for keys in (None, b""):
        has(reason(play.Parts().whole(), keys=keys), "no update key in this firmware")


def test_the_second_key_of_a_firmware_counts_too():
    other = bytes((0, 128)) + (play.N - 2).to_bytes(128, "big")
    eq(said(play.Parts().whole(), keys=other + play.KEYS), ("2.0", None))
    has(reason(play.Parts().whole(), keys=other), "of no key that this firmware knows")


def test_a_signature_of_something_else_is_refused():
    parts = play.Parts()
    for signature in (
        play.sign(parts.signed() + b"x"),
        play.sign(parts.signed())[:-1],
        play.sign(parts.signed()) + b"\0",
        bytes(128),
        b"\xff" * 128,
        b"\0" * 127 + b"\x01",
        (int.from_bytes(play.sign(parts.signed()), "big") + play.N).to_bytes(129, "big"),
        bytes(600),
    ):
        parts.signature = signature
        has(reason(parts.whole()), "of no key that this firmware knows")


def test_a_padding_that_is_not_pkcs_1_is_refused():
    """Lenient readers of the padding made forgeries possible (CVE-2006-4339)."""
    parts = play.Parts()
    for signature in (
        play.sign(parts.signed(), head=play.HEAD[:-1] + b"\x21"),
        play.sign(parts.signed(), filled=b"\xfe"),
        play.sign(parts.signed(), head=b""),
    ):
        parts.signature = signature
        has(reason(parts.whole()), "of no key that this firmware knows")


def test_each_byte_of_what_is_signed_counts():
    data = play.Parts().whole()
    size = len(play.Parts().signed())
    for at in range(0, size, 7):
        damaged = bytearray(data)
        damaged[at] ^= 0x10
        assert reason(bytes(damaged)) in (
            "this is no update file",
            "the update is truncated",
            "the update is not signed",
            "the signature is of no key that this firmware knows",
        ), at


def test_each_field_that_was_changed_without_a_new_signature_is_refused():
    good = play.Parts()
    for number, line in enumerate(("version 9.9", "board test other", "oldest 0.0", "packed 1", "9 00 board.mpy")):
        parts = play.Parts()
        parts.signature = play.sign(good.signed())
        parts.lines[number] = line
        has(reason(parts.whole()), "of no key that this firmware knows")


def test_another_board_is_refused_by_name():
    eq(reason(play.Parts().whole(), board="devkit"), "the update is for test, this is devkit")
    has(reason(play.Parts(board="testing").whole()), "the update is for testing")


def test_what_is_older_than_allowed_is_refused():
    eq(
        reason(play.Parts(version="1.9").whole(), oldest="1.10"),
        "version 1.9 is older than allowed, want 1.10 or newer",
    )
    for version in ("1.10", "1.10.1", "2", "10.0"):
        eq(said(play.Parts(version=version).whole(), oldest="1.10"), (version, None))


def test_damaged_contents_are_refused_by_the_file_they_are_in():
    parts = play.Parts()
    for at, name in (
        (7, "board.mpy"),
        (1000, "pilotwire/app.mpy"),
        (len(parts.packed) - 12, "pilotwire/web/index.html"),
    ):
        damaged = bytearray(parts.packed)
        damaged[at] ^= 1
        parts.packed, whole = bytes(damaged), parts.packed
        eq(reason(parts.whole()), "the update is damaged: " + name)
        parts.packed = whole


def test_what_no_deflate_stream_is_is_damaged():
    parts = play.Parts()
    for packed in (b"\xff", b"\0", b"\x01\0\0\xff\xff"):
        parts.packed = (packed * len(play.Parts().packed))[: len(play.Parts().packed)]
        has(reason(parts.whole()), "the update is damaged: board.mpy")


def test_a_file_with_another_hash_is_damaged_though_it_was_signed():
    parts = play.Parts()
    parts.lines[5] = parts.lines[5].replace(parts.lines[5].split(" ")[1], "00" * 32)
    eq(reason(parts.whole()), "the update is damaged: pilotwire/__init__.mpy")


def test_a_file_that_ends_anywhere_is_truncated():
    data = play.Parts().whole()
    for size in list(range(1, 1500, 53)) + [len(data) - 1]:
        has(reason(data[:size]), "truncated")
    has(reason(b""), "no update file")
    eq(reason(data[:-1]), "the update is truncated: %d of %d bytes" % (len(data) - 1, len(data)))


def test_bytes_behind_its_end_are_refused():
    has(reason(play.Parts().whole() + b"x"), "1 bytes too much")


def test_what_is_something_else_is_refused():
    for data in (b"PK\x03\x04 a zip", b"<html>", b"PWU2" + play.Parts().whole()[4:], b"PWU1\xff\xff\xff\xff"):
        has(reason(data), "no update file")


def test_no_signed_manifest_leaves_its_slot_or_writes_a_record():
    for name in ("../boot.py", "/boot.py", "a/../../x.mpy", "complete", "good", "a//b.mpy", "x" * 120 + ".mpy", "."):
        has(reason(play.Parts({name: b"1"}).whole()), "bad line")


def test_signed_manifests_with_flaws_are_refused():
    for number, line, why in (
        (0, "name x", "no version"),
        (0, "version one", "bad version"),
        (1, "board ", "no board"),
        (3, "size 12", "no packed"),
        (4, "9 00 board.mpy", "bad line"),
        (4, "x" * 200, "bad line"),
    ):
        parts = play.Parts()
        parts.lines[number] = line
        has(reason(parts.whole()), why)


def test_the_file_of_another_key_is_not_even_looked_at():
    """What is in a manifest counts only once it is known to be signed."""
    parts = play.Parts(board="other", version="0.0")
    parts.signature = bytes(128)
    has(reason(parts.whole()), "of no key")
