"""The pilot machine: two tables. They are the diagram in the docs.

OUTPUT says what each state does, NEXT where each event leads. Events are levels, sent with every
tick as long as they hold; what a state has no entry for, it ignores. The contactor is commanded
closed in C2 and CX and nowhere else, and C2 is entered from C2W by `close` alone (or again from
CX, where it never opened).

Letters are those of IEC 61851-1: A no car, B car, C car asks, D car asks and wants ventilation; 1
without PWM, 2 with it. Ours are
  C2W  PWM on, the car asks, the contactor is still open: the closing conditions are awaited
  CX   the offer is withdrawn, the contactor still closed: the car has 6 s to stop drawing
  E    out of order, +12 V: an unplugged car can still be seen
  F    out of order, -12 V: no car is to hope

Events: the line's letter `a`..`f` · `offer` or `withdraw` · `close`, all conditions hold ·
`expired`, the 6 s of CX are over · `fault`, `fault_f` or `clear`.

Nested dicts, not one keyed by (state, event): making that key allocates.
"""

OUTPUT = {  # state: (pilot, contactor closed)
    "A1": ("steady", False),
    "B1": ("steady", False),
    "B2": ("pwm", False),
    "C1": ("steady", False),
    "C2W": ("pwm", False),
    "C2": ("pwm", True),
    "CX": ("steady", True),
    "D1": ("steady", False),
    "E": ("steady", False),
    "F": ("off", False),
}

NEXT = {  # state: {event: state}
    "A1": {"b": "B1", "c": "C1", "d": "D1"},
    "B1": {"a": "A1", "c": "C1", "d": "D1", "offer": "B2"},
    "B2": {"a": "A1", "c": "C2W", "d": "D1", "withdraw": "B1"},
    "C1": {"a": "A1", "b": "B1", "d": "D1", "offer": "C2W"},
    "C2W": {"a": "A1", "b": "B2", "d": "D1", "withdraw": "C1", "close": "C2"},
    "C2": {"a": "A1", "b": "B2", "d": "D1", "withdraw": "CX"},
    "CX": {"a": "A1", "b": "B1", "d": "D1", "offer": "C2", "expired": "C1"},
    "D1": {"a": "A1", "b": "B1", "c": "C1"},  # refused: no PWM, whatever is offered
    "E": {"clear": "A1"},
    "F": {"clear": "A1", "e": "F", "f": "F"},
}

ALWAYS = {"fault": "E", "fault_f": "F", "e": "E", "f": "E"}  # where NEXT has no entry


def step(state, event):
    """The state that follows; the same one when the event means nothing there."""
    return NEXT[state].get(event) or ALWAYS.get(event, state)
