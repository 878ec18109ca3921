"""WebSocket frames and handshake as a client, RFC 6455."""

from check import eq, raises

from pilotwire import loader
from pilotwire.proto import ws
from pilotwire.proto.ws import CLOSE, LONG, PING, PONG, TEXT, Frames, WsError
from pilotwire.proto.ws_handshake import Handshake, Refused

NONCE = b"the sample nonce"  # RFC 6455, 1.3, with its key and answer
KEY, ACCEPT = "dGhlIHNhbXBsZSBub25jZQ==", "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="


def server(opcode, payload=b"", fin=True):
    """A frame as a server sends it."""
    head = bytearray(((0x80 if fin else 0) | opcode,))
    size = len(payload)
    if size < 126:
        head.append(size)
    elif size < 65536:
        head += b"\x7e" + size.to_bytes(2, "big")
    else:
        head += b"\x7f" + size.to_bytes(8, "big")
    return bytes(head + payload)


def heard(data, limit=8192):
    """All events of the bytes, in one piece; the same byte by byte must give the same."""
    whole = Frames(limit).receive(data)
    frames, pieces = Frames(limit), []
    for i in range(len(data)):
        pieces += frames.receive(data[i : i + 1])
    eq(pieces, whole)
    return whole


def refused(data, limit=8192):
    """The close code it is refused with, whole and byte by byte."""
    code = raises(WsError, Frames(limit).receive, data).code
    frames = Frames(limit)
    for i in range(len(data)):
        try:
            frames.receive(data[i : i + 1])
        except WsError as e:
            eq(e.code, code)
            return code
    raise AssertionError("taken byte by byte")


def unmasked(frame):
    """(opcode, payload) of a client's frame, unmasked the slow way."""
    data = bytes(frame)
    eq(data[1] & 0x80, 0x80)
    size, at = data[1] & 0x7F, 2
    if size == 126:
        size, at = int.from_bytes(data[2:4], "big"), 4
    key, body = data[at : at + 4], data[at + 4 :]
    eq(len(body), size)
    return data[0], bytes(b ^ key[i & 3] for i, b in enumerate(body))


def test_a_masked_frame_of_every_length_class_can_be_unmasked():
    for size in (0, 1, 3, 4, 5, 125, 126, 255, 256, 257, 1000, 8192):
        payload = bytes(i * 7 & 255 for i in range(size))
        eq(unmasked(ws.frame(TEXT, payload, b"\x01\x80\xfe\x00")), (0x81, payload))


def test_a_frame_may_be_made_in_pieces():
    payload = bytes(i * 7 & 255 for i in range(300))
    for size in (1, 2, 3, 4, 5, 99, 127, 130):
        key = b"\x01\x80\xfe\x00"
        frame = ws.head(TEXT, len(payload), key)
        for at in range(0, len(payload), size):
            part = ws.masked(payload[at : at + size], key)
            frame += part
            key = ws.turned(key, len(part))
        eq((size, unmasked(frame)), (size, (0x81, payload)))


def test_leading_zero_bytes_survive_the_masking():
    eq(unmasked(ws.frame(TEXT, b"\x00\x00abc", b"\x00\x00\x00\x00"))[1], b"\x00\x00abc")


def test_the_masked_hello_of_the_standard():
    eq(bytes(ws.frame(TEXT, b"Hello", b"\x37\xfa\x21\x3d")), b"\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58")


def test_a_text_message_of_every_length_class():
    for size in (0, 1, 125, 126, 127, 300):
        eq(heard(server(1, b"x" * size)), [(TEXT, "x" * size)])


def test_two_messages_in_one_piece():
    eq(heard(server(1, b"a") + server(1, b"b")), [(TEXT, "a"), (TEXT, "b")])


def test_T08_fragments_are_put_together():
    data = server(1, b"Hel", False) + server(0, b"l", False) + server(0, b"o")
    eq(heard(data), [(TEXT, "Hello")])


def test_T08_a_ping_between_fragments_is_heard_at_once():
    data = server(1, b"Hel", False) + server(9, b"?") + server(0, b"lo") + server(1, b"next")
    eq(heard(data), [(PING, b"?"), (TEXT, "Hello"), (TEXT, "next")])


def test_a_character_cut_between_fragments_is_whole():
    data = server(1, "ä".encode()[:1], False) + server(0, "ä".encode()[1:])
    eq(heard(data), [(TEXT, "ä")])


def test_empty_fragments_are_allowed():
    eq(heard(server(1, b"", False) + server(0, b"", False) + server(0, b"x")), [(TEXT, "x")])


def test_ping_and_pong_carry_their_payload():
    eq(heard(server(9, b"p" * 125) + server(10, b"q")), [(PING, b"p" * 125), (PONG, b"q")])


def test_close_with_and_without_a_code():
    eq(heard(server(8)), [(CLOSE, None)])
    eq(heard(server(8, b"\x03\xe8bye")), [(CLOSE, 1000)])
    eq(heard(server(8, b"\x0f\xa0")), [(CLOSE, 4000)])


def test_a_close_code_that_must_not_be_sent_is_refused():
    for code in (0, 999, 1004, 1005, 1006, 1015, 2999, 5000, 65535):
        eq(refused(server(8, code.to_bytes(2, "big"))), 1002)
    eq(refused(server(8, b"\x03")), 1002)


def test_a_close_reason_that_is_not_utf8_is_refused():
    eq(refused(server(8, b"\x03\xe8\xff")), 1007)


def test_a_masked_frame_of_the_server_is_refused():
    eq(refused(bytes(ws.frame(TEXT, b"x", b"abcd"))), 1002)


def test_T20_a_message_of_just_the_limit_is_taken_one_byte_more_is_let_pass():
    next_one = server(1, b"y") + server(9, b"?")
    eq(heard(server(1, b"x" * 200) + next_one, 200), [(TEXT, "x" * 200), (TEXT, "y"), (PING, b"?")])
    eq(heard(server(1, b"x" * 201) + next_one, 200), [(LONG, "x" * 64), (TEXT, "y"), (PING, b"?")])
    eq(heard(server(1, b"x" * 3) + server(1, b"x" * 4), 3), [(TEXT, "xxx"), (LONG, "xxxx")])


def test_T20_its_first_bytes_are_told_before_the_rest_is_here():
    frames = Frames()
    eq(frames.receive(b"\x81\x7f\x00\x00\x00\x00\x00\x01\x90\x00" + b'[2,"id"' + b"x" * 56), [])
    eq(frames.receive(b"x" * 200), [(LONG, '[2,"id"' + "x" * 57)])
    for _ in range(102400 // 256 - 2):
        eq(frames.receive(b"x" * 256), [])
    eq(frames.receive(b"x" * 249 + server(1, b"next")), [(TEXT, "next")])


def test_T20_fragments_that_add_up_above_the_limit_are_let_pass_to_the_last():
    data = server(1, b"x" * 100, False) + server(0, b"y" * 101, False) + server(10) + server(0, b"z" * 300, False)
    eq(heard(data + server(0, b"z") + server(1, b"next"), 200), [(LONG, "x" * 64), (PONG, b""), (TEXT, "next")])
    eq(heard(server(1, b"ab", False) + server(0, b"y" * 200), 200), [(LONG, "ab" + "y" * 62)])
    eq(refused(server(1, b"x" * 201, False) + server(1, b"y"), 200), 1002)


def test_T20_a_frame_that_nobody_has_patience_for_closes_with_1009_by_its_head_alone():
    eq(raises(WsError, Frames().receive, b"\x81\x7f\x00\x00\x00\x00\xff\xff\xff\xff").code, 1009)
    eq(raises(WsError, Frames().receive, b"\x81\x7f\xff\xff\xff\xff\xff\xff\xff\xff").code, 1009)


def test_T20_what_finds_no_room_in_memory_is_let_pass_too():
    long = loader.lend("proto.ws_long")
    long.bytearray = _tight
    try:
        events = Frames().receive(server(1, b'[2,"id",' + b"x" * 992) + server(1, b"next"))
    finally:
        del long.bytearray
    eq(events, [(LONG, '[2,"id",' + "x" * 56), (TEXT, "next")])


def test_a_long_list_is_taken_as_it_comes():
    want = [b'{"idTag":"A%04d"}' % n for n in range(90)]
    text = b'[2,"s-1","SendLocalList",{"localAuthorizationList":[%s]}]' % b",".join(want)
    for fragments in (1, 2, 40):
        size = len(text) // fragments + 1
        data, frames, elements, long = b"", Frames(), [], None
        for at in range(0, len(text), size):
            data += server(0 if at else 1, text[at : at + size], at + size >= len(text)) + server(9, b"?")
        data += server(1, b"next")
        for at in range(0, len(data), 100):
            for kind, what in frames.receive(data[at : at + 100]):
                if kind == TEXT and type(what) is list:
                    long = what[3]
                elif kind == TEXT:
                    eq((what, long.ended), ("next", True))
                else:
                    eq((kind, what), (PING, b"?"))
            one = long and long.next()
            while one:
                elements.append(bytes(one))
                one = long.next()
        eq((fragments, elements), (fragments, want))
        eq(long.load(), {"localAuthorizationList": [0] * 90})


def _tight(what):
    """bytearray() of a heap that is nearly full."""
    if what == 1000:
        raise MemoryError
    return bytearray(what)


def test_bad_utf8_closes_with_1007():
    for bad in (
        b"\xff",
        b"a\x80",
        b"\xc0\x80",
        b"\xc1\xbf",
        b"\xe0\x80\xaf",
        b"\xed\xa0\x80",
        b"\xf0\x80\x80\xaf",
        b"\xf4\x90\x80\x80",
        b"\xf5\x80\x80\x80",
        b"\xe2\x82",
    ):
        eq(refused(server(1, bad)), 1007)


def test_good_utf8_of_every_length_is_taken():
    text = "a\x00\x7fß\u07ff\u0800€\ud7ff\ue000\uffff\U00010000\U0010ffff"
    eq(heard(server(1, text.encode())), [(TEXT, text)])


def test_binary_closes_with_1003():
    eq(refused(server(2, b"x")), 1003)


def test_unknown_opcodes_and_reserved_bits_close_with_1002():
    for first in (0x83, 0x87, 0x8B, 0x8F, 0xC1, 0xA1, 0x91, 0xC9):
        eq(refused(bytes((first, 0))), 1002)


def test_control_frames_are_neither_long_nor_in_fragments():
    eq(refused(server(9, b"x" * 126)), 1002)
    eq(refused(server(9, b"", False)), 1002)
    eq(refused(server(8, b"", False)), 1002)


def test_fragments_out_of_order_close_with_1002():
    eq(refused(server(0, b"x")), 1002)
    eq(refused(server(1, b"x", False) + server(1, b"y")), 1002)


# ---- handshake ----


def answer(first="HTTP/1.1 101 Switching Protocols", **changed):
    headers = {
        "Upgrade": "websocket",
        "Connection": "Upgrade",
        "Sec_WebSocket_Accept": ACCEPT,
        "Sec_WebSocket_Protocol": "ocpp1.6",
    }
    headers.update(changed)
    lines = [first] + ["%s: %s" % (k.replace("_", "-"), v) for k, v in headers.items() if v is not None]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def shake():
    return Handshake(NONCE, "ocpp1.6")


def refusal(data):
    return str(raises(Refused, shake().receive, data))


def test_T02_the_request_offers_ocpp_and_nothing_more():
    lines = shake().request("cs.example", 8180, "/ocpp/CP%201").decode().split("\r\n")
    eq(lines[0], "GET /ocpp/CP%201 HTTP/1.1")
    eq(lines[-2:], ["", ""])
    want = [
        "Host: cs.example:8180",
        "Upgrade: websocket",
        "Connection: Upgrade",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: " + KEY,
        "Sec-WebSocket-Protocol: ocpp1.6",
    ]
    eq(sorted(lines[1:-2]), sorted(want))


def test_the_port_of_the_scheme_is_not_named_in_host():
    assert b"\r\nHost: cs.example\r\n" in shake().request("cs.example", 80, "/")


def test_user_and_password_go_into_basic_authorization():
    assert b"\r\nAuthorization: Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==\r\n" in shake().request(
        "h", 80, "/", "Aladdin", "open sesame"
    )


def test_a_long_password_stays_on_one_line():
    eq(shake().request("h", 80, "/", "u", "p" * 120).count(b"\r\n"), 9)


def test_a_good_answer_opens_whole_and_byte_by_byte():
    eq(shake().receive(answer()), b"")
    core, data = shake(), answer()
    for i in range(len(data) - 1):
        eq(core.receive(data[i : i + 1]), None)
    eq(core.receive(data[-1:]), b"")


def test_frames_right_behind_the_answer_are_given_back():
    eq(shake().receive(answer() + b"\x81\x01x"), b"\x81\x01x")


def test_header_names_and_values_match_in_any_case():
    eq(shake().receive(answer(Upgrade="WebSocket", Connection="keep-alive, upgrade")), b"")
    eq(shake().receive(answer().replace(b"Sec-WebSocket-Accept", b"SEC-WEBSOCKET-ACCEPT")), b"")


def test_T04_a_wrong_accept_key_is_refused():
    assert "Sec-WebSocket-Accept" in refusal(answer(Sec_WebSocket_Accept="s3pPLMBiTxaQ9kYGzzhZRbK+xOO="))
    assert "Sec-WebSocket-Accept" in refusal(answer(Sec_WebSocket_Accept=None))


def test_T03_another_or_no_subprotocol_is_refused():
    assert "ocpp1.6" in refusal(answer(Sec_WebSocket_Protocol=None))
    assert "ocpp1.6" in refusal(answer(Sec_WebSocket_Protocol="ocpp2.0.1"))


def test_T05_http_errors_are_told_in_words_with_their_status():
    for status, word in (
        (400, "name"),
        (401, "password"),
        (403, "may not"),
        (404, "know"),
        (503, "busy"),
        (302, "elsewhere"),
    ):
        e = raises(Refused, shake().receive, b"HTTP/1.1 %d Whatever\r\n\r\n" % status)
        eq(e.status, status)
        assert word in str(e) and str(status) in str(e), str(e)


def test_T06_a_redirect_names_its_place():
    for status in (301, 302, 307, 308):
        e = raises(Refused, shake().receive, b"HTTP/1.1 %d Moved\r\nLocation: ws://other/x\r\n\r\n" % status)
        eq((e.status, e.location), (status, "ws://other/x"))
    eq(raises(Refused, shake().receive, b"HTTP/1.1 404 No\r\nLocation: ws://other/x\r\n\r\n").location, None)


def test_an_unknown_status_is_told_with_the_servers_own_words():
    assert "HTTP 418: I am a teapot" in refusal(b"HTTP/1.1 418 I am a teapot\r\n\r\n")
    assert "HTTP 599" in refusal(b"HTTP/1.1 599\r\n\r\n")


def test_no_upgrade_is_refused():
    assert "upgrade" in refusal(answer(Upgrade=None))
    assert "upgrade" in refusal(answer(Connection="close"))


def test_an_extension_nobody_offered_is_refused():
    assert "extension" in refusal(answer(Sec_WebSocket_Extensions="permessage-deflate"))


def test_a_server_that_does_not_speak_http_is_found_out_at_its_first_bytes():
    assert "HTTP" in refusal(b"SSH-2.0-OpenSSH_9.2\r\n")
    assert "HTTP" in refusal(b"HTTP/2 101\r\n\r\n")


def test_an_endless_head_is_refused():
    assert "handshake" in refusal(b"HTTP/1.1 101 x\r\n" + b"A: b\r\n" * 500)
