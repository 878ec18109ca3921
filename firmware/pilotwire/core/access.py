"""Who may charge: the table of the design, "Who may charge".

acs 0, OCPP off   anyone
acs 0, OCPP on    anyone: the transaction runs under `ocppd`, which the central system accepts like a card
acs 1, OCPP off   who held a card of the list, or wrote `trx`
acs 1, OCPP on    a card that the OCPP rules accept, or a remote start
"""

_WAITS = {"waiting": "central", "running": "", "suspended": "refused", "resuming": "resuming"}


def decide(get, outlet):
    """-> (may charge, name of the reason why not, "" when it may). get: the settings'; outlet: its trx, transaction,
    ending, id_tag, asking and over are looked at. frc 2 overrides schedules, not authorisation. The reasons:
      forced_off     frc is 1
      authorisation  nobody has shown who pays; "card": and OCPP wants a card
      unavailable    the central system has taken the box or the connector out of service
      asking         the central system is asked about a card
      transaction    one has to begin
      central        the central system has not answered
      resuming       after a power cut: is it the same plug-in?
      refused        it has said no
      ended, left, no_room    no other one begins by itself in this plug-in
    """
    if get("frc") == 1:
        return False, "forced_off"
    if not get("ocppe"):
        free = not get("acs") or outlet.trx is not None
        return free, "" if free else "authorisation"
    t = outlet.transaction
    if t:
        why = "ended" if outlet.ending else _WAITS[t.phase]
    elif inoperative(get, outlet.number):
        why = "unavailable"
    elif outlet.trx and get("ocpplu"):
        why = ""  # the owner's card, billed to nobody
    elif outlet.id_tag:
        why = "transaction"
    else:
        why = "asking" if outlet.asking else outlet.over or ("card" if get("acs") else "transaction")
    return why == "", why


def inoperative(get, connector):
    """Whether the central system wants it out of service (OCPP 1.6, 5.2): bit 0 of the setting is the box with all its
    connectors, bit n connector n. A transaction goes on to its end (V02)."""
    return get("ocppe") and get("ocppiv") & (1 | 1 << connector) != 0
