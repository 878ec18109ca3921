"""The lock of the socket, as far as the outlet goes: it holds current back until the plug is locked, and lets it go.

The part is the bolt of core/lock.py. Besides: .asked: somebody wants the plug; .dark: the mains is gone. Keys and
UnlockConnector look. Where the supply outlives the mains (`holdup`) it is this part that knows: the contactor opens,
then the plug is let go (`upo`) and the bill written down.
"""

from micropython import const

from pilotwire import loader
from pilotwire.core import access, ticks

_AUTO = const(1)  # of go-e's `ust`
_BOOT = const(10)  # steps until the line is known: nothing is let go that a power cut found locked
_FULL_MS = const(60_000)  # in which a car that has charged does not ask: it is full
_STAYS = ("forced_off", "refused")  # a pause; and a card that turned out to be invalid (OCPP 1.6, 3.5.1; A28)
_STUCK_MS = const(1000)  # between two steps while a fault has to go first
_OPEN_MS = const(2000)  # the same while a car is there and does not charge
_REST_MS = const(3_600_000)


def begin(part, safety):
    driver = part.driver
    _core().begin(part, driver.pulse_ms + driver.settle_ms, driver.pause_ms)
    part.young = _BOOT
    part.asked = False  # somebody asked for the plug
    part.was = None  # (plugged, active) of the last step
    part.idle_ms = 0  # how long the car has not asked
    part.stepped_ms = 0  # ticks of the last step
    part.dark = False  # the mains is gone
    part.kept = None  # the meter's register that was written down then
    part.outlet.hold("locking", True)
    driver.part = part
    safety.polls += (driver.poll,)  # a pulse ends in time, whatever the loop is at


def step(part, now_ms):
    driver, outlet, core = part.driver, part.outlet, _core()
    driver.poll()
    since_ms = max(0, min(ticks.diff(now_ms, part.stepped_ms), _OPEN_MS))
    part.stepped_ms = now_ms
    move = core.step(part, now_ms, _wanted(part, core, since_ms), _is_free(outlet), driver.feedback())
    if move is not None:
        driver.move(move)
    if part.failed:
        outlet.faults.set("lock")
    else:
        outlet.faults.clear("lock")
    outlet.hold("locking", outlet.plugged and not core.proven(part))
    if part.dark == driver.mains():
        part.dark = outlet.connector.external_fault = not part.dark
    if part.dark and outlet.connector.is_open:
        _keep(part, outlet, outlet.register_wh())
    return _wait_ms(part, core.rests(part))


def let_go(part):
    """Somebody wants the plug: it is let go as soon as it is free, until another charge begins."""
    part.asked = True
    _core().again(part)
    part.awake = True


def _keep(part, outlet, wh):
    """While the supply outlives the mains: what a bill is made of, pulses and the contactor's wear. The meter is dead;
    its last reading is a second old at the most."""
    if wh != part.kept:
        part.kept = wh
        keep = getattr(outlet.meter, "keep", None)
        if keep:
            keep()
        loader.lend("sampling").keep(outlet.box, True)
        loader.lend("store.wear").keep(outlet)


def _core():
    return loader.lend("core.lock")


def _wait_ms(part, rests):
    outlet = part.outlet
    if not rests:
        return _STUCK_MS if part.failed or outlet.faults.present("weld") else 0
    return _OPEN_MS if outlet.plugged and not outlet.connector.close else _REST_MS


def _is_free(outlet):
    """May the plug be let go: no current can flow, and none will before the next step."""
    connector = outlet.connector
    return connector.is_open and not connector.offer_ma and not outlet.faults.present("weld")


def _wanted(part, core, since_ms):
    outlet, get = part.outlet, part.outlet.settings.get
    if not part.driver.mains():
        return False if get("upo") else None
    active = _active(outlet, get)
    _watch(part, outlet.plugged, active)
    full = get("ust") == _AUTO and _is_full(part, since_ms)
    want = core.wanted(get("ust"), outlet.plugged, active, part.locked, part.asked or full)
    if part.young:
        part.young -= 1
        part.awake = True
        return want or None
    return want


def _active(outlet, get):
    """May someone charge, or is about to? None: nothing changes."""
    may, reason = access.decide(get, outlet)
    t = outlet.transaction
    if outlet.plugged:
        active = bool(may or t or outlet.id_tag or reason == "transaction")
        return active or (None if reason in _STAYS else False)
    kept = get("ocppe") and not get("ocppue") and not outlet.id_tag  # UnlockConnectorOnEVSideDisconnect
    return None if kept or (t and not outlet.ending) else False


def _watch(part, plugged, active):
    """Another car, or another charge, wants its plug locked."""
    now = plugged, bool(active)
    if part.was and (now[0] > part.was[0] or now[1] > part.was[1]):
        part.asked = False
        part.idle_ms = 0
    part.was = now


def _is_full(part, since_ms):
    """It has charged, and has not asked for a while; or the energy limit is reached."""
    outlet = part.outlet
    if outlet.transaction or not outlet.session.charging_ms:
        return False
    if outlet.reason == "energy":
        return True
    if outlet.connector.letter == "C":
        part.idle_ms = 0
    elif part.idle_ms < _FULL_MS:
        part.idle_ms += since_ms
    return part.idle_ms >= _FULL_MS
