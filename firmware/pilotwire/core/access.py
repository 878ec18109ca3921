"""Who may charge: the table of the design, "Who may charge".

acs 0, OCPP off   anyone
acs 0, OCPP on    anyone, once the central system has accepted the transaction
acs 1, OCPP off   who wrote `trx` (or held a card)
acs 1, OCPP on    both
"""

_WAITS = {"new": "central", "starting": "central", "running": "", "refused": "refused"}


def decide(acs, ocppe, trx, frc, transaction):
    """-> (may charge, name of the reason why not, "" when it may).

    acs, frc: the keys; ocppe: OCPP is on; trx: None or who is authorised; transaction: None or the
    Transaction of this plug-in. frc 2 overrides schedules, not authorisation. The reasons:
      forced_off     frc is 1
      authorisation  nobody has shown who pays
      transaction    one has to begin
      central        the central system has not answered
      refused        it has said no
      ended          the transaction is over
    """
    if frc == 1:
        return False, "forced_off"
    if acs and trx is None:
        return False, "authorisation"
    if not ocppe:
        return True, ""
    if transaction is None:
        return False, "transaction"
    why = _WAITS.get(transaction.phase, "ended")
    return why == "", why
