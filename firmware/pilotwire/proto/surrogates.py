"""Mends what json.loads makes of escaped surrogate pairs: two lone halves, which are no valid UTF-8 when sent again.

Needed by few texts, so it is loaded when one comes.
"""


def joined(text):
    """JSON text with its escaped pairs as the characters they stand for, lone halves as U+FFFD."""
    parts, start, at = [], 0, text.find("\\")
    while at >= 0:
        high, low = _unit(text, at), _unit(text, at + 6)
        end = at + (6 if high >= 0 else 2)
        if 0xD800 <= high < 0xE000:
            character = "\ufffd"
            if high < 0xDC00 and 0xDC00 <= low < 0xE000:
                character = chr(0x10000 + ((high - 0xD800) << 10) + low - 0xDC00)
                end += 6
            parts += (text[start:at], character)
            start = end
        at = text.find("\\", end)
    parts.append(text[start:])
    return "".join(parts)


def _unit(text, at):
    """The UTF-16 unit of the escape at that place, or -1."""
    if text[at : at + 2] != "\\u":
        return -1
    try:
        return int(text[at + 2 : at + 6], 16)
    except ValueError:
        return -1
