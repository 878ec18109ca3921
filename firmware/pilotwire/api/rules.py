"""Whether a row of the key table allows a value. Only needed when settings are read from flash or changed."""

from pilotwire import loader

_TYPES = {"bool": bool, "int": int, "num": int, "dec": int, "str": str, "pem": str, "list": list, "obj": dict}
_NAMES = {
    "int": "int32_t",
    "num": "number",
    "dec": "number",
    "str": "string",
    "pem": "string",
    "list": "JsonArray",
    "obj": "JsonObject",
}
# More about these is in checks.py
_CHECKED = (
    "mcu mtp mht ocppu ocppai ocppsd ocppad ocpppl ocppst ocppsa cid cwc cch cfi phase_rotation upu al1 al2 al3 al4 al5"
)


def wrong(row, value):
    """What is wrong with a value for this row, in go-e's words, or None.

    Types are compared exactly: True is an int in Python, and no current.
    """
    kind = row.type.rstrip("?")
    if value is None:
        return None if row.type != kind or kind == "any" else "null not allowed"
    if kind != "any" and type(value) is not _TYPES[kind]:
        return "value must be " + type_name(row)
    if kind == "str" or kind == "pem":
        reason = _wrong_text(row, value, kind)
    else:
        reason = _wrong_number(row, value)
    if not reason and row.key in _CHECKED.split():
        reason = getattr(loader.lend("api.checks"), row.key)(value)
    return reason


def type_name(row):
    """The type as go-e's error texts name it: uint8_t, string, null or number, ..."""
    kind = row.type.rstrip("?")
    name = _NAMES.get(kind, kind)
    if kind == "int" and row.low is not None and row.low >= 0:
        name = "uint8_t" if row.high < 256 else "uint16_t" if row.high < 65536 else "uint32_t"
    return name if kind == row.type else "null or " + name


def _wrong_number(row, value):
    if row.low is None or row.low <= value <= row.high:
        return None
    if value < 0 <= row.low:
        return "value must be " + type_name(row)
    one = 100 if row.type == "dec" else 1
    return "Value %d exceeds range %d to %d" % (value // one, row.low // one, row.high // one)


def _wrong_text(row, text, kind):
    data = text.encode()
    if row.low is not None and not row.low <= len(data) <= row.high:
        return "String length %d exceeds range %d to %d" % (len(data), row.low, row.high)
    if kind == "pem":
        framed = text.startswith("-----BEGIN ") and text.rstrip().endswith("-----")
        return None if framed or not text else "no PEM"
    last = 0
    for byte in data:  # a line end would forge a header or a log line, half a surrogate is no UTF-8
        if byte < 32 or byte == 127 or (last == 0xED and byte >= 0xA0):
            return "control character not allowed"
        last = byte
    return None
