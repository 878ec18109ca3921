"""DNS questions and answers, RFC 1035."""

from check import eq, raises

from pilotwire.proto import dns

QUESTION = dns.query(0x1234, "cs.example.org")


def reply(records, flags=0x8180, question=None, uid=0x1234):
    packet = bytearray(question or QUESTION)
    packet[0:2] = uid.to_bytes(2, "big")
    packet[2:4] = flags.to_bytes(2, "big")
    packet[7] = len(records)
    for name, kind, data in records:
        packet += name + kind.to_bytes(2, "big") + b"\x00\x01\x00\x00\x00\x3c" + len(data).to_bytes(2, "big") + data
    return bytes(packet)


A = (b"\xc0\x0c", 1, bytes((192, 168, 1, 20)))
CNAME = (b"\xc0\x0c", 5, b"\x03foo\xc0\x0f")


def test_a_question_for_one_name():
    eq(bytes(QUESTION), b"\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00\x02cs\x07example\x03org\x00\x00\x01\x00\x01")


def test_a_trailing_dot_changes_nothing():
    eq(dns.query(1, "a.b."), dns.query(1, "a.b"))


def test_names_that_are_none_are_refused():
    for name in ("", ".", "a..b", "x" * 64, ".".join(["abcdefg"] * 40)):
        raises(ValueError, dns.query, 1, name)


def test_an_address_is_read():
    eq(dns.answer(QUESTION, reply([A])), "192.168.1.20")


def test_an_address_behind_aliases_is_found():
    eq(dns.answer(QUESTION, reply([CNAME, (b"\x03foo\xc0\x0f", 1, bytes((10, 0, 0, 1)))])), "10.0.0.1")


def test_records_of_other_kinds_are_passed_over():
    eq(dns.answer(QUESTION, reply([(b"\xc0\x0c", 28, bytes(16)), A])), "192.168.1.20")


def test_the_name_may_come_back_in_other_letters():
    eq(dns.answer(QUESTION, reply([A], question=bytes(QUESTION).replace(b"example", b"eXaMpLe"))), "192.168.1.20")


def test_an_answer_to_another_question_is_none():
    eq(dns.answer(QUESTION, reply([A], uid=0x1235)), None)
    eq(dns.answer(QUESTION, reply([A], question=dns.query(0x1234, "cs.example.com"))), None)
    eq(dns.answer(QUESTION, bytes(QUESTION)), None)
    eq(dns.answer(QUESTION, b""), None)


def test_a_name_that_does_not_exist_is_an_os_error_that_says_so():
    assert "no such name" in str(raises(OSError, dns.answer, QUESTION, reply([], 0x8183)))


def test_a_failing_server_is_an_os_error():
    assert "failed" in str(raises(OSError, dns.answer, QUESTION, reply([], 0x8182)))


def test_no_ipv4_address_is_an_os_error():
    assert "IPv4" in str(raises(OSError, dns.answer, QUESTION, reply([CNAME])))


def test_an_answer_cut_anywhere_raises_nothing_else():
    whole = reply([CNAME, A])
    for n in range(len(whole)):
        try:
            eq(dns.answer(QUESTION, whole[:n]), None)
        except (OSError, ValueError):
            pass
