"""What a central system writes down: boots, states of connectors, sessions and their energy.

No socket here: an action and its payload in, the payload of the answer out.
"""

import json
import os
import time
from dataclasses import asdict, dataclass, field
from datetime import datetime, timezone

from ocpp.exceptions import NotSupportedError

from tools import audit

HEARTBEAT_S = 300


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
    .repeats     (action, payload) of what was booked before and came again, equal in every field: no harm done
    .statuses    {connector: payload of its last StatusNotification}
    .violations  texts, empty when every message was right
    .answers     {action: function(payload) -> payload}: what a test puts there comes before ours;
                 None in place of the function: no answer at all
    .tags        {idTag: idTagInfo}: what is said of a card that is not simply Accepted
    .refused     idTags that are Invalid
    .limits      {idTag: sessions that may run at once}, more are answered ConcurrentTx. As SteVe does it: counted
                 before the start is booked, so that a repeated start of a card with limit 1 is ConcurrentTx too
    .clock       unix s; the wallbox's world may run faster than the PC
    """

    def __init__(self, heartbeat_s=HEARTBEAT_S, path=None, clock=time.time):
        """path: where the sessions are kept for the next Books; None: nowhere."""
        self.heartbeat_s, self.clock = heartbeat_s, clock
        self.sessions, self.repeats, self.violations = [], [], []
        self.statuses, self.answers = {}, {}
        self.tags, self.refused, self.limits = {}, set(), {}
        self._path = path
        if path and os.path.exists(path):
            with open(path) as file:
                self.sessions = [Session(**entry) for entry in json.load(file)]

    def react(self, name, action, payload):
        """-> the payload of the answer, None for no answer. Raises OCPPError."""
        if action in self.answers:
            act = self.answers[action]
            return act and act(payload)
        return self.book(name, action, payload)

    def book(self, name, action, payload):
        """-> the payload of the answer. Raises OCPPError."""
        if action not in _ACTIONS:
            raise NotSupportedError(description=f"{action} is not known here")
        answer = _ACTIONS[action](self, name, payload)
        if self._path and action in ("StartTransaction", "MeterValues", "StopTransaction"):
            self._save()
        return answer

    def utc(self):
        """Now, as OCPP writes it."""
        return datetime.fromtimestamp(self.clock(), timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"

    def _boot(self, name, payload):
        return {"status": "Accepted", "currentTime": self.utc(), "interval": self.heartbeat_s}

    def _heartbeat(self, name, payload):
        return {"currentTime": self.utc()}

    def _noted(self, name, payload):
        return {}

    def _authorize(self, name, payload):
        return {"idTagInfo": self._tag_info(payload["idTag"])}

    def _start(self, name, payload):
        """At least once: the same start again is the same session (a lost answer bills no one)."""
        info = self._start_info(payload["idTag"])
        session = next((s for s in self.sessions if _same_start(s, name, payload)), None)
        if session:
            self.repeats.append(("StartTransaction", payload))
        else:
            session = self._new_session(name, payload)
        return {"transactionId": session.id, "idTagInfo": info}

    def _new_session(self, name, payload):
        connector = payload["connectorId"]
        before = [s for s in self.sessions if (s.charge_point, s.connector) == (name, connector)]
        self._object(name, audit.of_start(payload, before, self.clock()), payload)
        number = len(self.sessions) + 1
        meter, time_text = payload["meterStart"], payload["timestamp"]
        session = Session(number, name, connector, payload["idTag"], meter, time_text)
        self.sessions.append(session)
        return session

    def _meter_values(self, name, payload):
        if "transactionId" not in payload:
            return {}
        session = self._session(name, payload["transactionId"])
        self._object(name, audit.of_samples(session, payload), payload)
        if session:
            new = [entry for entry in payload["meterValue"] if entry not in session.samples]
            session.samples += new
            if not new:
                self.repeats.append(("MeterValues", payload))
        return {}

    def _stop(self, name, payload):
        session = self._session(name, payload["transactionId"])
        if session and _same_stop(session, payload):
            self.repeats.append(("StopTransaction", payload))
        elif not self._object(name, audit.of_stop(session, payload, self.clock()), payload):
            session.meter_stop, session.stopped = payload["meterStop"], payload["timestamp"]
            session.reason = payload.get("reason", "Local")
        return {"idTagInfo": self._tag_info(payload["idTag"])} if "idTag" in payload else {}

    def _status(self, name, payload):
        self.statuses[payload["connectorId"]] = payload
        return {}

    def _transfer(self, name, payload):
        return {"status": "UnknownVendorId"}

    def _tag_info(self, id_tag):
        return self.tags.get(id_tag) or {"status": "Invalid" if id_tag in self.refused else "Accepted"}

    def _start_info(self, id_tag):
        info = self._tag_info(id_tag)
        running = sum(s.id_tag == id_tag and s.meter_stop is None for s in self.sessions)
        if info["status"] == "Accepted" and running >= self.limits.get(id_tag, running + 1):
            return {**info, "status": "ConcurrentTx"}
        return info

    def _object(self, name, objections, payload):
        """-> True when there are some."""
        found = [f"{name}: {text}: {payload}" for text in objections]
        self.violations += found
        return bool(found)

    def _session(self, name, number):
        return next((s for s in self.sessions if (s.id, s.charge_point) == (number, name)), None)

    def _save(self):
        with open(f"{self._path}.new", "w") as file:
            json.dump([asdict(s) for s in self.sessions], file)
        os.replace(f"{self._path}.new", self._path)


def _same_start(session, name, payload):
    return (name, *(payload[k] for k in ("connectorId", "idTag", "meterStart", "timestamp"))) == (
        *(session.charge_point, session.connector, session.id_tag),
        *(session.meter_start, session.started),
    )


def _same_stop(session, payload):
    return (payload["meterStop"], payload["timestamp"], payload.get("reason", "Local")) == (
        *(session.meter_stop, session.stopped, session.reason),
    )


_ACTIONS = {
    "Authorize": Books._authorize,
    "BootNotification": Books._boot,
    "DataTransfer": Books._transfer,
    "DiagnosticsStatusNotification": Books._noted,
    "FirmwareStatusNotification": Books._noted,
    "Heartbeat": Books._heartbeat,
    "MeterValues": Books._meter_values,
    "StartTransaction": Books._start,
    "StatusNotification": Books._status,
    "StopTransaction": Books._stop,
}
