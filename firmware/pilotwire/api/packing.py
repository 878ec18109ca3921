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
    """-> bytes b"\\nkey\\tfield...\\nkey...\\n\\n...". Raises ValueError: does not fit into a line."""
    blocks = [b"\n"]
    for row in rows:
        fields = [_field(x, at in values) for at, x in enumerate(row)]
        line = "\t".join(fields).rstrip("\t").encode() + b"\n"
        if len(line) >= BLOCK:
            raise ValueError("a row is longer than a block: " + row[0])
        if len(blocks[-1]) + len(line) > BLOCK:
            blocks[-1] += b"\n" * (BLOCK - len(blocks[-1]))
            blocks.append(b"\n")
        blocks[-1] += line
    return b"".join(blocks)


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
