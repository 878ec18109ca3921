"""SNTP packets, RFC 4330."""

from check import eq, raises

from pilotwire.proto import ntp

TOKEN = b"\x01\x02\x03\x04\x05\x06\x07\x08"
S = 1767225600  # 2026-01-01 00:00:00 UTC


def reply(s=S + 2208988800, fraction=0x80000000, first=0x24, stratum=2, token=TOKEN):
    packet = bytearray(48)
    packet[0], packet[1] = first, stratum
    packet[24:32] = token
    packet[40:44] = (s & 0xFFFFFFFF).to_bytes(4, "big")
    packet[44:48] = fraction.to_bytes(4, "big")
    return bytes(packet)


def test_a_request_is_48_bytes_of_a_version_4_client_with_the_token():
    eq(ntp.request(TOKEN), b"\x23" + bytes(39) + TOKEN)


def test_an_answer_gives_unix_seconds_and_milliseconds():
    eq(ntp.answer(reply(), TOKEN), (S, 500))
    eq(ntp.answer(reply(fraction=0xFFFFFFFF), TOKEN), (S, 999))


def test_the_era_after_2036_is_understood():
    eq(ntp.answer(reply(s=0x100000000 + 86400), TOKEN)[0], 0x100000000 + 86400 - 2208988800)


def test_answers_that_cannot_be_trusted_are_refused():
    for packet, word in (
        (b"", "not an answer"),
        (reply()[:47], "not an answer"),
        (reply(first=0x23), "not an answer"),
        (reply(token=bytes(8)), "another question"),
        (reply(stratum=0), "refuses"),
        (reply(stratum=16), "does not know"),
        (reply(first=0xE4), "does not know"),
        (reply(s=0), "no time"),
    ):
        assert word in str(raises(ValueError, ntp.answer, packet, TOKEN)), word
