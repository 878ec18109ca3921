"""How often the contactor has closed, and opened under load: a small record for each outlet, written when a car has
left. Lent.
"""

from pilotwire import loader
from pilotwire.store import files

PATH = "/wear%d"
_FORMAT = 1
_CLOSINGS = 100_000  # of the life of a contactor for buildings (AC-7a) mostly that much is promised, with the current
_LOADED = 10_000  # that it is made for; openings under load are to be rare, as the car stops first


def wear(box):
    """The key of that name."""
    closings, loaded = counts(box.outlet)[:2]
    return {"closings": closings, "loaded": loaded}


def keep(outlet):
    """The car has left. Only while no contactor is closed, as the flash takes its time; the next time will do."""
    box = outlet.box
    if not outlet.connector.closings or not all([other.connector.is_open for other in box.outlets]):
        return
    now = counts(outlet)
    if now == _saved(outlet):
        return
    try:
        files.write(PATH % outlet.number, _FORMAT, " ".join([str(n) for n in now]).encode())
    except OSError as e:
        box.log.warn("the contactor's wear could not be saved: %s" % e)
    if now[0] >= _CLOSINGS or now[1] >= _LOADED:
        box.settings.notice("the contactor of outlet %d has reached its life: have it replaced" % outlet.number)


def counts(outlet):
    """[closings, openings under load, of all times; start of the wallbox, and how many of both were in it]."""
    connector, boots = outlet.connector, outlet.box.boots
    closings, loaded, of_boots, closings_then, loaded_then = _saved(outlet)
    if of_boots != boots:
        closings_then = loaded_then = 0
    closings_now, loaded_now = connector.closings, connector.loaded
    return [closings + closings_now - closings_then, loaded + loaded_now - loaded_then, boots, closings_now, loaded_now]


def _saved(outlet):
    try:
        payload = loader.lend("store.records").read(PATH % outlet.number, _FORMAT)
        found = [int(word) for word in payload.split()]
    except (OSError, ValueError, AttributeError):  # none, or a damaged one: it is counted anew
        found = []
    return found if len(found) == 5 else [0] * 5
