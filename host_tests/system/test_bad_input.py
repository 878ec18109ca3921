"""Bad values for every key of the table, over HTTP: a clear error for each, nothing changed, nothing restarted.

A text without quotes is a text (facts goe-api 1.4), so what is no number is still a good text; bad texts are longer
than they may be, begin with a quote and do not end with one, or are badly encoded.
"""

import json
import random
import runpy
import socket
import time
from urllib.parse import urlsplit

import pytest

from tools.build import ROOT

ROWS = runpy.run_path(str(ROOT / "firmware" / "pilotwire" / "api" / "keys.py"))["KEYS"]
_LINE = 1000  # bytes of a query that fits into a request line
_MOST_KEYS = 40
_KEPT = ("config", "option")  # kinds of keys whose values stand still
_FREE = ("ack", "rst")  # any value is good; others than true are refused
_DEEP = "[" * 100 + "]" * 100


def no_text(row):
    return row[1].rstrip("?") not in ("str", "pem", "any")


def wrong_type(row):
    if row[1].startswith("any"):
        return []
    return ['["x"]' if row[1].rstrip("?") != "list" else "7"] if no_text(row) else ['"unfinished']


def out_of_range(row):
    kind, low, high = row[1].rstrip("?"), row[5], row[6]
    if low is None or kind == "pem":
        return []
    if kind == "str":
        return ["x" * (high + 1)] + (["x" * (low - 1)] if low > 1 else [])
    return [str(low - 1), str(high + 1), "9" * 40, "-" + "9" * 40, "1e999"]


def null(row):
    return [] if row[1].endswith("?") or row[1] == "any" else ["null"]


BAD = {
    "wrong type": wrong_type,
    "out of range": out_of_range,
    "null": null,
    "NaN": lambda row: ["NaN", "-Infinity"] if no_text(row) else [],
    "nested 100 deep": lambda row: [_DEEP] if no_text(row) and row[0] not in ("cards", "wifis") else [],
    "bad UTF-8": lambda row: ["%ff%fe", "%c0%80", "%ed%a0%80"],
    "percent errors": lambda row: ["%", "%4", "%zz", "50%"],
    "a long text": lambda row: ["y" * 950] if (row[6] or 0) < 950 and row[1] != "any" else [],
}


def queries(words):
    """-> the words "key=value" joined to as many queries as they need; no key twice in one."""
    query, keys = "", set()
    for word in words:
        key = word.partition("=")[0]
        if query and (len(query) + len(word) > _LINE or key in keys or len(keys) == _MOST_KEYS):
            yield query
            query, keys = "", set()
        query += ("&" if query else "") + word
        keys.add(key)
    if query:
        yield query


def standing(box):
    """-> {key: value} of all keys that only a set changes."""
    keys = [row[0] for row in ROWS if row[3] in _KEPT and "r" in row[2]]
    keys += ["trx", "cards", "wifis", "tcl", "lan"]
    return {key: value for n in range(0, len(keys), 50) for key, value in box.status(*keys[n : n + 50]).items()}


def refused(box, query):
    """-> the error of each key of a set in which all are bad."""
    code, headers, body = box.get("/api/set?" + query)
    said = json.loads(body)
    assert code == 500 and int(headers["Content-Length"]) == len(body), (query[:200], code, body)
    taken = {key: word for key, word in said.items() if word is True or not word.startswith(key + ": ")}
    assert taken == {}, query[:200]
    return said


@pytest.mark.parametrize("kind", BAD)
def test_a_bad_value_is_refused_for_every_key_that_can_be_written(box, kind):
    words = [f"{row[0]}={value}" for row in ROWS if "w" in row[2] and row[0] not in _FREE for value in BAD[kind](row)]
    assert len(words) > 20
    before = standing(box)
    for query in queries(words):
        assert set(refused(box, query)) == {word.partition("=")[0] for word in query.split("&")}
    assert standing(box) == before
    assert box.ask("state")["resets"] == 0


def test_what_cannot_be_written_says_so(box):
    for query in queries(f"{row[0]}=1" for row in ROWS if "r" in row[2] and "w" not in row[2]):
        assert all("without setter" in said for said in refused(box, query).values())
    for query in queries(f"{row[0]}=1" for row in ROWS if not row[2]):
        assert all("unknown key" in said for said in refused(box, query).values())


def test_a_restart_wants_true(box):
    for value in ("false", "0", "null", _DEEP, "%zz"):
        assert set(refused(box, "rst=" + value)) == {"rst"}
    assert box.ask("state")["resets"] == 0


def test_bytes_that_are_no_text_are_refused_though_they_are_not_encoded(box):
    url = urlsplit(box.url)
    for text in (b"\xff\xfe", b"\xc0\x80abcd", b"\xed\xa0\x80abcd"):
        with socket.create_connection((url.hostname, url.port), timeout=10) as connection:
            connection.sendall(b"GET /api/set?fna=" + text + b" HTTP/1.1\r\nHost: localhost\r\n\r\n")
            answer = b"".join(iter(lambda: connection.recv(1000), b""))  # noqa: B023 - used at once
        assert answer[:12] in (b"HTTP/1.1 400", b"HTTP/1.1 500") and answer.decode()
    assert box.status("fna") == "Pilotwire"


def test_a_text_of_a_megabyte_is_cut_off_and_others_are_served(box):
    url = urlsplit(box.url)
    for key in ("fna", "amp", "ocppck", "cards"):
        with socket.create_connection((url.hostname, url.port), timeout=10) as connection:
            answer = b""
            try:
                connection.sendall(f"GET /api/set?{key}=".encode() + b"x" * 1_000_000 + b" HTTP/1.1\r\n\r\n")
                answer = connection.recv(100)
            except OSError:  # it hung up while we were still talking
                pass
            assert answer[:12] in (b"HTTP/1.1 414", b"")
        assert box.status("amp") == 16
    began = time.monotonic()
    assert box.status("fna") == "Pilotwire" and time.monotonic() - began < 5
    assert box.ask("state")["resets"] == 0


@pytest.mark.soak
def test_ten_thousand_requests_of_noise_change_nothing(box):
    """Requests with bytes taken out, put in and changed, read as far as an answer comes."""
    random.seed(8)
    good = (
        b"GET /api/status?filter=car,amp HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"GET /api/set?fna=%22x%22&nokey=1 HTTP/1.1\r\nHost: localhost\r\nOrigin: http://elsewhere\r\n\r\n",
        b"GET /metrics HTTP/1.1\r\nHost: localhost\r\nAuthorization: Basic eDp5\r\n\r\n",
        b"POST /mqtt?payload=amp=7 HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\nhello",
    )
    before = standing(box)
    url = urlsplit(box.url)
    for n in range(10_000):
        request = bytearray(good[n % len(good)])
        for _ in range(random.randrange(1, 6)):
            at = random.randrange(len(request))
            request[at : at + random.randrange(3)] = random.randbytes(random.randrange(3))
        with socket.create_connection((url.hostname, url.port), timeout=20) as connection:
            try:
                connection.sendall(bytes(request))
                connection.shutdown(socket.SHUT_WR)
                while connection.recv(65536):
                    pass
            except OSError:  # it hung up
                pass
    box.set(fna=before["fna"])  # some of them were good
    assert standing(box) == before
    assert box.ask("state")["resets"] == 0
