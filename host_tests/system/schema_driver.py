"""Runs inside MicroPython: prints each kind of message the charge point makes, as JSON [kind, action, payload]."""

import json

from point import Bench


def show(kind, action, payload):
    print(json.dumps([kind, action, payload]))


class Shown(Bench):
    def next(self):
        call = super().next()
        if call:
            show("call", *call)
        return call

    def ask(self, action, payload):
        show("result", action, super().ask(action, payload))


def session(outlets, start="Accepted", tag="no-card"):
    bench = Shown(outlets).accepted()
    bench.outlet.ask(tag, "tap")
    bench.next()
    bench.answer(idTagInfo={"status": "Accepted"})
    bench.begin(tag)
    bench.start(start)
    bench.run(60)
    bench.rest()
    bench.end("Local", tag)
    bench.rest()
    bench.wait(300)
    bench.rest()
    bench.point.trigger("MeterValues")
    bench.point.trigger("StatusNotification")
    bench.rest()


def faults():
    bench = Shown()
    bench.boot()
    for code in ("OtherError", "PowerSwitchFailure", "PowerMeterFailure", "GroundFailure"):
        bench.outlet.status = "Faulted", code, "a sentence that is longer than the fifty characters allowed", "v" * 60
        bench.rest()


def configuration():
    bench = Shown()
    bench.ask("GetConfiguration", {})
    bench.ask("GetConfiguration", {"key": []})
    bench.ask("GetConfiguration", {"key": ["HeartbeatInterval", "nonsense"]})
    bench.ask("GetConfiguration", {"key": ["nonsense"]})
    for key, value in (("HeartbeatInterval", "7"), ("HeartbeatInterval", "x"), ("nonsense", "1")):
        bench.ask("ChangeConfiguration", {"key": key, "value": value})


def nothing_known():
    """No meter, no serial number, a name that is too long, no clock before the boot."""
    bench = Shown()
    bench.box.serial = ""
    bench.box.board.METER = None
    bench.box.board.NAME = "a board with quite a long name"
    bench.boot()
    bench.rest()


session(2)
session(1, "Invalid", "a tag of 20 letters.")
faults()
configuration()
nothing_known()
