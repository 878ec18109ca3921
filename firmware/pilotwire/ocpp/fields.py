"""The fields of a payload, checked: each is given back, or a CallError tells what is wrong (OCPP-J 1.6, 4.2.3). null
counts as absent, fields that nobody knows are let pass.
"""

from micropython import const

from pilotwire.proto.ocppj_call import CallError

_EXACT = const(1 << 24)


def text(payload, name, most):
    """A string of 1.6's CiString type: at most so many characters."""
    return checked_text(name, _needed(payload, name), most)


def checked_text(name, value, most):
    if type(value) is not str:
        raise CallError("TypeConstraintViolation", name + ": want a string")
    if len(value) > most:
        raise CallError("PropertyConstraintViolation", "%s: longer than %d characters" % (name, most))
    return value


def word(payload, name, words):
    """A string that is one of the words."""
    value = text(payload, name, 500)
    if value not in words:
        raise CallError("PropertyConstraintViolation", "%s: want %s" % (name, " or ".join(words)))
    return value


def whole(payload, name):
    """An integer; 5.0 is one too (ER20), as far as single precision tells."""
    value = _needed(payload, name)
    if type(value) is float and abs(value) < _EXACT and value == int(value):
        value = int(value)
    if type(value) is not int:
        raise CallError("TypeConstraintViolation", name + ": want an integer")
    return value


def maybe_whole(payload, name):
    """The same, None when it is absent."""
    return None if payload.get(name) is None else whole(payload, name)


def _needed(payload, name):
    value = payload.get(name)
    if value is None:
        raise CallError("FormationViolation", name + " is missing")
    return value
