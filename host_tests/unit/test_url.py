"""Percent-decoding, query strings, URLs."""

from check import eq, raises

from pilotwire.proto import query, redirect, url


def test_percent_codes_become_their_characters_also_in_utf_8():
    eq(query.decode("ws%3A%2F%2Fhost/a%20b"), "ws://host/a b")
    eq(query.decode("K%C3%BCche"), "Küche")
    eq(query.decode("Küche%21"), "Küche!")
    eq(query.decode("%7b%22a%22:1%7D"), '{"a":1}')
    eq(query.decode(""), "")


def test_a_plus_is_a_blank_in_queries_only():
    eq(query.decode("my+box%2B1", True), "my box+1")
    eq(query.decode("my+box"), "my+box")


def test_broken_percent_codes_are_errors():
    for text in ("%", "%4", "a%", "100%", "%zz", "%4g", "%+5", "% 5", "a%2", "%%41", "%é"):
        eq(str(raises(ValueError, query.decode, text)), "bad percent-encoding")


def test_percent_codes_that_are_no_utf_8_are_errors():
    for text in ("%ff", "%C3", "%C3%28", "%80abc", "%c0%80", "%ed%a0%80", "%f5%80%80%80"):
        eq(str(raises(ValueError, query.decode, text)), "percent-encoding is not UTF-8")


def test_a_query_is_split_and_left_encoded():
    eq(list(query.pairs("")), [])
    eq(list(query.pairs("amp=16")), [("amp", "16")])
    eq(
        list(query.pairs("a=1&b=%22x%22&&c&=d&e=f=g")),
        [("a", "1"), ("b", "%22x%22"), ("c", ""), ("", "d"), ("e", "f=g")],
    )


def test_raw_quotes_braces_and_commas_are_taken_as_they_are():
    eq(
        list(query.pairs('ids={"pGrid":-5000,"pPv":1}&f=["a","b"]')),
        [("ids", '{"pGrid":-5000,"pPv":1}'), ("f", '["a","b"]')],
    )


def test_a_url_falls_into_its_parts():
    eq(
        url.split("ws://user:pass@host:8080/path/id?x=1"),
        ("ws", "user", "pass", "host", 8080, "/path/id?x=1"),
    )
    eq(url.split("wss://host"), ("wss", None, None, "host", 443, "/"))
    eq(url.split("WS://Host/"), ("ws", None, None, "Host", 80, "/"))
    eq(url.split("ws://host?x"), ("ws", None, None, "host", 80, "/?x"))
    eq(url.split("http://[::1]:9000/a"), ("http", None, None, "::1", 9000, "/a"))
    eq(url.split("ws://[fe80::1]/a"), ("ws", None, None, "fe80::1", 80, "/a"))
    eq(url.split("ws://host/a@b:c#d"), ("ws", None, None, "host", 80, "/a@b:c"))


def test_login_data_are_decoded_and_may_hold_at_signs():
    eq(url.split("ws://a%40b:c%3Ad@host/x")[1:4], ("a@b", "c:d", "host"))
    eq(url.split("ws://a@b:c@d@host/x")[1:4], ("a@b", "c@d", "host"))
    eq(url.split("ws://user@host")[1:3], ("user", None))
    eq(url.split("ws://:pass@host")[1:3], ("", "pass"))


def test_what_is_wrong_with_a_url_is_named():
    for text, want in (
        ("", "no scheme"),
        ("host/path", "no scheme"),
        ("ftp://host", "unknown scheme"),
        ("ws://", "no host"),
        ("ws:///path", "no host"),
        ("ws://user:pass@/path", "no host"),
        ("ws://host:0", "bad port"),
        ("ws://host:65536", "bad port"),
        ("ws://host:80a/", "bad port"),
        ("ws://host:/", "bad port"),
        ("ws://[::1", "bad IPv6"),
        ("ws://[::1]x", "bad IPv6"),
        ("ws://ho st/", "blank"),
        ("ws://host/a\r\nX: y", "blank"),
        ("ws://us%zz:p@host", "percent"),
    ):
        error = raises(ValueError, url.split, text)
        assert want in str(error), (text, str(error))


def test_T01_what_may_not_stand_in_a_request_is_encoded_in_the_path():
    eq(url.split("ws://host/ocpp/RDAM 123")[5], "/ocpp/RDAM%20123")
    eq(url.split("ws://host/ocpp/RDAM%20123")[5], "/ocpp/RDAM%20123")
    eq(url.split("ws://host/Küche?a=ä")[5], "/K%C3%BCche?a=%C3%A4")


def test_T06_a_redirect_leads_to_a_url():
    for location, want in (
        ("ws://other/x", "ws://other/x"),
        ("http://other:81/x", "ws://other:81/x"),
        ("https://other/x", "wss://other/x"),
        ("WSS://other/x", "wss://other/x"),
        ("//other/x", "ws://other/x"),
        ("/new/CP1", "ws://u:p@cs:80/new/CP1"),
        ("CP2", "ws://u:p@cs:80/old/CP2"),
        ("http://cs:80/new", "ws://u:p@cs:80/new"),
    ):
        eq(redirect.follow("ws://u:p@cs:80/old/CP1?q=/1", location), want)


def test_T06_a_login_does_not_go_to_another_host():
    for location in ("ws://cs:81/x", "ws://other/x", "//cs/x", "wss://cs:80/x"):
        assert "u:p" not in redirect.follow("ws://u:p@cs:80/old", location)


def test_T06_a_redirect_never_leads_from_wss_to_ws():
    for location in ("ws://cs/x", "http://cs/x"):
        assert "not safe" in str(raises(ValueError, redirect.follow, "wss://cs/CP1", location))
    eq(redirect.follow("wss://cs/CP1", "//cs2/x"), "wss://cs2/x")
