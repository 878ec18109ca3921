"""The hardware: the contract (contract.py) and one driver per kind of part.

A part of a board file is a dict. Its "kind" names the driver's module here (a part of which there
is only one kind needs none: PILOT is made by pilot.py); that module has `make(spec, board)`. So a
new kind of meter is one new file, and nothing else is touched.
"""

from pilotwire import loader


def make(board, part):
    """The driver of one part ("PILOT", "METER", ...) of a board module; None where the board has
    none. Raises ImportError: no such kind."""
    spec = getattr(board, part, None)
    if spec is None:
        return None
    return loader.use("hal." + spec.get("kind", part.lower())).make(spec, board)
