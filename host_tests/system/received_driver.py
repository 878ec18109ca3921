"""Runs inside MicroPython: CALLs as JSON lines [action, payload] in; for each [error code or "answered", what] out."""

import json
import sys

from point import Bench

from pilotwire.proto.ocppj_call import CallError


def answer(action, payload):
    bench = Bench(2).accepted()
    bench.box.tags = "/tmp/none"
    try:
        return "answered", bench.ask(action, payload)
    except CallError as e:
        return e.code, e.text


for line in sys.stdin:
    print(json.dumps(answer(*json.loads(line))))
