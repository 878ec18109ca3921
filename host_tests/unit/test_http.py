"""The request parser: whole, byte by byte, cut in two, and with everything that is wrong."""

from check import eq, raises

from pilotwire.proto import http, http_answer

_HOST = b"Host: 192.168.0.75\r\n"
_CHROME = (
    b'GET /api/status?filter=["alw","car"] HTTP/1.1\r\nHost: localhost:8080\r\nConnection: keep-alive\r\n'
    b"User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36\r\nAccept: */*\r\nSec-Fetch-Site: same-origin\r\n"
    b"SEC-FETCH-MODE:cors\r\nReferer:  http://localhost:8080/ \r\nCookie: " + b"c" * 3000 + b"\r\n\r\n"
)


def read(*pieces):
    """-> the Request after all pieces; each but the last must leave it incomplete."""
    request = http.Request()
    for piece in pieces[:-1]:
        eq(request.feed(piece), False)
    eq(request.feed(pieces[-1]), True)
    return request


def bytewise(data):
    return read(*[data[i : i + 1] for i in range(len(data))])


def refused(data):
    """-> the status for it, the same whole and byte by byte."""
    whole = raises(http.Refused, http.Request().feed, data).status
    slow = http.Request()

    def drip():
        for i in range(len(data)):
            slow.feed(data[i : i + 1])

    eq(raises(http.Refused, drip).status, whole)
    return whole


def what(request):
    return request.method, request.path, request.query, sorted(request.headers.items())


def test_a_short_request_is_understood():
    request = read(b"GET /api/set?amp=16 HTTP/1.1\r\n" + _HOST + b"\r\n")
    eq(what(request), ("GET", "/api/set", "amp=16", [("host", "192.168.0.75")]))
    eq(request.surplus, False)


def test_it_is_understood_the_same_byte_by_byte_and_cut_anywhere():
    want = what(read(_CHROME))
    eq(
        want[3],
        [
            ("host", "localhost:8080"),
            ("referer", "http://localhost:8080/"),
            ("sec-fetch-mode", "cors"),
            ("sec-fetch-site", "same-origin"),
        ],
    )
    eq(what(bytewise(_CHROME)), want)
    for at in range(1, len(_CHROME), 7):
        eq(what(read(_CHROME[:at], _CHROME[at:])), want)


def test_bare_line_feeds_and_a_leading_empty_line_are_taken():
    eq(what(read(b"\r\nGET / HTTP/1.0\nHost: a\n\n"))[:2], ("GET", "/"))


def test_blanks_quotes_braces_and_utf_8_in_the_target_are_taken_as_they_are():
    eq(
        read('GET /s?f={"a":[1, 2]}&g="Küche" HTTP/1.1\r\n'.encode() + _HOST + b"\r\n").query,
        'f={"a":[1, 2]}&g="Küche"',
    )


def test_a_body_is_read_and_dropped():
    head = b"POST / HTTP/1.1\r\nContent-Length: 5\r\n" + _HOST + b"\r\n"
    eq(bytewise(head + b"hello").method, "POST")
    eq(read(head, b"he", b"llo").surplus, False)


def test_bytes_after_the_request_are_noticed():
    end = b"GET / HTTP/1.1\r\n" + _HOST + b"\r\n"
    eq(read(end + b"GET / HTTP/1.1\r\n").surplus, True)
    eq(read(b"GET / HTTP/1.1\r\nContent-Length: 2\r\n" + _HOST + b"\r\n", b"abc").surplus, True)


def test_a_target_of_one_kib_is_taken_and_a_longer_line_is_414():
    long = b"/" + b"a" * 1023
    eq(len(read(b"GET " + long + b" HTTP/1.1\r\n" + _HOST + b"\r\n").path), 1024)
    eq(refused(b"GET /" + b"a" * 2000 + b" HTTP/1.1\r\n\r\n"), 414)
    eq(refused(b"G" * 2000), 414)


def test_a_certificate_may_be_longer():
    end = b" HTTP/1.1\r\n" + _HOST + b"\r\n"
    eq(len(read(b"GET /api/set?ocppsc=" + b"a" * 5000 + end).query), 5007)
    eq(refused(b"GET /api/set?ocppsc=" + b"a" * 6200 + end), 414)
    eq(refused(b"GET /api/set?fna=" + b"a" * 5000 + end), 414)


def test_too_many_or_too_long_headers_are_431():
    start = b"GET / HTTP/1.1\r\n"
    eq(refused(start + b"X-A: b\r\n" * 2000), 431)
    eq(refused(start + b"Cookie: " + b"c" * 200_000), 431)
    eq(refused(start + b"Host: " + b"c" * 600 + b"\r\n\r\n"), 431)
    eq(refused(start + b"Origin: " + b"c" * 3000), 431)


def test_a_body_over_one_kib_is_413_and_a_wrong_length_400():
    start = b"GET / HTTP/1.1\r\n" + _HOST
    for length in (b"1025", b"99999999999999999999"):
        eq(refused(start + b"Content-Length: " + length + b"\r\n\r\n"), 413)
    for length in (b"-1", b"+1", b"1,1", b"0x10", b"", b"1 1"):
        eq(refused(start + b"Content-Length: " + length + b"\r\n\r\n"), 400)
    eq(refused(start + b"Transfer-Encoding: chunked\r\n\r\n"), 501)


def test_a_bad_request_line_is_400_and_another_http_505():
    for line in (
        b"GET",
        b"GET /",
        b"GET / HTTP",
        b" GET / HTTP/1.1",
        b"GET  HTTP/1.1",
        b"G=T / HTTP/1.1",
        b"GET x HTTP/1.1",
        b"\x16\x03\x01",
    ):
        eq(refused(line + b"\r\n\r\n"), 400)
    eq(refused(b"GET /\x00 HTTP/1.1\r\n\r\n"), 400)
    eq(refused(b"GET /\xff HTTP/1.1\r\n\r\n"), 400)
    eq(refused(b"GET / HTTP/2.0\r\n\r\n"), 505)


def test_a_bad_header_is_400():
    start = b"GET / HTTP/1.1\r\n"
    for line in (
        b"no colon",
        b": x",
        b"Host : x",
        b" folded: x",
        b"\tfolded",
        b"Host: a\x01",
        b"Host: \xff",
    ):
        eq(refused(start + line + b"\r\n\r\n"), 400)
    eq(refused(start + _HOST + _HOST + b"\r\n"), 400)
    eq(refused(start + b"\r\n"), 400)


def test_random_bytes_raise_nothing_but_refused():
    seed = 1
    for _ in range(300):
        request = http.Request()
        try:
            for _ in range(40):
                seed = seed * 1103515245 + 12345 & 0x7FFFFFFF
                request.feed(
                    (
                        b"GET / HTTP/1.1\r\n",
                        b"\r\n",
                        b"Host: x",
                        b":",
                        b"\n",
                        bytes([seed >> 8 & 255]),
                    )[(seed >> 16) % 6]
                )
        except http.Refused as e:
            assert e.status in (400, 414, 431, 505), e.status


def test_the_head_of_an_answer():
    head = http_answer.head(200, "application/json", 2).decode()
    eq(head[:17], "HTTP/1.1 200 OK\r\n")
    eq(http_answer.head(404, "text/html")[:13], b"HTTP/1.1 404 ")
    for line in ("Content-Type: application/json", "Content-Length: 2", "Connection: close"):
        assert "\r\n" + line + "\r\n" in head, line
    eq(head[-4:], "\r\n\r\n")
    assert "Content-Length" not in http_answer.head(200, "text/html").decode()
    assert "\r\nAllow: GET\r\n" in http_answer.head(405, "text/html", 0, "Allow: GET\r\n").decode()
    assert "Access-Control" not in head


def test_an_answer_that_says_what_is_wrong_is_json():
    want = 404, "application/json", b'{"error": "no \\"x\\""}', "A: b\r\n"
    eq(http_answer.problem(404, 'no "x"', "A: b\r\n"), want)
