"""What a central system writes down: boots, states of connectors, sessions and their energy.

No socket here: an action and its payload in, the payload of the answer out.
"""

from dataclasses import dataclass, field
from datetime import datetime, timezone

from ocpp.exceptions import NotSupportedError

HEARTBEAT_S = 300


def utc_now():
    return datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"


@dataclass
class Session:
    """One transaction as it is booked; meter in Wh, times as the charge point wrote them."""

    id: int
    charge_point: str
    connector: int
    id_tag: str
    meter_start: int
    started: str
    meter_stop: int | None = None
    stopped: str | None = None
    reason: str | None = None
    samples: list = field(default_factory=list)  # the meterValue entries, in order

    @property
    def energy_wh(self):
        """None while it runs."""
        return None if self.meter_stop is None else self.meter_stop - self.meter_start


class Books:
    """.sessions    every Session, in order
    .statuses    {connector: payload of its last StatusNotification}
    .violations  texts, empty when every message was right
    .answers     {action: function(payload) -> payload}: what a test puts there comes before ours;
                 None in place of the function: no answer at all
    .refused     idTags that are not accepted
    """

    def __init__(self, heartbeat_s=HEARTBEAT_S):
        self.heartbeat_s = heartbeat_s
        self.sessions, self.violations = [], []
        self.statuses, self.answers, self.refused = {}, {}, set()

    def react(self, name, action, payload):
        """-> the payload of the answer, None for no answer. Raises OCPPError."""
        if action in self.answers:
            act = self.answers[action]
            return act and act(payload)
        if action not in _ACTIONS:
            raise NotSupportedError(description=f"{action} is not known here")
        return _ACTIONS[action](self, name, payload)

    def _boot(self, name, payload):
        return {"status": "Accepted", "currentTime": utc_now(), "interval": self.heartbeat_s}

    def _heartbeat(self, name, payload):
        return {"currentTime": utc_now()}

    def _authorize(self, name, payload):
        return {"idTagInfo": self._tag_info(payload["idTag"])}

    def _start(self, name, payload):
        """At least once: the same start again is the same session (a lost answer bills no one)."""
        for session in self.sessions:
            if _same_start(session, name, payload):
                break
        else:
            number, connector = len(self.sessions) + 1, payload["connectorId"]
            session = Session(
                *(number, name, connector, payload["idTag"]),
                *(payload["meterStart"], payload["timestamp"]),
            )
            self.sessions.append(session)
        return {"transactionId": session.id, "idTagInfo": self._tag_info(payload["idTag"])}

    def _meter_values(self, name, payload):
        session = self._session(payload.get("transactionId"))
        if session:
            session.samples += payload["meterValue"]
        return {}

    def _stop(self, name, payload):
        session = self._session(payload["transactionId"])
        if session is None:
            self.violations.append(f"{name}: StopTransaction of an unknown transaction: {payload}")
        elif session.meter_stop is None:
            session.meter_stop, session.stopped = payload["meterStop"], payload["timestamp"]
            session.reason = payload.get("reason", "Local")
        return {}

    def _status(self, name, payload):
        self.statuses[payload["connectorId"]] = payload
        return {}

    def _tag_info(self, id_tag):
        return {"status": "Invalid" if id_tag in self.refused else "Accepted"}

    def _session(self, number):
        return next((s for s in self.sessions if s.id == number), None)


def _same_start(session, name, payload):
    return (name, *(payload[k] for k in ("connectorId", "idTag", "meterStart", "timestamp"))) == (
        *(session.charge_point, session.connector, session.id_tag),
        *(session.meter_start, session.started),
    )


_ACTIONS = {
    "Authorize": Books._authorize,
    "BootNotification": Books._boot,
    "Heartbeat": Books._heartbeat,
    "MeterValues": Books._meter_values,
    "StartTransaction": Books._start,
    "StatusNotification": Books._status,
    "StopTransaction": Books._stop,
}
