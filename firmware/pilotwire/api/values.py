"""Reads a value that came in as text, as the row of its key allows. Needed to set: loaded late.

Two dialects: the key API's (JSON, with the leniency that clients made for go-e need) and OCPP's
(plain text). Both raise ValueError, its text made for the one who sent the value.
"""

import json

from micropython import const

from pilotwire import loader
from pilotwire.api import table

_SHOWN = const(80)  # characters of a wrong value that an error repeats
_CLOSING = {"[": "]", "{": "}"}


def parse(row, text):
    """The value of a percent-decoded KEY=TEXT.

    A bool may be 0 or 1, a string may lack its quotes, null is for nullable keys only, a number
    with a fraction is cut to the whole Wh. Raises ValueError in go-e's words, such as
    "amp: failed: Value 5 exceeds range 6 to 32 (5)".
    """
    if "w" not in row.access:
        raise _refusal(row, "tried to set api key without setter", text)
    value = _read(row, row.type.rstrip("?"), text)
    return _allowed(row, value, text)


def parse_ocpp(row, text):
    """The value of an OCPP configuration key: true and false in any case, integers as a sign and
    digits (OCPP 1.6, 5.3 and 9). Raises ValueError: answer Rejected."""
    if "w" not in row.access:
        raise _refusal(row, "read only", text)
    kind = row.type.rstrip("?")
    if kind == "bool":
        value = {"true": True, "false": False}.get(text.lower(), text)
    elif kind == "str":
        value = text
    else:
        value = _integer(text[1:] if text[:1] == "+" and text[1:2] != "-" else text, text)
    return _allowed(row, value, text)


def to_ocpp(value):
    """A value as OCPP spells it."""
    if type(value) is bool:
        return "true" if value else "false"
    return "" if value is None else str(value)


def _read(row, kind, text):
    """The value as far as the text tells; whether its type is right, table.wrong() decides."""
    if text == "null":
        return None
    if kind in ("str", "pem") and text[:1] != '"':
        return text
    if kind == "bool" and text in ("0", "1"):
        return text == "1"
    if row.key == "bac" and text in ("true", "false"):  # what it was before it had four values
        return 3 if text == "true" else 0
    if kind == "dec":
        return _hundredths(text)
    if kind == "any":
        return _anything(text)
    value = _integer(text) if kind in ("int", "num") else None
    if value is None:
        value = _json(row, text)
        if kind == "num" and type(value) is float:
            return _whole(value)
        if type(value) is int:  # a number that _integer() did not take: no range has so many digits
            return text
    return value


def _allowed(row, value, text):
    reason = table.wrong(row, value)
    if reason:
        raise _refusal(row, "failed: " + reason, text)
    return value


def _anything(text):
    try:
        return json.loads(text)
    except ValueError:
        return text


def _integer(text, otherwise=None):
    """The number, or otherwise. More digits than any range has are not even converted."""
    digits = text[1:] if text[:1] == "-" else text
    return int(text) if digits.isdigit() and len(digits) <= 18 else otherwise


def _hundredths(text):
    """Of a decimal number; the text itself when it is none, or below 0. More places are cut off."""
    whole, dot, places = text.partition(".")
    if not whole.isdigit() or len(whole) > 9 or dot and not places.isdigit():
        return text
    return int(whole) * 100 + int((places + "00")[:2])


def _whole(number):
    try:
        return int(number)
    except (OverflowError, ValueError):  # 1e999 is infinite
        return str(number)


def _json(row, text):
    """MicroPython's reader is lenient ({1:2}); only the list that 1.25 takes unclosed matters."""
    flaw = "EmptyInput"
    if text:
        flaw = "InvalidInput"
        if _CLOSING.get(text[0], text[-1]) != text[-1]:
            flaw = "IncompleteInput"
        else:
            try:
                return json.loads(_joined(text) if "\\u" in text else text)
            except ValueError:
                pass
    raise _refusal(row, "tried to set api key with invalid json " + flaw, text)


def _joined(text):
    """The text without escaped surrogate pairs, of which json.loads makes two halves each."""
    joined = loader.use("proto.surrogates").joined(text)
    loader.release("proto.surrogates")
    return joined


def _refusal(row, reason, text):
    return ValueError("%s: %s (%s)" % (row.key, reason, text[:_SHOWN]))
