"""What a status tells, line by line from a file that the build packs for it (packing.shown): a tenth of the work that
the key table would be. A line is a mark, the key, a tab, a text:

  v  a setting; the text is its default as JSON       =  a constant; the text is its JSON
  .  a place in the Box                               @  a function of that name in the piece that the text names
  *  cards_slots.py knows it                          -  all lines behind this one are told by name only
"""

from micropython import const

_BLOCK = const(160)  # packing.py: no line crosses the border of two blocks

_number = 0  # of the block in which a key was found last
_file = None  # stays open as long as this module is there: finding it takes longer than reading it


def lines(n):
    """The lines of block n, [] behind the last one."""
    global _file
    _file = _file or _open()
    _file.seek(n * _BLOCK)
    block = _file.read(_BLOCK).strip(b"\n")
    return block.split(b"\n") if block else []


def find(key):
    """The line of that key, None when there is none. Looks first where one was found last."""
    global _number
    wanted = key.encode() + b"\t"
    n = first = _number
    while True:
        found = lines(n)
        for line in found:
            if line.startswith(wanted, 1):
                _number = n
                return line
        n = n + 1 if found else 0
        if n == first:
            return None


def text(name):
    """The lines of a text of the firmware, each at most 189 bytes long, as lists of fields. Closed in between: an open
    file takes 1.3 KB in one piece.
    """
    from pilotwire import __path__

    at = 0
    while True:
        with open(__path__ + name, "rb") as file:
            file.seek(at)
            lump = file.read(_BLOCK - 1)
        end = lump.rfind(b"\n")
        if end < 0:
            return
        at += end + 1
        for line in lump[:end].split(b"\n"):
            yield str(line, "utf-8").split("\t")


def _open():
    from pilotwire import __path__

    try:
        return open(__path__ + "/api/shown.bin", "rb")
    except OSError:  # running from source
        import io

        from pilotwire.api import packing

        return io.BytesIO(packing.shown_source())
