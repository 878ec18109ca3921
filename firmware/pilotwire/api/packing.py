"""How a table of rows becomes one bytes constant: a line a row, a tab between fields.

Strings stand as they are; in the columns that VALUES names everything is JSON. None is empty, and
empty fields at the end are left out. Runs where the firmware is built and is not flashed.
"""

import json

VALUES = (5, 6, 7)  # low, high, default


def pack(rows, values=VALUES):
    """-> bytes b"\\nkey\\tfield...\\nkey...\\n". Raises ValueError: does not fit into a line."""
    lines = [b"\n"]
    for row in rows:
        fields = [_field(x, at in values) for at, x in enumerate(row)]
        lines.append("\t".join(fields).rstrip("\t").encode() + b"\n")
    return b"".join(lines)


def _field(x, is_value):
    text = "" if x is None else json.dumps(x) if is_value else str(x)
    if "\t" in text or "\n" in text:
        raise ValueError("no tab or newline in a field: " + repr(x))
    return text
