"""Authorize (OCPP 1.6, 4.1): the speaker about an id that waits. Lent; there is one for each id."""

from pilotwire import loader


class Authorization:
    """For outlet.asking."""

    def __init__(self, outlet):
        self._outlet = outlet
        self._asking = outlet.asking

    def next_call(self, now_ms):
        return "Authorize", {"idTag": self._asking[0][:20]}

    def on_answer(self, payload, why, now_ms):
        """An answer that comes when it is not awaited any more is none. None in time, and a refusal:
        as offline (A20, ER16)."""
        outlet, asked = self._outlet, self._asking
        loader.release("ocpp.authorization")
        if outlet.asking is not asked:
            return
        known = loader.lend("ocpp.known")
        if payload is None:
            known.offline(outlet, "offline_card" if why is None else "refused_card")
        else:
            info = payload["idTagInfo"]
            known.decide(outlet, *known.verdict(info))
            known.told(outlet.box, asked[0], info)
