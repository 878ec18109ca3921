"""What goes over the line: frames as they are sent, answers that are errors or make no sense, the version of a boot."""

import json

from check import eq
from point import Bench, Box
from test_ocpp_link import Line

from pilotwire.ocpp import registration
from pilotwire.proto import ws

SPELLINGS = (
    "FormationViolation FormatViolation OccurenceConstraintViolation OccurrenceConstraintViolation "
    "RpcFrameworkError SecurityError NotImplemented NotSupported InternalError GenericError Nonsense "
)


def test_T07_every_frame_is_masked_text_of_ascii():
    line = Line()
    line.network.raw = []
    write = line.network.write

    def keep(data):
        line.network.raw.append(bytes(data))
        write(data)

    line.network.write = keep
    line.booted()
    line.outlet.status = "Faulted", "OtherError", "caf\xe9", None
    line.tick()
    heads = [data for data in line.network.raw if data[0] == 0x80 | ws.TEXT and len(data) in (6, 8)]
    assert len(heads) >= 4, line.network.raw
    assert all(data[1] & 0x80 for data in heads)
    keys = [data[-4:] for data in heads]
    eq(len(set(keys)), len(keys))


def test_ER15_any_spelling_of_an_error_code_is_a_refusal():
    for code in SPELLINGS.split(" "):
        line = Line().booted()
        line.outlet.status = "Preparing", "NoError", None, None
        uid = json.loads(line.tick()[0][1])[1]
        line.outlet.status = "Charging", "NoError", None, None
        (said,) = line.hear([4, uid, code, "because", {}])
        eq(said[3]["status"], "Charging")
        assert "refused: " + (code + " because").strip() in line.box.ocpp.last_error, line.box.ocpp.last_error


def test_ER15_a_call_error_of_any_length_ends_the_wait():
    for rest in ([], ["GenericError"], ["GenericError", None], ["GenericError", 5, {}, 1], [None, None, None]):
        line = Line().booted()
        line.outlet.status = "Preparing", "NoError", None, None
        uid = json.loads(line.tick()[0][1])[1]
        line.outlet.status = "Charging", "NoError", None, None
        eq(len(line.hear([4, uid] + (rest or [""]))), 1)


def test_ER17_refused_heartbeats_come_no_sooner():
    bench = Bench().accepted()
    bench.box.settings.values["ocpph"] = 100
    for _ in range(3):
        bench.wait(99)
        eq(bench.next(), None)
        bench.wait(1)
        eq(bench.next(), ("Heartbeat", {}))
        bench.refuse("InternalError")


def test_ER18_an_answer_that_breaks_the_schema_is_a_failure_and_shown():
    for payload in ({}, {"currentTime": 7}, {"currentTime": "yesterday"}, {"currentTime": None}):
        bench = Bench().accepted()
        bench.wait(4000)
        eq(bench.next(), ("Heartbeat", {}))
        bench.box.ocpp.last_error = None
        bench.answer(**payload)
        assert "makes no sense" in bench.box.ocpp.last_error
        eq(bench.next(), None)


def test_ER18_a_start_whose_answer_has_no_number_is_said_again():
    fine = {"status": "Accepted"}
    for payload in (
        {},
        {"transactionId": "x"},
        {"transactionId": 7},
        {"idTagInfo": fine},
        {"transactionId": None, "idTagInfo": fine},
        {"transactionId": 10**30, "idTagInfo": fine},
        {"transactionId": [7], "idTagInfo": fine},
        {"transactionId": 7, "idTagInfo": "Accepted"},
        {"transactionId": 7, "idTagInfo": [fine]},
        {"transactionId": 7, "idTagInfo": {"status": None}},
        {"transactionId": 7, "idTagInfo": {"status": ["Accepted"]}},
    ):
        bench = Bench().accepted()
        bench.box.settings.values["ocpptr"] = 1
        transaction = bench.begin()
        bench.rest_statuses()
        action, first = bench.next()
        eq(action, "StartTransaction")
        bench.answer(**payload)
        eq((payload, transaction.id), (payload, None))
        bench.rest_statuses()
        bench.run(2)
        bench.rest_statuses()
        eq(bench.next(), (action, first))


def test_ER18_a_parent_that_can_be_none_counts_as_none_and_the_bill_goes_on():
    for parent in (7, "p" * 21, ["group"], {"id": "group"}, True, ""):
        bench = Bench().accepted()
        t = bench.begin("04A1")
        bench.rest_statuses()
        bench.next()
        bench.answer(transactionId=7, idTagInfo={"status": "Accepted", "parentIdTag": parent})
        eq((parent, t.id, t.parent or None), (parent, 7, None))
        bench.outlet.tap("04A2")
        bench.run(1)
        eq((parent, bench.outlet.denied[0], bench.outlet.transaction is t), (parent, "other_card", True))


def test_ER18_a_status_that_nobody_knows_is_not_accepted():
    bench = Bench().accepted()
    t = bench.begin("04A1")
    bench.rest_statuses()
    bench.next()
    bench.answer(transactionId=7, idTagInfo={"status": "NoCredit" * 99})
    bench.run(1)
    eq((t.id, bench.outlet.transaction, bench.outlet.over), (7, None, "refused"))
    assert len(bench.box.journal.records[t.number]["answer"]) < 117


def test_H07_heartbeats_are_not_kept_while_there_is_no_link():
    bench = Bench().accepted()
    bench.box.settings.values["ocpph"] = 60
    bench.wait(86400)
    bench.open()
    actions = [action for action, _ in bench.rest()]
    assert actions.count("Heartbeat") <= 1, actions
    bench.wait(59)
    eq(bench.next(), None)


def test_B16_the_boot_says_the_firmware_that_runs_now():
    was = registration.VERSION
    try:
        for version in ("60.5", "x" * 60):
            registration.VERSION = version
            _, payload = registration.Registration(Box(), 1000).next_call(1000)
            eq(payload["firmwareVersion"], version[:50])
    finally:
        registration.VERSION = was


SHAPES = [None, 7, -1, 1.5, 1e300, 1 << 80, "", "x", "Accepted", "9" * 400, True, [], [1], {}]
SHAPES += [{"status": word} for word in ("Accepted", "Nonsense", None, [], {"status": "Accepted"})]
SHAPES += [[{"status": "Accepted"}], {"status": "Accepted", "expiryDate": 5, "parentIdTag": []}]
FIELDS = {
    "BootNotification": ("status", "interval", "currentTime"),
    "Heartbeat": ("currentTime",),
    "StatusNotification": ("status",),
    "Authorize": ("idTagInfo",),
    "StartTransaction": ("idTagInfo", "transactionId"),
    "StopTransaction": ("idTagInfo",),
}


def answers(action):
    """Those of any shape, one field after the other and all at once."""
    good = {"status": "Accepted", "interval": 60, "currentTime": "2026-01-01T00:00:00Z", "transactionId": 7}
    good["idTagInfo"] = {"status": "Accepted"}
    for shape in SHAPES:
        for name in FIELDS[action]:
            yield dict(good, **{name: shape})


def said_next(bench, action):
    """Until it says that; everything else is answered. -> whether it does."""
    for _ in range(20):
        call = bench.next()
        if call and call[0] == action:
            return True
        if call:
            bench.answer(status="Accepted", interval=60, currentTime="2026-01-01T00:00:00Z")
        bench.run(0.4)
    return False


def test_ER18_no_answer_of_any_shape_ends_the_station():
    for action in ("BootNotification", "Heartbeat", "StatusNotification", "Authorize"):
        bench = Bench()
        if action != "BootNotification":
            bench.accepted()
        bench.box.settings.values.update(ocpptr=0, ocppta=100, ocpph=1 if action == "Heartbeat" else 9999)
        count = 0
        for payload in answers(action):
            if action == "Authorize":
                bench.box.settings.values["acs"] = 1
                bench.outlet.id_tag = None
                bench.outlet.ask("04A1B2C3", "tap")
            if action == "StatusNotification":
                bench.outlet.status = "Preparing" if count & 1 else "Charging", "NoError", None, None
            if action == "BootNotification":
                bench = Bench()
            if said_next(bench, action):
                count += 1
                bench.answer(**payload)
                bench.run(0.4)
        assert count > 15, (action, count)


def test_ER18_no_answer_to_a_bill_of_any_shape_ends_the_station():
    for action in ("StartTransaction", "StopTransaction"):
        for payload in answers(action):
            bench = Bench().accepted()
            bench.box.settings.values.update(ocpptr=0, ocppta=100, ocpph=9999, ocppi=0)
            bench.begin()
            assert said_next(bench, "StartTransaction")
            if action == "StopTransaction":
                bench.answer(idTagInfo={"status": "Accepted"}, transactionId=7)
                bench.end("Local")
                assert said_next(bench, action)
            bench.answer(**payload)
            bench.run(0.4)
