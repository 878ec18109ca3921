"""What TriggerMessage has asked for (OCPP 1.6, 5.17), and what happens so rarely that it is said in the same way: a
speaker for one message. Lent.
"""

import json

from micropython import const

from pilotwire import loader
from pilotwire.core import ocpp_status

_TRIGGER = const(3)  # a sample's context
_IDLE = "DiagnosticsStatusNotification", "FirmwareStatusNotification"  # neither is ever under way (TG04)
# Of connector 0, with the vendorErrorCode (A21, RS08, X28)
_WARNINGS = {"LocalListConflict": None, "ResetFailure": None, "OtherError": "DeadLetter"}


def trigger(point, box, action, connector):
    """As ChargePoint.trigger()."""
    if action == "BootNotification":
        point.registration = loader.use("ocpp.registration").Registration(box, box.clock.ms())
        return
    numbers = range(1 if action == "MeterValues" else 0, len(box.outlets) + 1) if connector is None else (connector,)
    point.triggers += [(action, n) for n in numbers]


class Triggered:
    """The first of the triggers: (action, connector, 0 for the box; of a DataTransfer the number of a dead letter)."""

    def __init__(self, box, triggers):
        self._box = box
        self._triggers = triggers
        self._action, self._connector = triggers[0]

    def next_call(self, now_ms):
        """None when there is nothing to say: the meter is silent. Short of memory the trigger stays."""
        call = self._call(now_ms)
        self._triggers.pop(0)
        return call

    def _call(self, now_ms):
        box, action, connector = self._box, self._action, self._connector
        if action == "Heartbeat":
            return action, {}
        if action == "DataTransfer":
            return self._letter()
        if action in _IDLE:
            return action, {"status": "Idle"}
        outlet = box.outlets[connector - 1] if connector else None
        if action == "MeterValues":
            return self._values(outlet, now_ms) if outlet else None
        status = ocpp_status.status(outlet) if outlet else ocpp_status.of_box(box)
        if action in _WARNINGS:
            status = status[0], action, None, _WARNINGS[action]
        return loader.lend("ocpp.notification").call(box.clock, connector, status, now_ms)

    def on_answer(self, payload, why, now_ms):
        """Only a Heartbeat's says something."""
        if payload and self._action == "Heartbeat":
            loader.lend("ocpp.times").set_clock(self._box, payload["currentTime"])

    def _letter(self):
        """What nobody has billed, for whoever can: as the key of the dead letters tells it."""
        try:
            rows = loader.lend("api.get_journal").ocppdl(self._box)
        except OSError:
            return None
        for row in rows:
            if row["number"] == self._connector:
                return self._action, {"vendorId": "Pilotwire", "messageId": "DeadLetter", "data": json.dumps(row)}
        return None

    def _values(self, outlet, now_ms):
        box = self._box
        if not outlet.meter or not outlet.meter.fresh(now_ms) or outlet.meter.energy_wh is None:
            return None
        sample = loader.lend("sampling").sample(outlet, 0, _TRIGGER)
        uid = outlet.transaction.id if outlet.transaction else None
        when = loader.lend("ocpp.times").text(box.clock, now_ms)
        wanted = box.settings.get("ocppsd")
        return when and loader.lend("ocpp.meter_values").call(box.settings, outlet.number, uid, when, sample, wanted)
