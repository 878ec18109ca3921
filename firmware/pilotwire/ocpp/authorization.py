"""Authorize (OCPP 1.6, 4.1): the speaker about an id that waits. Lent; there is one for each id."""

from pilotwire import loader

_DENIED = {"Blocked": "blocked_card", "Expired": "expired_card", "ConcurrentTx": "busy_card"}


class Authorization:
    """For outlet.asking."""

    def __init__(self, outlet):
        self._outlet = outlet
        self._asking = outlet.asking

    def next_call(self, now_ms):
        return "Authorize", {"idTag": self._asking[0][:20]}

    def on_answer(self, payload, why, now_ms):
        """An answer that comes when it is not awaited any more is none. No answer in time: as offline (A20)."""
        outlet, asked = self._outlet, self._asking
        loader.release("ocpp.authorization")
        if outlet.asking is not asked:
            return
        billing = loader.lend("billing")
        if payload is None and why is None:
            billing.offline(outlet)
        elif payload is None:
            billing.deny(outlet, "refused_card", asked[0])
        else:
            self._decide(billing, payload["idTagInfo"])

    def _decide(self, billing, info):
        outlet, (id_tag, how, _) = self._outlet, self._asking
        status, parent = info["status"], info.get("parentIdTag")
        if status != "Accepted":
            billing.deny(outlet, _DENIED.get(status, "unknown_card"), id_tag)
        elif how != "stop":
            outlet.authorise(id_tag, parent)
        elif outlet.transaction and parent and parent == outlet.transaction.parent:
            outlet.asking = None
            outlet.end("Local", id_tag)  # another card of the group (A24)
        else:
            billing.deny(outlet, "other_card", id_tag)
