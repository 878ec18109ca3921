"""The link's patience: pings, time-outs, pauses between dials, and what a failure is called."""

import asyncio
import errno
import json

from check import eq
from point import Bench

from pilotwire.net import ocpp_end
from pilotwire.net.ocpp_session import Session
from pilotwire.proto import ws
from pilotwire.proto.ws import WsError

URL = "ws://user:secret@cs.example:8180/ocpp/CP1"


class Quiet(Exception):
    """Nothing more comes."""


class Network:
    """What a session writes to; it takes everything, or with .stuck nothing."""

    def __init__(self):
        self.out_buf = self.sent = b""
        self.stuck = False

    async def read(self, size):
        raise Quiet

    def write(self, data):
        if self.stuck:
            self.out_buf += data
        else:
            self.sent += data


class Line(Bench):
    """A session on that network."""

    def __init__(self):
        super().__init__(url=URL)
        self.network = Network()
        self.session = Session(self.box, self.point, self.network)
        self.end = None  # what ended it

    def tick(self, s=0, data=None):
        """After s seconds that data comes; what is sent then."""
        self.wait(s)
        asyncio.run(self.session._listen(data))
        if type(self.session._end) is not Quiet:
            self.end = self.session._end
        return self.sent()

    def sent(self):
        """[(opcode, text)] of the frames sent, unmasked; forgets them."""
        data, self.network.sent = self.network.sent, b""
        frames = []
        while data:
            size = data[1] & 0x7F
            end = size + 6 if size < 126 else (data[2] << 8 | data[3]) + 8
            frames.append(_unmasked(data[:end]))
            data = data[end:]
        return frames

    def hear(self, message):
        text = message if isinstance(message, str) else json.dumps(message)
        return [json.loads(text) for _, text in self.tick(data=_frame(ws.TEXT, text.encode()))]

    def booted(self):
        """Accepted, and everything said."""
        call = json.loads(self.tick()[0][1])
        answer = {"status": "Accepted", "interval": 300, "currentTime": "2026-01-01T00:00:00Z"}
        said = self.hear([3, call[1], answer])
        while said:
            said = self.hear([3, said[0][1], {}])
        return self


def _frame(opcode, payload):
    """As a server sends it."""
    size = len(payload)
    return bytes((0x80 | opcode, size) if size < 126 else (0x80 | opcode, 126, size >> 8, size & 255)) + payload


def _unmasked(frame):
    size, at = frame[1] & 0x7F, 2
    if size == 126:
        size, at = frame[2] << 8 | frame[3], 4
    key = frame[at : at + 4]
    return frame[0] & 15, bytes(b ^ key[i & 3] for i, b in enumerate(frame[at + 4 :])).decode()


def test_T10_a_ping_after_60_s_of_silence_and_the_end_after_120():
    line = Line().booted()
    eq(line.tick(60), [])
    eq(line.tick(1), [(ws.PING, "")])
    eq(line.tick(30), [])
    line.tick(30)
    assert "silent" in str(line.end)


def test_T10_any_data_counts_as_a_sign_of_life():
    line = Line().booted()
    for _ in range(5):
        line.wait(50)
        line.hear([2, "x", "GetConfiguration", {"key": ["NumberOfConnectors"]}])
        eq(line.tick(), [])
    eq(line.end, None)


def test_T09_a_ping_is_answered_with_its_payload():
    line = Line().booted()
    eq(line.tick(data=_frame(ws.PING, b"abc")), [(ws.PONG, "abc")])


def test_an_unanswered_call_is_given_up_after_30_s_and_the_second_ends_the_connection():
    line = Line().booted()
    line.outlet.status = "Preparing", "NoError", None, None
    eq(len(line.tick()), 1)
    line.outlet.status = "Charging", "NoError", None, None
    eq(line.tick(30), [])
    eq(len(line.tick(1)), 1)
    eq(line.end, None)
    line.tick(31)
    eq(str(line.end), "the central system did not answer StatusNotification in 30 s")


def test_T14_a_call_of_the_central_system_is_answered_while_ours_is_out():
    line = Line()
    line.tick()
    (answer,) = line.hear([2, "s1", "GetConfiguration", {"key": ["NumberOfConnectors"]}])
    eq(answer, [3, "s1", {"configurationKey": [{"key": "NumberOfConnectors", "readonly": True, "value": "1"}]}])


def test_ER01_ER04_ER11_refusals_are_call_errors_of_five_elements():
    line = Line().booted()
    eq(line.hear([2, "s1", "Nonsense", {}])[0][:3], [4, "s1", "NotImplemented"])
    eq(line.hear([2, "s2", "GetConfiguration", []])[0][:3], [4, "s2", "FormationViolation"])
    eq(line.hear([2, "s3", "ChangeConfiguration", {}])[0][2:], ["FormationViolation", "key is missing", {}])


def test_ER10_our_own_mistake_is_an_internal_error_and_the_link_goes_on():
    line = Line().booted()
    line.box.outlets[0].parts = None
    eq(line.hear([2, "s1", "UnlockConnector", {"connectorId": 1}])[0][:3], [4, "s1", "InternalError"])
    eq(line.tick(), [])
    eq(line.end, None)


def test_ER14_what_is_no_message_is_not_answered_but_shown():
    line = Line().booted()
    for text in ("hello", "{}", '[2,"x"]', ""):
        line.box.ocpp.last_error = None
        eq(line.hear(text), [])
        assert "no OCPP message" in line.box.ocpp.last_error


def test_T15_every_call_has_an_id_of_its_own_of_at_most_36_characters():
    line = Line()
    ids = [json.loads(line.tick()[0][1])[1]]
    said = line.hear([3, ids[0], {"status": "Accepted", "interval": 300, "currentTime": "2026-01-01T00:00:00Z"}])
    while said:
        ids.append(said[0][1])
        said = line.hear([3, ids[-1], {}])
    eq(len(set(ids)), 3)
    assert all(0 < len(i) <= 36 for i in ids)


def test_T10_interval_and_patience_are_settings():
    line = Line().booted()
    line.box.settings.values.update(ocppwp=10, ocppmt=20)
    eq(line.tick(11), [(ws.PING, "")])
    eq(line.tick(19), [])  # the answer may take as long as any other
    line.tick(1)
    assert "silent" in str(line.end)


def test_T10_one_ping_is_enough_until_something_comes():
    line = Line().booted()
    eq(line.tick(61), [(ws.PING, "")])
    eq(line.tick(10), [])
    line.tick(data=_frame(ws.PONG, b""))
    eq(line.tick(59), [])
    eq(line.tick(2), [(ws.PING, "")])


def test_T11_without_an_interval_nobody_pings():
    line = Line().booted()
    line.box.settings.values.update(ocppwp=0, ocpph=86400)
    for _ in range(20):
        eq(line.tick(100), [])
    eq(line.end, None)


def test_T13_a_second_call_waits_for_the_answer_or_for_MessageTimeout():
    line = Line().booted()
    line.box.settings.values["ocppmt"] = 7
    line.outlet.status = "Preparing", "NoError", None, None
    (first,) = line.tick()
    line.outlet.status = "Charging", "NoError", None, None
    eq(line.tick(7), [])
    ((_, second),) = line.tick(1)
    assert "Charging" in second and json.loads(second)[1] != json.loads(first[1])[1]
    eq(line.box.ocpp.last_error, "the central system did not answer StatusNotification in 7 s")


def test_T16_T17_an_answer_to_nothing_or_to_what_was_given_up_is_logged_and_ours_stays_pending():
    line = Line().booted()
    line.outlet.status = "Preparing", "NoError", None, None
    old = json.loads(line.tick()[0][1])[1]
    line.outlet.status = "Charging", "NoError", None, None
    new = json.loads(line.tick(31)[0][1])[1]
    for answer in ([3, old, {}], [4, old, "GenericError", "", {}], [3, "x", {}], [9, new, {}], [3.5, new, {}]):
        line.box.log.said.clear()
        eq(line.hear(answer), [])
        assert "an answer to nothing" in line.box.log.said[-1]
    line.outlet.status = "Available", "NoError", None, None
    eq(line.tick(), [])  # still waits
    eq(len(line.hear([3, new, {}])), 1)


def test_T20_a_call_that_is_too_long_gets_an_internal_error_and_the_link_stays():
    line = Line().booted()
    (answer,) = line.hear([2, "long", "GetConfiguration", {"key": ["x" * 9000]}])
    eq(answer, [4, "long", "InternalError", "the message is too long for this charge point", {}])
    eq(line.box.ocpp.last_error, "a message of the central system is too long")
    eq(line.hear([2, "next", "GetConfiguration", {"key": ["NumberOfConnectors"]}])[0][0], 3)
    eq(line.end, None)


def test_T20_an_answer_that_is_too_long_ends_the_wait_for_it():
    line = Line().booted()
    line.outlet.status = "Preparing", "NoError", None, None
    uid = json.loads(line.tick()[0][1])[1]
    line.hear([3, uid, {"x": "y" * 9000}])
    assert "too long" in line.box.ocpp.last_error
    line.outlet.status = "Charging", "NoError", None, None
    eq(len(line.tick()), 1)


def test_T20_what_does_not_say_its_id_in_time_is_not_answered():
    line = Line().booted()
    for text in ("[" * 9000, '[2,"' + "x" * 9000 + '","A",{}]', '{"a":"' + "x" * 9000 + '"}'):
        eq(line.hear(text), [])
        assert "no OCPP message" in line.box.ocpp.last_error
    eq(line.end, None)


def test_B07_who_rejected_us_gets_no_answer_however_long_he_talks():
    line = Line()
    uid = json.loads(line.tick()[0][1])[1]
    line.hear([3, uid, {"status": "Rejected", "interval": 60, "currentTime": "2026-01-01T00:00:00Z"}])
    eq(line.hear([2, "s1", "GetConfiguration", {"key": ["x" * 9000]}]), [])
    eq(line.hear([2, "s2", "GetConfiguration", {}]), [])


def test_ER13_an_id_that_came_before_is_a_protocol_error_and_nothing_is_done():
    line = Line().booted()
    eq(line.hear([2, "a", "ChangeConfiguration", {"key": "HeartbeatInterval", "value": "77"}])[0][0], 3)
    (answer,) = line.hear([2, "a", "ChangeConfiguration", {"key": "HeartbeatInterval", "value": "88"}])
    eq(answer[:3], [4, "a", "ProtocolError"])
    eq(line.box.settings.get("ocpph"), 77)


def test_T08_T21_no_message_of_ours_comes_between_the_pieces_of_an_answer():
    line = Line().booted()
    frames = []

    def write(frame):
        frames.append(frame[0])
        line.outlet.status = "Preparing", "NoError", None, None
        line.session._turn(_frame(ws.PING, b"?") if len(frames) < 9 else None)

    line.network.write = write
    line.tick(data=_frame(ws.TEXT, b'[2,"all","GetConfiguration",{}]'))
    eq(frames[0], ws.TEXT)  # without FIN
    pieces = [f for f in frames if f != 0x80 | ws.PONG]
    end = pieces.index(0x80)
    assert end > 3 and set(pieces[1:end]) == {0}, pieces
    assert 0x80 | ws.TEXT in pieces[end:]


def test_a_server_that_reads_nothing_is_left():
    line = Line().booted()
    line.network.stuck = True
    for _ in range(100):
        line.tick(data=_frame(ws.PING, b"x" * 100))
        if line.end:
            assert 2048 < len(line.network.out_buf) < 2300
            eq(str(line.end), "the central system takes no more messages")
            return
    raise AssertionError("it sends for ever")


def test_what_a_slow_network_did_not_take_is_sent_in_the_next_turn():
    line = Line().booted()
    line.network.stuck = True
    eq(line.tick(data=_frame(ws.PING, b"abc")), [])
    line.network.stuck = False
    eq(line.tick(), [(ws.PONG, "abc")])
    eq(line.tick(), [])


def test_T05_the_pause_between_dials_doubles_from_start_to_ceiling_by_20_percent_more_or_less():
    for tries, s in ((0, 5), (1, 5), (2, 10), (3, 20), (6, 160), (7, 300), (99, 300)):
        for _ in range(20):
            assert 800 * s <= ocpp_end.pause_ms(tries, 5, 300) <= 1200 * s
    assert len({ocpp_end.pause_ms(9, 5, 300) for _ in range(50)}) > 5
    assert ocpp_end.pause_ms(99, 1, 3600) <= 1200 * 3600
    assert ocpp_end.pause_ms(99, 60, 1) <= 1200


def test_a_failure_is_a_sentence_without_the_password():
    for e, want in (
        (OSError(errno.ECONNREFUSED), "nobody listens at cs.example:8180"),
        (OSError(errno.ETIMEDOUT), "cs.example:8180 does not answer"),
        (OSError(errno.ECONNRESET), "cs.example:8180 closed the connection"),
        (OSError(errno.ENOBUFS), "no connection to cs.example:8180 (ENOBUFS)"),
        (OSError("the name cs.example was not found: no such name"), "the name cs.example was not found: no such name"),
        (ValueError("no host"), "no host"),
        (WsError(1009), "the central system sent a message that is too long"),
        (WsError(1002), "the central system does not keep to the WebSocket protocol"),
        (MemoryError(), "a message of the central system did not fit into memory"),
        (KeyError(), "KeyError"),
    ):
        eq(ocpp_end.sentence(e, URL), want)
