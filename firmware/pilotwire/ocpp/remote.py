"""RemoteStartTransaction and RemoteStopTransaction (OCPP 1.6, 5.11 and 5.12)."""

from micropython import const

from pilotwire.core import ocpp_status
from pilotwire.ocpp import fields
from pilotwire.proto.ocppj_call import CallError

_ID_MOST = const(20)  # characters


async def start(call, payload):
    """Accepted: the id is asked about, or where AuthorizeRemoteTxRequests is off taken as it is, and waits for the
    plug like a card's."""
    box = call.box
    id_tag = fields.text(payload, "idTag", _ID_MOST)
    number, profile = fields.maybe_whole(payload, "connectorId"), payload.get("chargingProfile")
    if profile is not None and type(profile) is not dict:
        raise CallError("TypeConstraintViolation", "chargingProfile: want an object")
    outlet, why = _choose(box, number)
    if not box.ocpp.accepted:
        why = "the boot is not accepted yet"  # B09
    elif profile is not None:
        why = "charging profiles are not supported yet"  # R13
    if why or not id_tag:
        box.log.warn("ocpp: RemoteStartTransaction rejected: " + (why or "no idTag"))
        await call.status("Rejected")
        return
    await call.status("Accepted")
    if box.settings.get("ocppar"):
        outlet.ask(id_tag, "remote")
    else:
        outlet.authorise(id_tag)


async def stop(call, payload):
    number = fields.whole(payload, "transactionId")
    for outlet in call.box.outlets:
        t = outlet.transaction
        if t and t.id == number and call.box.ocpp.accepted:
            await call.status("Accepted")
            outlet.end("Remote")
            return
    await call.status("Rejected")  # also while its start has no answer, and so no number (R19)


def _choose(box, number):
    """-> (outlet, None), or (None, why not). Without a number the first that is free, a plugged one before others."""
    best, why = None, "there is no connector %s" % number
    for outlet in box.outlets:
        if number is None or outlet.number == number:
            reason = _busy(box, outlet)
            why = reason or why
            if not reason and (not best or (outlet.plugged and not best.plugged)):
                best = outlet
    return best, None if best else why


def _busy(box, outlet):
    """Why this outlet cannot start now, None when it can."""
    status = ocpp_status.status(outlet)[0]
    if status in ("Faulted", "Unavailable", "Reserved"):
        return "connector %d is %s" % (outlet.number, status)
    if (outlet.transaction and not outlet.ending) or outlet.id_tag or outlet.asking:
        return "connector %d is taken" % outlet.number
    return "a restart is under way" if box.restarting else None


HANDLERS = {"RemoteStartTransaction": start, "RemoteStopTransaction": stop}
