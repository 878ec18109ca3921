"""Sentences for people, read from a file when one is wanted: a line is a name, a tab and the text, sorted by name."""

from micropython import const

from pilotwire import __path__

_PIECE = const(189)  # bytes read at once: a whole line, or the rest of one and the name of the next
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
    """The text behind a name. KeyError: there is none. Each look leaves half of the lines, which are sorted: to read
    them one after the other takes 0.1 s on the chip.
    """
    wanted = name.encode()
    with open(_FILE, "rb") as f:
        low, high = 0, f.seek(0, 2)  # its line begins at low or behind, and before high
        while high - low > _PIECE:
            middle = (low + high) // 2
            begin, piece = _next_line(f, middle)
            if begin >= high or piece[: piece.find(b"\t")] > wanted:
                high = middle
            else:
                low = begin
        while low < high:
            low, piece = _next_line(f, low)
            end = piece.find(b"\n")
            if piece.startswith(wanted + b"\t"):
                return str(piece[len(wanted) + 1 : end], "utf-8")
            low += end + 1
    raise KeyError(name)


def _next_line(f, place):
    """-> (where it begins, the bytes from there) of the first line that begins at that place or behind it."""
    before = max(place - 1, 0)
    f.seek(before)
    piece = f.read(_PIECE)
    skip = piece.find(b"\n") + 1 if place else 0
    return before + skip, piece[skip:]
