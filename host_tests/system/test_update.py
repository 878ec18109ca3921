"""The whole firmware brought up to date over its network: sent, cut off, gone on, fetched, refused, and installed."""

import contextlib
import http.client
import http.server
import json
import re
import socket
import threading
from base64 import b64encode
from urllib.parse import urlsplit

import pytest

from tools import build, flash_image, update, update_file
from tools.session import clear
from tools.wallbox import Wallbox, WallboxError

BOARD = "devkit"


@pytest.fixture(scope="module")
def key():
    return update_file.new_key(2048)


@pytest.fixture(scope="module")
def files(key):
    """-> make(version): a signed update file."""
    made = {}

    def make(version, board=BOARD):
        if (version, board) not in made:
            contents = update.contents(BOARD, version)
            contents["pilotwire/update_keys.bin"] = update_file.packed_keys([key.public_key()])
            made[version, board] = update_file.pack(contents, version, board, "0.1", key)
        return made[version, board]

    return make


@pytest.fixture(scope="module")
def shared(key, tmp_path_factory):
    """A wallbox with the firmware in slot A of its flash, which knows the key."""
    folder = tmp_path_factory.mktemp("update")
    build.build(BOARD)
    tree = update.copied(BOARD, folder, [key.public_key()])
    data = folder / "data"
    data.mkdir()
    flash_image.put(data / "flash.bin", BOARD, tree=tree, good=True)
    with Wallbox(BOARD, data, "--speed", 50) as box:
        yield box


@pytest.fixture
def box(shared):
    clear(shared)
    shared.set(upu="", frc=0, acs=0)
    shared.wait_for(lambda: shared.status("car") == 1 and not shared.ask("state")["contactor"], 20)
    yield shared
    print(shared.last_words(60))


@pytest.fixture
def owned(box):
    """The wallbox with an owner's password."""
    box.set(opw="correct horse")
    yield box
    token = b64encode(b"owner:correct horse").decode()
    connection = http.client.HTTPConnection(host(box), timeout=60)
    connection.request("GET", "/api/set?opw=", headers={"Authorization": "Basic " + token})
    assert connection.getresponse().status == 200
    connection.close()


def host(box):
    return urlsplit(box.url).netloc


def post(box, data, start=0, **headers):
    """-> (status, what the wallbox says)."""
    connection = http.client.HTTPConnection(host(box), timeout=60)
    if start:
        headers["Content-Range"] = f"bytes {start}-{start + len(data) - 1}/{start + len(data)}"
    try:
        connection.request("POST", "/update", data, headers)
        response = connection.getresponse()
        return response.status, json.loads(response.read())
    finally:
        connection.close()


def state(box):
    return box.status("upd")


def version(box):
    """What the wallbox says it is, None while it restarts."""
    with contextlib.suppress(OSError, WallboxError, ValueError, http.client.HTTPException):
        return box.status("ver")


def test_an_owned_wallbox_wants_the_password_of_who_sends(owned):
    data = bytes(200_000)
    for password in ("", "wrong horse"):
        with pytest.raises(update_file.UpdateError, match="OWNER_PASSWORD"):
            update.send(data, host(owned), pause_s=0, password=password)
    with pytest.raises(update_file.UpdateError, match="no update file"):
        update.send(data, host(owned), pause_s=0, password="correct horse")


def test_what_is_wrong_is_refused_with_its_reason_and_forgotten(box, files, key):
    good = files("0.2")
    foreign = update_file.pack({"board.mpy": b""}, "0.2", BOARD, "0.1", update_file.new_key(2048))
    for data, reason in (
        (foreign, "of no key that this firmware knows"),
        (update_file.pack({"board.mpy": b""}, "0.2", BOARD, "0.1", None), "not signed"),
        (update_file.pack({"board.mpy": b""}, "0.2", "synccharge", "0.1", key), "for synccharge, this is devkit"),
        (update_file.pack({"board.mpy": b""}, "0.0.9", BOARD, "0.1", key), "older than allowed"),
        (good[:-100], "truncated"),
        (good[:-1000] + bytes(900) + good[-100:], "damaged"),
        (b"GIF89a" * 10, "no update file"),
    ):
        status, said = post(box, data)
        assert (status, reason in said["error"], said["received"]) == (400, True, 0), said
        assert reason in state(box)["why"]
    assert box.status("ver") == update.here()


def test_refusing_again_and_again_leaves_no_file_open(box, key):
    """One that is left to the garbage collector ends the interpreter, by and by."""
    data = update_file.pack({"board.mpy": b""}, "0.2", "synccharge", "0.1", key)
    resets = box.ask("state")["resets"]
    for _ in range(40):
        assert post(box, data)[0] == 400
    assert box.ask("state")["resets"] == resets


def test_other_sites_and_empty_bodies_are_refused(box, files):
    assert post(box, b"x", Origin="http://evil.example")[0] == 403
    assert post(box, b"")[0] == 411
    assert post(box, b"abc", 7)[0] == 409


def test_it_is_refused_while_a_car_charges_which_charges_on(box, files):
    box.do("plug", on=True)
    box.wait_for(lambda: box.ask("state")["contactor"], 20)
    before = box.ask("flash")["erases_closed"]
    status, said = post(box, files("0.2"))
    assert (status, said["error"]) == (409, "a car charges, the update has to wait")
    box.set(upu="http://127.0.0.1:9/x.pw")
    with pytest.raises(WallboxError, match="a car charges"):
        box.set(oct="http://127.0.0.1:9/x.pw")
    assert box.ask("state")["contactor"]
    assert box.ask("flash")["erases_closed"] - before <= 1, "the setting"


def test_a_car_that_comes_in_the_middle_waits_and_charges_when_the_sender_has_gone(box, files):
    data = files("0.2")
    url = urlsplit(box.url)
    with socket.create_connection((url.hostname, url.port)) as sender:
        head = f"POST /update HTTP/1.1\r\nHost: {url.netloc}\r\nContent-Length: {len(data)}\r\n\r\n"
        sender.sendall(head.encode() + data[:20_000])
        box.wait_for(lambda: state(box)["done"] >= 19_000, 20)
        box.do("plug", on=True)
        box.wait_for(lambda: "is being updated" in box.status("why"), 20)
        assert not box.ask("state")["contactor"]
        assert post(box, data) == (409, {"error": "another update is under way", "received": state(box)["received"]})
    box.wait_for(lambda: box.ask("state")["contactor"], 20)
    assert state(box)["state"] == "failed" and "closed" in state(box)["why"]


def test_an_update_goes_on_where_it_was_cut_off_and_the_new_version_runs(box, files):
    data = files("0.2")
    got = state(box)["received"]
    assert 0 < got < len(data), "what the sender of the last test left"
    status, said = post(box, data[got + 1 :], got + 1)
    assert (status, said["received"]) == (409, got)
    status, said = post(box, data[got:], got)
    assert (status, said.get("version")) == (200, "0.2"), said
    box.wait_for(lambda: version(box) == "0.2", 60)
    assert state(box) == {"state": "idle", "done": 0, "size": 0, "why": "", "received": 0}


class Server:
    """A web server that cuts each answer off after so many bytes; knows ranges."""

    def __init__(self, data, most):
        self.asked = asked = []

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                start = int(re.findall(r"\d+", self.headers.get("Range", "0"))[0])
                asked.append(start)
                self.send_response(206 if start else 200)
                self.send_header("Content-Length", str(len(data) - start))
                self.end_headers()
                self.wfile.write(data[start : start + most])

            def log_message(self, *_):
                pass

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/new.pw"

    def __enter__(self):
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._server.server_close()


def test_an_update_is_fetched_from_a_url_over_cut_connections(box, files):
    data = files("0.3")
    with Server(data, 60_000) as server:
        with pytest.raises(WallboxError, match="want what ocu offers"):
            box.set(oct=server.url)
        box.set(upu=server.url)
        assert box.status("ocu") == [server.url]
        box.set(oct=server.url)
        box.wait_for(lambda: version(box) == "0.3", 60)
    assert len(server.asked) >= 2 and server.asked[0] == 0 and server.asked[1] > 0


def test_a_url_without_an_update_is_told(box):
    with Server(b"<html>", 100) as server:
        box.set(upu=server.url)
        box.set(oct=server.url)
        box.wait_for(lambda: "no update file" in state(box)["why"], 20)
    with pytest.raises(WallboxError, match="want http://"):
        box.set(upu="https://example.org/x.pw")
    box.wait_for(lambda: not box.status("upd")["received"], 5)
