"""What happens, told in sentences: events of the simulated world and OCPP messages -> (who, what).

Pure: a dict or a message in, words out, None for what is not worth a line.
"""

_WHO = {"current": "energy"}
_CAR = {
    "A": "unplugged",
    "B": "plugged in, does not ask for current",
    "C": "asks for current",
    "D": "asks for current and for ventilation",
    "E": "pilot line at 0 V",
}


class Story:
    """Remembers the last state of each part, so that only changes are told."""

    def __init__(self):
        self._state = "A"  # the letter on the pilot line
        self._duty = None
        self._flows = False
        self._tell = {
            "car": self._car,
            "pilot": self._pilot,
            "contactor": lambda e: "closed" if e["closed"] else "open",
            "current": self._current,
            "card": lambda e: e["uid"] and f"{e['uid']} is held to the reader",
            "fault": lambda e: f"{e['name']} {'on' if e['on'] else 'off'}",
            "reset": lambda e: f"the chip restarts ({e['cause']})",
            "button": lambda e: f"pressed for {e['ms']} ms",
            "wifi": lambda e: e["mode"],
            "log": _log,
        }

    def event(self, event):
        """A line of the control port's watch -> (who, what) or None."""
        tell = self._tell.get(event["event"])
        what = tell and tell(event)
        return (_WHO.get(event["event"], event["event"]), what) if what else None

    def _car(self, event):
        before, self._state = self._state, event["state"]
        if before == "C" and self._state == "B":
            return "stops asking for current"
        if before == "A" and self._state == "C":
            return "plugged in, asks for current"
        return _CAR.get(self._state) if before != self._state else None

    def _pilot(self, event):
        before, self._duty = self._duty, event["duty"]
        if self._duty == before or before is None:
            return None
        if self._duty >= 1:
            return "steady +12 V: nothing offered"
        if self._duty <= 0:
            return "steady -12 V: out of order"
        return f"PWM {100 * self._duty:.1f} %: {amps(self._duty):.1f} A offered"

    def _current(self, event):
        flowed, self._flows = self._flows, any(event["amps"])
        if self._flows:
            return "  ".join(f"L{n} {a:.1f} A" for n, a in enumerate(event["amps"], 1))
        return "no current" if flowed else None


def _log(event):
    """The firmware's own warnings: "12.345 warn text"."""
    words = event["text"].split(" ", 2)
    return words[2] if len(words) == 3 and words[1] in ("warn", "error") else None


def amps(duty):
    """A that a duty of 0.1 to 0.97 offers. Source: IEC 61851-1 table A.8."""
    return duty * 60 if duty <= 0.85 else (duty - 0.64) * 250


def message(record):
    """An OCPP message of the charge point and its answer -> (who, what)."""
    tell = _OCPP.get(record.action)
    words = tell(record.payload) if tell else ""
    return "OCPP", f"{record.action} {words}".rstrip() + _answer(record.answer)


def _answer(answer):
    if answer is None:
        return " -> no answer"
    if isinstance(answer, str):
        return " -> refused: " + answer
    status = answer.get("status") or answer.get("idTagInfo", {}).get("status")
    number = f"transaction {answer['transactionId']} " if "transactionId" in answer else ""
    return f" -> {number}{status}" if status else ""


def _status(p):
    error = "" if p["errorCode"] == "NoError" else " " + p["errorCode"]
    return f"connector {p['connectorId']} {p['status']}{error} {p.get('info', '')}".rstrip()


def _meter(p):
    values = {}
    for sample in p["meterValue"][-1]["sampledValue"]:
        values.setdefault(sample.get("measurand"), f"{sample['value']} {sample.get('unit', '')}")
    wanted = ("Energy.Active.Import.Register", "Power.Active.Import")
    return ", ".join(values[name] for name in wanted if name in values)


_OCPP = {
    "Authorize": lambda p: p["idTag"],
    "BootNotification": lambda p: f"{p['chargePointVendor']} {p['chargePointModel']}",
    "MeterValues": _meter,
    "StartTransaction": lambda p: f"{p['idTag']} at {p['meterStart']} Wh",
    "StatusNotification": _status,
    "StopTransaction": lambda p: f"at {p['meterStop']} Wh, {p.get('reason', 'Local')}",
}
