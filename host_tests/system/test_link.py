"""The link against networks and servers that are broken, while a car charges: the whole wallbox, and a gate in front of
the central system that can play any of them.

Each time `ocpple` says what is wrong, the car goes on charging, nothing restarts, and the link comes back by itself.
"""

import base64
import contextlib
import hashlib
import json
import random
import select
import socket
import threading

import pytest

from host_tests.bench import memory, reconnects
from tools.csms import BackgroundCentralSystem
from tools.session import await_closed, connect
from tools.wallbox import Wallbox

SPEED = 20
PATIENCE_S = 20  # of the PC's time


class Gate:
    """A TCP server between wallbox and central system. .play: what it does with each connection, a function of the
    socket; None: it passes everything on.
    """

    def __init__(self, port):
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._central = port
        self._open = set()
        self.connections = 0
        self.play = None
        threading.Thread(target=self._serve, daemon=True).start()

    @property
    def url(self):
        return f"ws://127.0.0.1:{self.port}/ocpp/CP1"

    def switch(self, play):
        """Play this from now on; what is open ends."""
        self.play = play
        self.cut()

    def cut(self):
        for peer in list(self._open):
            with contextlib.suppress(OSError):
                peer.shutdown(socket.SHUT_RDWR)

    def close(self):
        self.cut()
        self._listener.close()

    def _serve(self):
        with contextlib.suppress(OSError):
            while True:
                peer, _ = self._listener.accept()
                self.connections += 1
                threading.Thread(target=self._connection, args=(peer,), daemon=True).start()

    def _connection(self, peer):
        self._open.add(peer)
        with peer, contextlib.suppress(OSError):
            (self.play or self._forward)(peer)
        self._open.discard(peer)

    def _forward(self, peer):
        with socket.create_connection(("127.0.0.1", self._central)) as central:
            self._open.add(central)
            try:
                pairs = {peer: central, central: peer}
                while True:
                    for source in select.select(list(pairs), [], [])[0]:
                        data = source.recv(65536)
                        if not data:
                            return
                        pairs[source].sendall(data)
            finally:
                self._open.discard(central)


def request_of(peer, flags=0):
    """-> the whole request of a handshake, text. flags MSG_PEEK: it is still there."""
    data = b""
    while b"\r\n\r\n" not in data:
        data = b"" if flags else data
        more = peer.recv(4096, flags)
        if not more:
            raise OSError
        data += more
    return data.decode()


def accepted(request, protocol="ocpp1.6"):
    """The right answer to a handshake, bytes; protocol None: it names none."""
    key = next(line.split(": ")[1] for line in request.split("\r\n") if line.startswith("Sec-WebSocket-Key"))
    accept = base64.b64encode(hashlib.sha1((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").encode()).digest()).decode()
    named = f"Sec-WebSocket-Protocol: {protocol}\r\n" if protocol else ""
    return (
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        f"Sec-WebSocket-Accept: {accept}\r\n{named}\r\n"
    ).encode()


def wait_for_end(peer):
    with contextlib.suppress(OSError):
        while peer.recv(4096):
            pass


def answers(data):
    """Each connection gets these bytes after its request, and is closed."""

    def play(peer):
        request_of(peer)
        peer.sendall(data)

    return play


def opens(protocol="ocpp1.6", then=b""):
    """Each handshake is answered with that protocol; then come these bytes, then silence."""

    def play(peer):
        peer.sendall(accepted(request_of(peer), protocol) + then)
        wait_for_end(peer)

    return play


def frame(first, payload, masked=False):
    size = len(payload)
    head = (
        bytes((first, size | 0x80 * masked))
        if size < 126
        else bytes((first, 126 | 0x80 * masked)) + size.to_bytes(2, "big")
    )
    return head + (b"\0\0\0\0" if masked else b"") + payload


class Site:
    """The wallbox with a charging car, the gate, the central system."""

    def __init__(self, box, gate, central):
        self.box, self.gate, self.central = box, gate, central

    def says(self, words, timeout_s=PATIENCE_S):
        """Waits until ocpple says so."""
        self.box.wait_for(lambda: words in (self.box.status("ocpple") or ""), timeout_s)

    def play(self, play, words):
        """From now on the gate plays that, and ocpple says these words."""
        self.gate.switch(play)
        self.says(words)

    def charges(self):
        """It does, now, and has since the start."""
        state = self.box.ask("state")
        return state["contactor"] and state["resets"] == 0 and sum(state["amps"]) > 40

    def leave(self):
        """All as it was."""
        self.box.set(ocppu=self.gate.url)
        connections = self.gate.connections
        self.gate.switch(None)
        self.central.drop()
        self.box.wait_for(lambda: self.gate.connections > connections, PATIENCE_S)
        self.back()

    def back(self):
        """The link comes back, and the car charges still."""
        self.box.wait_for(lambda: self.box.status("ocppa"), PATIENCE_S)
        assert self.charges()
        assert not [line for line in self.box.log if "crashed" in line or "Traceback" in line]


@pytest.fixture(scope="module")
def shared_site(built, tmp_path_factory):
    with BackgroundCentralSystem() as central, Wallbox("devkit", tmp_path_factory.mktemp("d"), "--speed", SPEED) as box:
        gate = Gate(central.port)
        connect(box, central)
        box.set(ocppbs=1, ocppbc=1, ocppwp=10, ocppmt=5, ocppu=gate.url)
        box.do("plug")
        box.do("ready")
        await_closed(box)
        site = Site(box, gate, central)
        box.wait_for(site.charges, PATIENCE_S)
        yield site
        gate.close()


@pytest.fixture
def site(shared_site):
    shared_site.back()
    yield shared_site
    try:
        assert shared_site.charges()
        shared_site.leave()
    finally:
        print(shared_site.box.last_words(60))


PROXY = b"HTTP/1.1 502 Bad Gateway\r\nServer: nginx\r\nContent-Length: 40000\r\n\r\n" + b"<html>" * 6000
HTML = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<html>hello</html>"


@pytest.mark.parametrize(
    ("play", "words"),
    [
        (answers(b"HTTP/1.1 401 Unauthorized\r\n\r\n"), "refused with HTTP 401: user name or password are wrong"),
        (answers(b"HTTP/1.1 403 Forbidden\r\n\r\n"), "refused with HTTP 403: this wallbox may not connect"),
        (answers(b"HTTP/1.1 404 Not Found\r\n\r\n"), "refused with HTTP 404: it does not know this wallbox"),
        (answers(b"HTTP/1.1 429 Slow\r\nRetry-After: 1\r\n\r\n"), "refused with HTTP 429: it is asked too often"),
        (answers(b"HTTP/1.1 503 Busy\r\n\r\n"), "refused with HTTP 503: it is busy or being restarted"),
        (answers(HTML), "refused with HTTP 200"),
        (answers(PROXY), "refused with HTTP 502: Bad Gateway"),
        (answers(b"SSH-2.0-OpenSSH_9.2\r\n"), "does not speak HTTP"),
        (answers(bytes(range(128, 256)) * 40), "does not speak HTTP"),
        (answers(b"HTTP/1.1 101 X\r\n" + b"A: b\r\n" * 1000), "is no WebSocket handshake"),
        (answers(b"HTTP/1.1 302 Found\r\nLocation: /ocpp/CP1\r\n\r\n"), "it sends the wallbox elsewhere"),
        (answers(b""), "closed the connection"),
        (lambda peer: None, "closed the connection"),
        (opens("ocpp2.0.1"), "does not speak ocpp1.6"),
        (opens(None), "does not speak ocpp1.6"),
        (wait_for_end, "does not answer"),
    ],
    ids=[
        "401", "403", "404", "429", "503", "a web page", "a proxy", "ssh", "garbage", "endless head",
        "redirect in circles", "hangs up", "hangs up at once", "ocpp2.0.1", "no subprotocol", "says nothing",
    ],
)  # fmt: skip
def test_T03_T05_a_server_that_is_no_central_system_is_named_in_words(site, play, words):
    site.play(play, words)
    tries = site.gate.connections
    site.box.wait_for(lambda: site.gate.connections > tries + 1, PATIENCE_S)  # it tries again and again
    assert not site.box.status("ocppc")


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("wss://127.0.0.1/ocpp/CP1", "wss:// does not work yet"),
        ("ws://nowhere.invalid/ocpp/CP1", "the name nowhere.invalid was not found: no such name"),
        ("ws://127.0.0.1:1/ocpp/CP1", "nobody listens at 127.0.0.1:1"),
    ],
)
def test_an_address_that_cannot_work_is_named_in_words(site, url, words):
    site.box.set(ocppu=url)
    site.says(words)


def test_T06_a_redirect_is_followed(site):
    played = []

    def once(peer):
        request = request_of(peer)
        played.append(request.split()[1])
        site.gate.play = None
        peer.sendall(f"HTTP/1.1 307 Moved\r\nLocation: {site.central.url}/CP1\r\n\r\n".encode())

    site.gate.switch(once)
    site.box.wait_for(lambda: played, PATIENCE_S)
    connections = site.gate.connections
    site.back()
    assert played == ["/ocpp/CP1"]
    assert site.gate.connections == connections


def stalls_at(size):
    """Each connection gets so many bytes of a good answer, then nothing."""

    def play(peer):
        peer.sendall(accepted(request_of(peer))[:size])
        wait_for_end(peer)

    return play


WHOLE = len(accepted("\r\nSec-WebSocket-Key: x\r\n"))


@pytest.mark.parametrize("size", [0, 1, 12, 60, WHOLE - 1])
def test_a_handshake_that_stalls_ends_after_15_s(site, size):
    site.play(stalls_at(size), "does not answer")


def test_a_handshake_that_breaks_off_at_each_byte_is_tried_again(site):
    sizes = list(range(WHOLE))

    def play(peer):
        if not sizes:
            return site.gate._forward(peer)
        return peer.sendall(accepted(request_of(peer))[: sizes.pop()])

    site.play(play, "closed the connection")
    site.box.wait_for(lambda: not sizes, 60)
    site.back()


@pytest.mark.parametrize("how", ["silent", "reset"])
def test_T10_T22_a_network_that_is_gone_is_found_out_and_comes_back(site, how):
    site.box.do("wifi", on=False, how=how)
    began_ms = site.box.ask("state")["at_ms"]
    site.box.wait_for(lambda: site.box.ask("state")["at_ms"] > began_ms + 60_000, PATIENCE_S)
    assert site.charges()
    site.box.do("wifi", on=True)
    site.back()
    assert any("has gone silent" in line or "closed the connection" in line for line in site.box.log)


def test_T12_a_close_frame_is_answered_and_the_link_comes_back(site):
    heard = []

    def play(peer):
        peer.sendall(accepted(request_of(peer)) + frame(0x88, (1001).to_bytes(2, "big") + b"bye"))
        while data := peer.recv(4096):
            heard.append(data)
        site.gate.play = None

    site.play(play, "the central system closed the connection (1001)")
    site.box.wait_for(lambda: site.gate.play is None, PATIENCE_S)
    assert any(byte == 0x88 for data in heard for byte in data)
    site.back()


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (frame(0x81, b"{}", masked=True), "does not keep to the WebSocket protocol"),
        (frame(0xC1, b"{}"), "does not keep to the WebSocket protocol"),
        (frame(0x83, b"{}"), "does not keep to the WebSocket protocol"),
        (frame(0x80, b"{}"), "does not keep to the WebSocket protocol"),
        (frame(0x89, b"x" * 126), "does not keep to the WebSocket protocol"),
        (frame(0x09, b""), "does not keep to the WebSocket protocol"),
        (frame(0x82, b"{}"), "a binary message"),
        (frame(0x81, b"\xed\xa0\x80"), "not UTF-8"),
        (b"\x81\x7f" + b"\xff" * 8, "a message that is too long"),
        (random.Random(3).randbytes(5000), "the central system"),
    ],
    ids=[
        "masked", "reserved bit", "opcode 3", "loose end", "long ping", "cut ping", "binary", "no UTF-8", "2**64",
        "random",
    ],
)  # fmt: skip
def test_T08_frames_that_must_not_come_end_the_connection_in_words(site, data, words):
    site.play(opens(then=data), words)


@pytest.mark.parametrize(
    "text", ["garbage", "", "{}", "[]", "[2]", "null", '[2,"a","Reset",{"type":"Soft"', '[2,7,"A",{}]', "[" * 3000]
)
def test_ER14_what_is_no_message_is_shown_and_the_link_stays(site, text):
    connections = site.gate.connections
    site.central.say(text)
    site.says("no OCPP message came from the central system: " + text[:9])
    assert site.central.call("GetConfiguration", key=["NumberOfConnectors"])["configurationKey"]
    assert site.gate.connections == connections


class Heard:
    """What the wallbox sends to a server of ours that has opened the connection. texts: what that says; bytes: whole
    frames."""

    def __init__(self, site, *texts):
        self.messages = []
        self.pongs = []
        self._texts = texts
        site.gate.switch(self)

    def __call__(self, peer):
        peer.sendall(accepted(request_of(peer)))
        for text in self._texts:
            peer.sendall(text if isinstance(text, bytes) else frame(0x81, text.encode()))
        data = b""
        while more := peer.recv(4096):
            data += more
            data = self._parse(data)

    def _parse(self, data):
        while len(data) > 6:
            size, at = data[1] & 127, 2
            if size == 126:
                size, at = int.from_bytes(data[2:4], "big"), 4
            end = at + 4 + size
            if len(data) < end:
                break
            key = data[at : at + 4]
            text = bytes(b ^ key[i & 3] for i, b in enumerate(data[at + 4 : end]))
            if data[0] == 0x8A:
                self.pongs.append(text)
            if data[0] == 0x81:
                self.messages.append(json.loads(text))
            data = data[end:]
        return data


@pytest.mark.parametrize(
    ("text", "want"),
    [
        ('[2,"e1","Nonsense",{}]', [4, "e1", "NotImplemented"]),
        ('[2,"e2","GetConfiguration",[]]', [4, "e2", "FormationViolation"]),
        ('[2,"e3","GetConfiguration",{"key":"x"}]', [4, "e3", "TypeConstraintViolation"]),
        ('[2,"e4","ChangeConfiguration",{}]', [4, "e4", "FormationViolation"]),
        ('[2,"e5","ChangeConfiguration",{"key":7,"value":"1"}]', [4, "e5", "TypeConstraintViolation"]),
        ('[2,"e6","GetConfiguration"]', [4, "e6", "FormationViolation"]),
        ('[2,"e7","GetConfiguration",{"key":["' + "x" * 60 + '"]}]', [4, "e7", "PropertyConstraintViolation"]),
        ('[2,"","GetConfiguration",{}]', [4, "", "FormationViolation"]),
        ('[2,"e8","GetConfiguration",{"key":["' + "x" * 60_000 + '"]}]', [4, "e8", "InternalError"]),
    ],
    ids=lambda value: value[:40] if isinstance(value, str) else value[2],
)
def test_T20_ER01_ER04_ER06_a_wrong_call_gets_its_call_error(site, text, want):
    heard = Heard(site, text)
    site.box.wait_for(lambda: [m[:3] for m in heard.messages if m[0] == 4] == [want], PATIENCE_S)


def fragments(text, count, between):
    """The text in so many frames, with others between them."""
    size = -(-len(text) // count)
    parts = [text[at : at + size] for at in range(0, len(text), size)]
    firsts = [0x01] + [0x00] * (len(parts) - 2) + [0x80]
    return b"".join(frame(first, part) + between(n) for n, (first, part) in enumerate(zip(firsts, parts, strict=True)))


def test_T08_T09_a_message_in_100_fragments_is_answered_and_each_ping_between_them(site):
    text = json.dumps([2, "parts", "GetConfiguration", {"key": ["NumberOfConnectors", "x" * 40, "y" * 40]}]).encode()
    ping = lambda n: frame(0x89, b"%d" % n) if n % 10 == 3 else b""  # noqa: E731
    heard = Heard(site, fragments(text, 100, ping))
    site.box.wait_for(lambda: [m for m in heard.messages if m[1] == "parts"], PATIENCE_S)
    (answer,) = [m for m in heard.messages if m[1] == "parts"]
    assert (answer[0], answer[2]["unknownKey"]) == (3, ["x" * 40, "y" * 40])
    assert len(heard.pongs) > 7 and heard.pongs == [b"%d" % n for n in range(3, 100, 10)][: len(heard.pongs)]


def test_T20_a_message_of_64_kb_in_fragments_is_refused_and_the_next_one_answered(site):
    text = json.dumps([2, "much", "GetConfiguration", {"key": ["x" * 50] * 1200}]).encode()
    assert len(text) > 64_000
    next_one = '[2,"next","GetConfiguration",{"key":["MinimumStatusDuration"]}]'
    heard = Heard(site, fragments(text, 100, lambda n: b""), next_one)
    site.box.wait_for(lambda: [m for m in heard.messages if m[1] == "next"], PATIENCE_S)
    answers = {m[1]: m for m in heard.messages}
    assert (answers["much"][:3], answers["next"][0]) == ([4, "much", "InternalError"], 3)


def test_T20_X28_an_answer_of_64_kb_is_a_failure_and_what_it_answers_is_said_again(site):
    connections, said = site.gate.connections, []

    def answer(payload):
        said.append(payload)
        return {"data": "x" * 65_000} if len(said) == 1 else {}

    site.box.set(ocppi=5, ocpptr=1)
    site.central.answers["MeterValues"] = answer
    try:
        site.box.wait_for(lambda: len(said) > 2, PATIENCE_S)
    finally:
        del site.central.answers["MeterValues"]
        site.box.set(ocppi=60)
    assert said[0] == said[1] != said[2]
    assert "InternalError" in site.box.status("ocpple")
    assert site.gate.connections == connections and site.box.status("ocppq")["dead"] == 0


def test_T20_a_message_of_100_kb_is_let_pass_and_the_link_stays(site):
    connections = site.gate.connections
    with pytest.raises(Exception, match="InternalError: the message is too long"):
        site.central.call("GetConfiguration", key=["x" * 50] * 2000)
    site.says("a message of the central system is too long")
    assert site.central.call("GetConfiguration", key=["NumberOfConnectors"])["configurationKey"]
    assert site.gate.connections == connections


def test_ER13_a_call_with_an_id_used_before_is_not_done_twice(site):
    text = '[2,"same","GetConfiguration",{"key":["NumberOfConnectors"]}]'
    heard = Heard(site, text, text)
    site.box.wait_for(lambda: sum(m[1] == "same" for m in heard.messages) == 2, PATIENCE_S)
    first, second = (m for m in heard.messages if m[1] == "same")
    assert (first[0], second[:3]) == (3, [4, "same", "ProtocolError"])


def test_T16_an_answer_to_nothing_is_ignored(site):
    connections = site.gate.connections
    site.central.say('[3,"nobody",{}]')
    site.central.say('[4,"nobody","GenericError","",{}]')
    site.box.wait_for(lambda: any("an answer to nothing" in line for line in site.box.log), PATIENCE_S)
    assert site.central.call("GetConfiguration", key=["NumberOfConnectors"])["configurationKey"]
    assert site.gate.connections == connections


def test_T23_another_address_closes_the_old_connection_first(site):
    with BackgroundCentralSystem() as other:
        site.box.set(ocppu=other.url + "/CP1")
        site.box.wait_for(lambda: other.connected, PATIENCE_S)
        assert not site.central.connected
        site.box.set(ocppu=site.gate.url)
        site.box.wait_for(lambda: site.central.connected, PATIENCE_S)
        assert not other.connected


def test_T22_twenty_reconnects_leave_the_heap_as_it_was(built):
    if not memory.PORT32.exists():
        pytest.skip("the 32-bit MicroPython cannot be had here (make port32)")
    figures = reconnects.reconnects(20, every=5)
    assert reconnects.growth(figures) < 4096, figures  # a leak of 200 B a time; the bench counts a thousand
