"""OCPP-J framing as OCPP-J 1.6 section 4 has it (behaviour ids: T group and ER group of our
notes).
"""

import json

from check import eq, raises

from pilotwire.proto import ocppj, ocppj_call, ocppj_long
from pilotwire.proto.ocppj import CALL, ERROR, RESULT, pieces
from pilotwire.proto.ocppj_call import CallError


class OcppJ(ocppj.OcppJ):
    """With the CALLs of the peer checked, which a connection leaves to another file."""

    def receive(self, text, long=False):
        event = super().receive(text, long)
        if event and event[0] == CALL:
            kind, uid, _, message = event
            return (kind, uid) + ocppj_call.check(message)
        return event


def waiting(action="Heartbeat"):
    core = OcppJ()
    core.call("id-1", action, {})
    return core


def test_a_call_is_a_list_of_four():
    eq(OcppJ().call("id-1", "Heartbeat", {}), (2, "id-1", "Heartbeat", {}))


def test_T21_a_long_message_comes_in_small_pieces():
    values = [{"value": str(i), "measurand": "Voltage", "unit": "V", "phase": "L%d-N" % i} for i in range(9)]
    payload = {"connectorId": 1, "meterValue": [{"timestamp": "2026-01-01T00:00:00.000Z", "sampledValue": values}]}
    for message in (
        (2, "id", "MeterValues", payload),
        (2, "id", "Heartbeat", {}),
        [3, "id", {"a": [], "b": [[1], {}]}],
    ):
        found = list(pieces(message))
        eq(json.loads("".join(found)), json.loads(json.dumps(message)))
        assert max(len(piece) for piece in found) <= 80, found


def test_T13_a_second_call_has_to_wait():
    raises(RuntimeError, waiting().call, "id-2", "Heartbeat", {})


def test_an_answer_ends_the_call_and_names_its_action():
    core = waiting()
    eq(core.receive('[3,"id-1",{"currentTime":"x"}]'), (RESULT, "id-1", "Heartbeat", {"currentTime": "x"}))
    eq(core.action, None)
    core.call("id-2", "Heartbeat", {})


def test_a_call_error_ends_the_call_with_code_and_text():
    eq(waiting().receive('[4,"id-1","GenericError","no",{}]'), (ERROR, "id-1", "Heartbeat", "GenericError no"))


def test_a_call_error_without_text_is_taken():
    eq(waiting().receive('[4,"id-1","GenericError"]')[3], "GenericError")


def test_T14_a_call_of_the_peer_crosses_ours():
    core = waiting()
    eq(core.receive('[2,"s-1","GetConfiguration",{"key":[]}]'), (CALL, "s-1", "GetConfiguration", {"key": []}))
    eq(core.action, "Heartbeat")


def test_T16_an_answer_to_nothing_is_ignored_and_ours_stays_pending():
    core = waiting()
    eq(core.receive('[3,"other",{}]'), None)
    eq(core.receive('[4,"other","GenericError","",{}]'), None)
    eq(core.action, "Heartbeat")


def test_T17_an_answer_after_giving_up_is_ignored():
    core = waiting()
    core.give_up()
    eq(core.receive('[3,"id-1",{}]'), None)


def test_T18_a_null_payload_is_an_empty_one():
    eq(OcppJ().receive('[2,"s-1","Heartbeat",null]')[3], {})


def test_T19_unknown_message_types_are_ignored():
    for kind in ("1", "5", "9", '"2"', "null", "2.5"):
        eq(OcppJ().receive('[%s,"s-1","Heartbeat",{}]' % kind), None)


def test_ER04_a_payload_that_is_no_object_is_a_formation_violation():
    for payload in ("[]", "1", '"x"', "true"):
        e = raises(CallError, OcppJ().receive, '[2,"s-1","Heartbeat",%s]' % payload)
        eq((e.code, e.uid), ("FormationViolation", "s-1"))


def test_ER04_a_call_of_another_length_is_a_formation_violation():
    for text in ('[2,"s-1","Heartbeat"]', '[2,"s-1","Heartbeat",{},{}]', '[2,"s-1",7,{}]'):
        eq(raises(CallError, OcppJ().receive, text).code, "FormationViolation")


def test_ER12_an_id_that_is_empty_or_too_long_is_refused_with_what_is_printable_of_it():
    e = raises(CallError, OcppJ().receive, '[2,"","Heartbeat",{}]')
    eq((e.code, e.uid), ("FormationViolation", ""))
    e = raises(CallError, OcppJ().receive, '[2,"%s","Heartbeat",{}]' % ("x" * 37))
    eq((e.code, e.uid), ("FormationViolation", "x" * 36))


def test_ER14_what_is_no_message_is_a_value_error():
    for text in ("", "{", "{}", "[]", "[2]", '"x"', "7", "null", '[2,"a"]', '[2,7,"Heartbeat",{}]', "hello"):
        raises(ValueError, OcppJ().receive, text)


def test_an_answer_that_is_no_object_counts_as_an_error():
    eq(waiting().receive('[3,"id-1",[]]')[0], ERROR)


def test_ER11_a_call_error_has_five_elements_and_a_short_text():
    eq(json.loads(ocppj_call.error("s-1", "NotImplemented", "x" * 300)), [4, "s-1", "NotImplemented", "x" * 255, {}])


def test_a_result_is_a_list_of_three():
    eq(json.loads(ocppj_call.result("s-1", {"a": 1})), [3, "s-1", {"a": 1}])


def test_what_is_cut_off_or_has_something_behind_it_is_no_message():
    whole = '[2,"s-1","RemoteStartTransaction",{"idTag":"ABC","chargingProfile":{"a":[1,2],"b":"c"}}]'
    OcppJ().receive(whole)
    for size in range(len(whole)):
        raises(ValueError, OcppJ().receive, whole[:size])
    for more in ("x", "]", "}", ",1", "[]", whole, "," + whole):
        raises(ValueError, OcppJ().receive, whole + more)


def test_numbers_that_are_none_are_no_message():
    for value in ("NaN", "Infinity", "-", "tru", "nul", "'a'", '"a'):
        raises(ValueError, OcppJ().receive, '[2,"s-1","A",{"a":%s}]' % value)


def test_a_message_as_deep_as_the_limit_allows_harms_nobody():
    deep = "[" * 3900 + "]" * 3900
    try:
        OcppJ().receive('[2,"s-1","A",%s]' % deep)
    except CallError as e:
        eq(e.code, "FormationViolation")
    for code in (deep, "{}", "null", "7"):
        eq(waiting().receive('[4,"id-1",%s,"why",{}]' % code)[3], "why")


def test_T20_the_beginning_of_a_long_message_says_whom_to_tell():
    e = raises(CallError, OcppJ().receive, '[ 2 , "s-1","A",{"b":"', True)
    eq((e.code, e.uid), ("InternalError", "s-1"))
    eq(waiting().receive('[3,"id-1",{"a', True)[:3], (ERROR, "id-1", "Heartbeat"))
    eq(waiting().receive('[3,"other",{"a', True), None)
    for text in ("", "[", '[2,"unended', '{"a":"b"', "[2,7", '["2","x"', '[2,"a\\"b"', '[[2,"x"]', '[22,"x"'):
        raises(ValueError, OcppJ().receive, text, True)


def test_T20_a_message_that_finds_no_room_is_like_one_that_is_too_long():
    def tight(text):
        raise MemoryError

    parsed = ocppj.parsed
    ocppj.parsed = tight
    try:
        e = raises(CallError, OcppJ().receive, '[2,"s-1","A",{}]')
    finally:
        ocppj.parsed = parsed
    eq((e.code, e.uid), ("InternalError", "s-1"))


def test_ER13_the_last_ids_are_remembered():
    core = OcppJ()
    for uid in "abcd":
        core.receive('[2,"%s","A",{}]' % uid)
    for uid in "abcd":
        eq(raises(CallError, core.receive, '[2,"%s","A",{}]' % uid).code, "ProtocolError")
    OcppJ().receive('[2,"a","A",{}]')  # another connection


def test_escaped_surrogate_pairs_become_one_character():
    body = OcppJ().receive('[2,"s-1","A",{"a":"x\\ud83d\\ude00y \\uD83D\\uDE01"}]')[3]
    eq(body["a"], "x\U0001f600y \U0001f601")


def test_half_a_pair_becomes_the_replacement_character():
    eq(OcppJ().receive('[2,"s-1","A",{"a":"\\ud83d!\\ude00"}]')[3]["a"], "\ufffd!\ufffd")


def test_an_escaped_backslash_before_u_is_no_escape():
    eq(OcppJ().receive('[2,"s-1","A",{"a":"\\\\ud83d\\\\ude00"}]')[3]["a"], "\\ud83d\\ude00")


def test_two_cores_talk_to_each_other():
    point, central = OcppJ(), OcppJ()
    kind, uid, action, body = central.receive(ocppj.text(point.call("p", "Heartbeat", {})))
    eq((kind, action), (CALL, "Heartbeat"))
    eq(point.receive(ocppj_call.result(uid, {"currentTime": "t"}))[3], {"currentTime": "t"})
    point.call("q", "Heartbeat", {})
    eq(point.receive(ocppj_call.error("q", "NotSupported", ""))[0], ERROR)


def test_random_text_raises_value_error_only():
    seed = 12345
    for _ in range(300):
        text = ""
        for _ in range(12):
            seed = (seed * 1103515245 + 12345) & 0x3FFFFFFF
            text += '[]{}",:2 3a4\\un'[(seed >> 8) % 15]
        try:
            OcppJ().receive(text)
        except (ValueError, CallError):
            pass


# ---- a CALL that comes in pieces ----

HEAD = '[2,"s-1","SendLocalList",'


def gathered(text, size=50):
    """(elements, payload) of a CALL that comes in pieces of so many bytes."""
    data, elements = text.encode(), []
    *event, long = OcppJ().receive(ocppj_long.begin(data[:80]))
    eq(event, [CALL, "s-1", "SendLocalList"])
    at = 80
    while True:
        one = long.next()
        if one:
            elements.append(json.loads(one))
        elif at < len(data):
            long.feed(data[at : at + size])
            at += size
        else:
            long.ended = True
            return elements, long.load()


def test_the_elements_of_a_long_list_come_one_by_one():
    entries = [{"idTag": "A%d" % n, "idTagInfo": {"status": "Accepted", "parentIdTag": "ü"}} for n in range(60)]
    for more in ({}, {"updateType": "Full", "listVersion": 5}):
        payload = dict(more, localAuthorizationList=entries)
        for text in (json.dumps(payload), json.dumps(payload, separators=(",", ":"))):
            for size in (1, 7, 50, 191):
                elements, rest = gathered(HEAD + text + "]", size)
                eq((elements, rest.pop("localAuthorizationList")), (entries, [0] * 60))
                eq(rest, more)


def test_braces_and_quotes_in_strings_are_no_json():
    entries = [{"idTag": text} for text in ('a"b', "a\\", 'a\\"', "}{", "[{", "]", "\\\\", '"', '{"a":1},', "")]
    payload = {"localAuthorizationList": entries, "odd": [{"a": ['}"']}, "]"], "more": {"x": [{"y": [1]}]}}
    for size in (1, 2, 3, 191):
        elements, rest = gathered(HEAD + json.dumps(payload) + "]", size)
        eq((elements, rest), (entries, dict(payload, localAuthorizationList=[0] * len(entries))))


def test_only_a_list_that_may_be_long_is_taken_so():
    for text in (
        '[2,"s-1","DataTransfer",{"data":"' + "x" * 80,
        '[3,"s-1","SendLocalList",{',
        '[2,"s\\"1","SendLocalList",{',
        '[2,["x"],"SendLocalList",{',
        '[2,7,"SendLocalList",{',
        "x" * 80,
        '"""""""""',
    ):
        eq(ocppj_long.begin(text.encode()), None)


def test_what_is_around_the_list_must_be_right_too():
    for rest in ('"a":1', '"a":1}', "}", '"localAuthorizationList":[{"a":1}', '"a":1}}]'):
        e = raises(CallError, gathered, HEAD + "{" + rest + " " * 100)
        eq((rest, e.code), (rest, "FormationViolation"))


def test_T20_what_nobody_takes_is_let_pass():
    long = ocppj_long.begin(HEAD.encode() + b'{"localAuthorizationList":[')[3]
    for _ in range(100):
        long.feed(b'{"idTag":"x"},' * 10)
    eq(raises(CallError, long.next).code, "InternalError")


def test_T20_an_element_without_end_is_let_pass():
    long = ocppj_long.begin(HEAD.encode() + b'{"localAuthorizationList":[{"idTag":"')[3]
    for _ in range(20):
        long.feed(b"x" * 128)
        if not long._data:
            break
        eq(long.next(), None)
    eq(raises(CallError, long.next).code, "InternalError")


def test_it_was_sent_before():
    core, head = OcppJ(), HEAD.encode() + b"{"
    core.receive(ocppj_long.begin(head))
    eq(raises(CallError, core.receive, ocppj_long.begin(head)).code, "ProtocolError")
