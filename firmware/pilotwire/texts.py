"""Sentences for people, read from a file when one is wanted: a line is a name, a tab and the text."""

from micropython import const

from pilotwire import __path__

_PIECE = const(160)  # bytes read at once: a file that is iterated reads byte by byte and takes 40 ms on the chip
_FILE = __path__ + "/why.txt"
_last = [None, ""]  # what was asked for last, and its sentence: a page asks each second


def why(what):
    """sentence(*what), read anew only when it is another."""
    if what != _last[0]:
        _last[:] = what, sentence(*what)
    return _last[1]


def sentence(name, what=None, owner=None):
    """The sentence of that name, filled in where it tells a card, or a current and who limits it. KeyError: there is
    none."""
    text = line(name)
    if owner:
        return text % (what, line("by " + owner))
    return text % what if what else text


def line(name):
    """The text behind a name. KeyError: there is none."""
    mark = b"\n%s\t" % name.encode()
    text = b"\n"
    with open(_FILE, "rb") as f:
        while True:
            piece = f.read(_PIECE)
            text += piece
            at = text.find(mark)
            end = text.find(b"\n", at + 1)
            if at >= 0 and (end >= 0 or not piece):
                return str(text[at + len(mark) : end if end >= 0 else len(text)], "utf-8")
            if not piece:
                raise KeyError(name)
            text = text[at if at >= 0 else -len(mark) :]
