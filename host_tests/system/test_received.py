"""Every field of every message that a central system may send is checked: what the JSON schemas of the `ocpp` package
say of it is broken, rule by rule, and the right error code comes back (OCPP-J 1.6, 4.2.3).
"""

import copy
import json
import os
import subprocess
from pathlib import Path

import inside
import ocpp
import pytest

DRIVER = inside.ROOT / "host_tests" / "system" / "received_driver.py"
SCHEMAS = Path(ocpp.__file__).parent / "v16" / "schemas"
TAG = "12345678901234567890"  # 20 characters, the most
GOOD = {
    "ChangeAvailability": {"connectorId": 0, "type": "Operative"},
    "ChangeConfiguration": {"key": "HeartbeatInterval", "value": "60"},
    "DataTransfer": {"vendorId": "Pilotwire", "messageId": "Echo", "data": "x"},
    "GetConfiguration": {"key": ["HeartbeatInterval"]},
    "RemoteStartTransaction": {"connectorId": 1, "idTag": TAG},
    "RemoteStopTransaction": {"transactionId": 1},
    "SendLocalList": {
        "listVersion": 1,
        "updateType": "Full",
        "localAuthorizationList": [
            {
                "idTag": TAG,
                "idTagInfo": {"status": "Accepted", "expiryDate": "2030-01-01T00:00:00Z", "parentIdTag": "G"},
            }
        ],
    },
    "TriggerMessage": {"requestedMessage": "Heartbeat", "connectorId": 1},
    "UnlockConnector": {"connectorId": 1},
}
TOLERATED = {
    ("TriggerMessage", "requestedMessage", "enum"),  # answered with NotImplemented, a status (TG07)
    ("SendLocalList", "expiryDate", "date"),
}
WRONG_TYPE = {"string": 7, "integer": "7", "object": [], "array": "x"}


def broken(action):
    """Yields (field, rule, payload, error code) of each rule of the schema, broken alone."""
    schema = json.loads((SCHEMAS / f"{action}.json").read_text())
    for path, rule in fields(schema, GOOD[action]):
        yield from breaks(action, path, rule)


def fields(schema, payload, path=()):
    for name, rule in schema.get("properties", {}).items():
        if name not in payload:
            continue
        yield (*path, name), {**rule, "required": name in schema.get("required", ())}
        if rule["type"] == "object":
            yield from fields(rule, payload[name], (*path, name))
        if rule["type"] == "array":
            yield (*path, name, 0), {**rule["items"], "required": False}
            if rule["items"]["type"] == "object":
                yield from fields(rule["items"], payload[name][0], (*path, name, 0))


def breaks(action, path, rule):
    name = path[-1]
    yield name, "type", put(action, path, WRONG_TYPE[rule["type"]]), "TypeConstraintViolation"
    if rule["required"]:
        yield name, "required", put(action, path, None), "FormationViolation"
        yield name, "missing", put(action, path), "FormationViolation"
    if "maxLength" in rule:
        yield name, "length", put(action, path, "x" * (rule["maxLength"] + 1)), "PropertyConstraintViolation"
    if "enum" in rule:
        yield name, "enum", put(action, path, "Sometimes"), "PropertyConstraintViolation"
    if rule.get("format") == "date-time":
        yield name, "date", put(action, path, "yesterday"), "PropertyConstraintViolation"


def put(action, path, *value):
    payload = copy.deepcopy(GOOD[action])
    place = payload
    for step in path[:-1]:
        place = place[step]
    if value:
        place[path[-1]] = value[0]
    else:
        del place[path[-1]]
    return payload


def asked(calls):
    """-> what the charge point makes of each (action, payload): its error code or "answered", then the words."""
    path = ":".join(map(str, (inside.ROOT / "firmware", inside.UNIT, ".frozen")))
    run = subprocess.run(
        [inside.interpreters()["wheel"], str(DRIVER)],
        input="\n".join(map(json.dumps, calls)),
        env={**os.environ, "MICROPYPATH": path},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    return [json.loads(line) for line in run.stdout.splitlines()]


@pytest.fixture(scope="module")
def outcomes():
    """{(action, field, rule): (error code that must come, what came)}"""
    cases = [(action, *case) for action in GOOD for case in broken(action)]
    got = asked([(action, payload) for action, _, _, payload, _ in cases])
    return {
        (action, field, rule): (code, found)
        for (action, field, rule, _, code), found in zip(cases, got, strict=True)
        if (action, field, rule) not in TOLERATED
    }


def wrong(outcomes, *rules):
    return {
        case: (code, found)
        for case, (code, found) in outcomes.items()
        if case[2] in rules and (found[0] != code or str(case[1]) not in found[1] and case[1] != 0)
    }


def test_what_is_right_is_answered():
    assert [
        (action, found) for action, found in zip(GOOD, asked(GOOD.items()), strict=True) if found[0] != "answered"
    ] == []


def test_ER04_ER08_a_field_that_is_missing_or_null_is_a_formation_violation_that_names_it(outcomes):
    assert len(outcomes) > 60
    assert wrong(outcomes, "required", "missing") == {}


def test_ER05_what_is_too_long_or_no_word_of_the_list_is_a_property_constraint_violation(outcomes):
    assert wrong(outcomes, "length", "enum", "date") == {}


def test_ER06_another_json_type_is_a_type_constraint_violation(outcomes):
    assert wrong(outcomes, "type") == {}


def test_ER09_nothing_is_a_security_error_there_is_no_such_reason_yet(outcomes):
    assert [case for case, (_, found) in outcomes.items() if found[0] == "SecurityError"] == []


def test_ER07_a_list_that_is_too_long_is_an_occurence_constraint_violation_in_the_spelling_of_1_6():
    entries = [{"idTag": f"{n}", "idTagInfo": {"status": "Accepted"}} for n in range(51)]
    call = "SendLocalList", {"listVersion": 1, "updateType": "Full", "localAuthorizationList": entries}
    assert asked([call])[0][0] == "OccurenceConstraintViolation"


def test_T25_ids_of_20_characters_are_taken_one_more_is_not():
    for size, code in ((20, "answered"), (21, "PropertyConstraintViolation")):
        assert asked([("RemoteStartTransaction", {"idTag": "x" * size})])[0][0] == code


def test_R13_a_charging_profile_of_another_type_is_a_type_constraint_violation():
    call = "RemoteStartTransaction", {"idTag": TAG, "chargingProfile": "x"}
    assert asked([call])[0][0] == "TypeConstraintViolation"


def test_every_action_that_is_built_is_checked_here():
    path = inside.ROOT / "firmware" / "pilotwire" / "ocpp" / "calls.py"
    source = path.read_text()
    table = source[source.index("_ACTIONS = {") : source.index("}\n")]
    built = {line.split('"')[1] for line in table.splitlines() if '"' in line}
    assert built - {"ClearCache", "GetLocalListVersion", "Reset"} == set(GOOD)


def test_ER05_ER06_a_reset_of_no_known_type_is_refused():
    calls = [("Reset", {"type": "Warm"}), ("Reset", {"type": 7}), ("Reset", {})]
    codes = ["PropertyConstraintViolation", "TypeConstraintViolation", "FormationViolation"]
    assert [code for code, _ in asked(calls)] == codes
