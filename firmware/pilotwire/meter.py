"""What becomes of a charge whose meter is silent: the key `mfr`. Lent while it is.

What is estimated goes on from the register's last word with all that the car was offered. When the meter is back, its
register counts again, but never falls below what was told meanwhile (hal/energy.py).
"""

from micropython import const

from pilotwire.core import ticks
from pilotwire.outlet import switched

_GO_ON, _END = const(1), const(2)  # of `mfr`; 0: the offer is withdrawn until the meter answers
_VOLT = const(230)
_WH = const(3_600_000)  # W x ms


def turn(outlet, now_ms):
    """Five times a second while it has been silent for 15 s and more."""
    how, meter = outlet.settings.get("mfr"), outlet.meter
    energy = getattr(meter, "energy", None)
    billed = outlet.transaction or not outlet.settings.get("ocppe")  # none begins without a register
    outlet.unread = how == _GO_ON and bool(billed and energy) and energy.wh is not None
    if outlet.unread:
        outlet.faults.clear("meter")
        _estimate(outlet, meter, energy, now_ms)
        return
    outlet.faults.set("meter")
    if how == _END:
        outlet.end("Other")


def _estimate(outlet, meter, energy, now_ms):
    """meter.guess: (ticks of the last reading, ticks up to which is counted, W x ms that are no Wh yet)."""
    last_ms, until_ms, rest = getattr(meter, "guess", None) or (None, None, 0)
    if last_ms != meter.at_ms:
        last_ms = until_ms = meter.at_ms
        outlet.box.settings.notice("outlet %d: the meter is silent, energy is estimated" % outlet.number)
    if outlet.connector.close:
        rest += outlet.offered_ma * switched(outlet.box.board, outlet) * _VOLT // 1000 * ticks.diff(now_ms, until_ms)
    energy.wh += rest // _WH
    meter.guess = last_ms, now_ms, rest % _WH
