"""What a strict central system objects to in a transaction, as SteVe's validator does, and a little more.

Pure: a booked session, a payload and the time in; sentences out, none when all is well.
"""

from datetime import datetime

_AHEAD_S = 5 * 60  # so far a timestamp may be ahead of the central system's clock
_REGISTER = "Energy.Active.Import.Register"


def unix_s(text):
    """Of an OCPP timestamp."""
    return datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()


def of_start(payload, sessions, now_s):
    """sessions: those of the same connector of the same charge point, in the order they were booked."""
    if unix_s(payload["timestamp"]) > now_s + _AHEAD_S:
        yield "the start is in the future"
    if payload["connectorId"] < 1 or payload["meterStart"] < 0:
        yield "want a connector from 1 and a register from 0"
    if sessions and sessions[-1].meter_stop is None:
        yield f"transaction {sessions[-1].id} of the same connector was never stopped"
    if any((s.meter_stop or 0) > payload["meterStart"] for s in sessions):
        yield "energy is billed a second time: the register starts below where a session before stopped"


def of_samples(session, payload):
    """MeterValues with a transactionId. session: None when nobody started it."""
    if session is None:
        yield "samples of an unknown transaction"
        return
    if session.meter_stop is not None:
        yield f"samples of transaction {session.id} after its stop"
    if session.connector != payload["connectorId"]:
        yield f"samples of transaction {session.id} with another connector"
    yield from _register_falls(session, [e for e in payload["meterValue"] if e not in session.samples])


def of_stop(session, payload, now_s):
    """The first four are SteVe's hard errors: it keeps such a stop apart and the transaction stays open."""
    if session is None:
        yield "the stop of an unknown transaction"
        return
    stopped_s = unix_s(payload["timestamp"])
    if stopped_s < unix_s(session.started):
        yield f"the stop of transaction {session.id} is before its start"
    if stopped_s > now_s + _AHEAD_S:
        yield f"the stop of transaction {session.id} is in the future"
    if payload["meterStop"] < session.meter_start:
        yield f"meterStop of transaction {session.id} is below its meterStart"
    if session.meter_stop is not None:
        yield f"transaction {session.id} was stopped before, otherwise"
    if any(payload["meterStop"] < wh for wh in map(register_wh, session.samples) if wh is not None):
        yield f"meterStop of transaction {session.id} is below one of its samples"
    data = payload.get("transactionData", [])
    if any(unix_s(entry["timestamp"]) > stopped_s for entry in data):
        yield f"transactionData of transaction {session.id} is younger than its stop"


def _register_falls(session, entries):
    """Energy counts upwards, from one sample to the next and from the start."""
    last_wh = max([session.meter_start, *(wh for wh in map(register_wh, session.samples) if wh is not None)])
    for entry in entries:
        wh = register_wh(entry)
        if wh is not None and wh < last_wh:
            yield f"the register of transaction {session.id} falls from {last_wh:g} to {wh:g} Wh"
        last_wh = max(last_wh, wh or 0)


def register_wh(entry):
    """Wh of the energy register in a meterValue entry, over all phases; None when it has none."""
    for sample in entry["sampledValue"]:
        if sample.get("measurand", _REGISTER) == _REGISTER and "phase" not in sample:
            return float(sample["value"]) * (1000 if sample.get("unit") == "kWh" else 1)
    return None
