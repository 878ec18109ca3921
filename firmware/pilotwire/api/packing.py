"""How a table of rows becomes a file that is read block by block: a line a row, a tab between fields.

Strings stand as they are; in the columns that VALUES names everything is JSON. None is empty, and empty fields at the
end are left out. Each block begins with a newline and is filled up with newlines, so that no row crosses its border.
Runs where the firmware is built and is not flashed.
"""

import json

VALUES = (5, 6, 7)  # low, high, default
_source = []
BLOCK = 191


def pack(rows, values=VALUES):
    """-> bytes b"\\nkey\\tfield...\\nkey...\\n\\n...". Keys whose values one piece of the firmware tells stand
    together, so that who walks through the table needs each piece once. Raises ValueError: does not fit into a line.
    """
    blocks = [b"\n"]
    for row in in_order(rows):
        fields = [_field(x, at in values) for at, x in enumerate(row)]
        line = "\t".join(fields).rstrip("\t").encode() + b"\n"
        if len(line) >= BLOCK:
            raise ValueError("a row is longer than a block: " + row[0])
        if len(blocks[-1]) + len(line) > BLOCK:
            blocks[-1] += b"\n" * (BLOCK - len(blocks[-1]))
            blocks.append(b"\n")
        blocks[-1] += line
    return b"".join(blocks)


def in_order(rows):
    """-> the rows as they are packed."""
    return [row for _, _, row in sorted([(_piece(row), i, row) for i, row in enumerate(rows)])]


def _piece(row):
    """ "@api.get_meter" of a row that names it as its default, "" of others; they keep their order."""
    default = row[VALUES[-1]] if len(row) > VALUES[-1] else None
    return default if isinstance(default, str) and default.startswith("@") else ""


def source():
    """The key table packed, as the build does it: for whoever runs from source. Packed once."""
    if not _source:
        from pilotwire.api import keys

        _source.append(pack(keys.KEYS))
    return _source[0]


def _field(x, is_value):
    text = "" if x is None else json.dumps(x) if is_value else str(x)
    if "\t" in text or "\n" in text:
        raise ValueError("no tab or newline in a field: " + repr(x))
    return text
