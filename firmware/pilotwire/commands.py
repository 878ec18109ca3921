"""What a person or a door commands, and what the button of an outlet commands. Brought in for it.

A press of 3 s acknowledges latched faults, once. A shorter one sets the next current of those in `clp` that the
installation carries, behind the highest the lowest, unless `bac` has locked it.
"""

from micropython import const

from pilotwire import loader
from pilotwire.core import ticks

_LONG_MS = const(3000)


def act(outlet, key, value):
    """As Outlet.act()."""
    if key == "ack":
        if not outlet.plugged:
            outlet.faults.unplugged()  # what wants both has it: there is no car
        outlet.faults.acknowledge()
    elif outlet.settings.get("ocppe"):
        loader.lend("billing").command(outlet, value)
    else:
        outlet.trx = value


def write(box, key, value, who):
    """A key that is made of settings: clp, osr, ocppio. who: for the log. Raises ValueError, OSError."""
    if key == "clp":
        _presets(box, value, who)
    elif key == "ocppio":
        box.settings.set("ocppiv", int(value), who)
    elif value != (box.settings.peek("ocpppl") == "stop"):  # osr: true is one value of that one, false the usual one
        box.settings.set("ocpppl", "stop" if value else "resume", who)


def _presets(box, currents_a, who):
    """All are good, or none is taken."""
    if len(currents_a) > 5:
        raise ValueError("failed: more than 5 currents")
    table = loader.lend("api.table")
    for a in currents_a:
        reason = table.wrong(table.row("al1"), a)
        if reason:
            raise ValueError("failed: " + reason)
    for n in range(5):
        box.settings.set("al%d" % (n + 1), currents_a[n] if n < len(currents_a) else 0, who)


def button(panel, pressed, now_ms):
    """A turn in which it is pressed, or has been let go; now_ms: ticks."""
    outlet = panel.outlet
    if not pressed:
        panel.down_ms = None
        if not _locked(outlet):
            _next(outlet)
    elif panel.down_ms is None:
        panel.down_ms = now_ms
        panel.pressed_ms = outlet.box.clock.up_ms()
    elif panel.down_ms is not False and ticks.diff(now_ms, panel.down_ms) >= _LONG_MS:
        panel.down_ms = False
        panel.held_ms = outlet.box.clock.up_ms()
        outlet.act("ack", True)


def _locked(outlet):
    """bac: 0 always, 1 while a car is there, 2 while it charges, 3 never."""
    bac = outlet.settings.peek("bac")
    return bac == 0 or bac == 1 and outlet.plugged or bac == 2 and outlet.connector.close


def _next(outlet):
    shown = loader.lend("api.get_settings")
    most_a, now_a = shown.ama(outlet.box), outlet.settings.get("amp")
    presets = [a for a in shown.clp(outlet.box) if a <= most_a]
    if presets:
        try:
            outlet.settings.set("amp", min([a for a in presets if a > now_a] or presets), "the button")
        except OSError as e:
            outlet.box.log.warn(str(e))
