"""Query strings and percent-encoding.

Source: RFC 3986 section 2.1, and for "+" the form encoding that requests, yarl and axios all write.
"""

from binascii import unhexlify

from pilotwire import loader


def decode(text, blanks=False):
    """The text with its %XX turned into the characters they stand for; blanks: "+" is a blank, as
    in queries.

    Raises ValueError for "%" without two hex digits and for what is not UTF-8.
    """
    if blanks:
        text = text.replace("+", " ")
    if "%" not in text:
        return text
    first, *others = text.encode().split(b"%")
    data = bytearray(first)
    for part in others:
        try:
            data += unhexlify(part[:2])
        except ValueError:
            raise ValueError("bad percent-encoding")
        if len(part) < 2:  # unhexlify takes "" for nothing
            raise ValueError("bad percent-encoding")
        data += part[2:]
    try:
        text = str(data, "utf-8")
        if len(text) != len(data):  # the port's own decoder lets surrogates and overlong forms pass
            loader.lend("proto.utf8").check(data)
    except UnicodeError:
        raise ValueError("percent-encoding is not UTF-8")
    return text


def pairs(query):
    """Yields (name, value) of a query string in order, both still encoded. Raw quotes, braces and
    commas are taken as they are.
    """
    for part in query.split("&"):
        if part:
            name, _, value = part.partition("=")
            yield name, value
