"""What the charge point says, made inside MicroPython, is valid by the JSON schemas of the `ocpp` package."""

import asyncio
import json
import os
import subprocess

import inside
import pytest
from ocpp import messages
from ocpp.exceptions import OCPPError

DRIVER = inside.ROOT / "host_tests" / "system" / "schema_driver.py"


@pytest.fixture(scope="module")
def said():
    path = ":".join(map(str, (inside.ROOT / "firmware", inside.UNIT, ".frozen")))
    command = [inside.interpreters()["wheel"], str(DRIVER)]
    run = subprocess.run(
        command, env={**os.environ, "MICROPYPATH": path}, capture_output=True, text=True, timeout=30, check=False
    )
    assert run.returncode == 0, run.stdout + run.stderr
    return [json.loads(line) for line in run.stdout.splitlines()]


def validate(kind, action, payload):
    if kind == "call":
        message = messages.Call("1", action, payload)
    else:
        message = messages.CallResult("1", payload)
        message.action = action
    asyncio.run(messages.validate_payload(message, "1.6"))


def test_T25_every_message_is_valid(said):
    for message in said:
        validate(*message)


def test_every_action_was_made(said):
    assert {action for _, action, _ in said} == {
        *("Authorize", "BootNotification", "Heartbeat", "StatusNotification"),
        *("StartTransaction", "MeterValues", "StopTransaction"),
        "GetConfiguration", "ChangeConfiguration",
    }  # fmt: skip


def test_this_check_can_fail(said):
    kind, action, payload = next(m for m in said if m[1] == "StatusNotification")
    with pytest.raises(OCPPError):
        validate(kind, action, {**payload, "status": "Sleeping"})


def test_T26_no_value_is_null_or_empty(said):
    def walk(value):
        assert value not in (None, ""), said
        for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
            walk(inner)

    for _, action, payload in said:
        if action != "GetConfiguration":  # there an empty text is the value of a key
            walk(payload)
