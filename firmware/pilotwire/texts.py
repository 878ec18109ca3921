"""Sentences for people, read from a file when one is wanted: a line is a name, a tab and the text."""

_FILE = __file__.rsplit("/", 1)[0] + "/why.txt"


def sentence(name, amps=None, owner=None):
    """The sentence of that name, filled in where it tells a current and who limits it. KeyError: there is none."""
    text = line(name)
    return text % (amps, line("by " + owner)) if owner else text


def line(name):
    """The text behind a name. KeyError: there is none."""
    mark = name + "\t"
    with open(_FILE) as f:
        for text in f:
            if text.startswith(mark):
                return text[len(mark) :].rstrip()
    raise KeyError(name)
