"""Memory: what only the start needs goes when the box stands. Not kept itself.

Nearly everything is made once, at the start. How that is done is code, the largest thing in memory: constructors, and
`make()` of the drivers; and a board file is there to say what they are made of. Who makes one of these again finds
None in place of the constructor, which cannot be called.
"""

from pilotwire import loader
from pilotwire.safety import Guard

_ASKED = ("LIMITS", "PILOT", "CONTACTOR", "PHASES")  # of a board, later on; the last three at the console


def constructors(box):
    """Those of the box and of what it has, and of the drivers. What is made again keeps its own: transactions,
    connections, the door that trial_check.py asks.
    """
    for each in _whole(box):
        _constructor(type(each))
    _constructor(Guard)
    for name in loader.resident():
        if name.startswith("hal."):
            _driver(loader.use(name))
    loader.release("hal")


def _whole(box):
    yield from (box, box.clock, box.log, box.settings, box.journal, box.tasks, box.http, box.wifi, box.ocpp, box.cards)
    yield from box.paths
    for outlet in box.outlets:
        yield from (outlet, outlet.connector, outlet.faults, outlet.limits, outlet.session, outlet.panel, outlet.latch)
        yield from outlet.parts.values()


def _driver(module):
    if hasattr(module, "make"):
        del module.make
    for name in dir(module):
        cls = getattr(module, name)
        if getattr(cls, "__module__", None) == module.__name__:  # not one that it takes from elsewhere
            _constructor(cls)


def _constructor(cls):
    if "__init__" in cls.__dict__:  # its own, not that of what it is made from
        cls.__init__ = None


def pins(board):
    """What its drivers were made of. Asked for later is which parts there are, and of what kind."""
    for name in dir(board):
        spec = getattr(board, name)
        if name[0] != "_" and isinstance(spec, dict) and name not in _ASKED:
            setattr(board, name, {"kind": spec["kind"]} if "kind" in spec else True)
