"""Why the outlet charges or does not; as get_outlet.py, but what says it takes the memory of a piece of its own."""


def why(box):
    return box.outlet.why()[1]


def modelStatus(box):
    return box.outlet.why()[0]
