"""How a table of rows becomes a file that is read block by block: a line a row, a tab between fields.

Strings stand as they are; in the columns that VALUES names everything is JSON. None is empty, and empty fields at the
end are left out. Each block begins with a newline and is filled up with newlines, so that no row crosses its border.
Runs where the firmware is built and is not flashed.
"""

import json

VALUES = (5, 6, 7)  # low, high, default
_BY_NAME = ("detail", "option")
_source = {}
BLOCK = 160  # bytes; a multiple of 32 above 127: littlefs reads it at once, past its cache of 128
_GETTERS = "api.get_settings"  # the module that shows settings otherwise than they are kept


def pack(rows, values=VALUES):
    """-> bytes b"\\nkey\\tfield...\\nkey...\\n\\n...". Those with an OCPP name come first (table.twins); of the others,
    keys whose values one piece of the firmware tells stand together, so that who walks through the table needs each
    piece once. Raises ValueError: does not fit into a line.
    """
    return _blocks(
        "\t".join([_field(x, at in values) for at, x in enumerate(row)]).rstrip("\t") for row in in_order(rows)
    )


def shown(rows, getters):
    """-> the lines of shown.py for the rows that may be read, those told by name only last, and those that one piece of
    the firmware tells together. getters: keys of settings that get_settings.py shows otherwise than they are kept.
    """
    told = [row for row in rows if "r" in row[2]]
    usual = [_shown(row, getters) for row in told if row[3] not in _BY_NAME]
    by_name = [_shown(row, getters) for row in told if row[3] in _BY_NAME]
    return _blocks(_together(usual, _teller) + ["-\t"] + _together(by_name, _teller))


def _teller(line):
    """The piece that tells the key of a line, "" where none is needed."""
    return line.split("\t")[1] if line[0] == "@" else ""


def _shown(row, getters):
    key, kind, default = row[0], row[3], row[VALUES[-1]]
    if kind in ("config", "option"):
        return "@" + key + "\t" + _GETTERS if key in getters else "v" + key + "\t" + json.dumps(default)
    if kind == "const":
        return "=" + key + "\t" + json.dumps(default)
    if not default:
        return "*" + key + "\t"
    return "@" + key + "\t" + default[1:] if default[0] == "@" else "." + key + "\t" + default


def _blocks(lines):
    blocks = [b"\n"]
    for text in lines:
        line = text.encode() + b"\n"
        if len(line) >= BLOCK:
            raise ValueError("a row is longer than a block: " + text.split("\t")[0])
        if len(blocks[-1]) + len(line) > BLOCK:
            blocks[-1] += b"\n" * (BLOCK - len(blocks[-1]))
            blocks.append(b"\n")
        blocks[-1] += line
    return b"".join(blocks)


def in_order(rows):
    """-> the rows as they are packed."""
    rows = _together(rows, _piece)
    return [row for row in rows if any(row[8:])] + [row for row in rows if not any(row[8:])]


def _together(items, piece):
    """-> them by the piece of the firmware that tells them; those of one keep their order."""
    return [item for _, _, item in sorted([(piece(item), i, item) for i, item in enumerate(items)])]


def _piece(row):
    """ "@api.get_meter" of a row that names it as its default, "" of others; they keep their order."""
    default = row[VALUES[-1]] if len(row) > VALUES[-1] else None
    return default if isinstance(default, str) and default.startswith("@") else ""


def registers(rows, keys, getters):
    """-> the lines of at_modbus.py: columns of registers.py without names and units, and what a status knows of the
    key: its mark and its text (shown.py). keys: the rows of the key table; getters: as for
    shown().
    """
    table = {row[0]: _shown(row, getters) for row in keys if "r" in row[2]}
    lines = []
    for start, length, _, kind, key, part, scale, writes, where, _ in rows:
        mark, _, text = table[key].partition("\t") if key in table else ("=", "", key)
        columns = (start, length, kind, key, part, scale, writes, where, mark[0], text)
        lines.append("\t".join([str(x) for x in columns]))
    return _blocks(lines)


def registers_source():
    """The same for the registers."""
    from pilotwire.api import get_settings, keys
    from pilotwire.api.registers import REGISTERS

    return registers(REGISTERS, keys.KEYS, dir(get_settings))


def source():
    """The key table packed, as the build does it: for whoever runs from source. Packed once."""
    if "keys" not in _source:
        from pilotwire.api import keys

        _source["keys"] = pack(keys.KEYS)
    return _source["keys"]


def shown_source():
    """The same for what a status tells."""
    if "shown" not in _source:
        from pilotwire.api import get_settings, keys

        _source["shown"] = shown(keys.KEYS, [name for name in dir(get_settings) if name[0] != "_"])
    return _source["shown"]


def _field(x, is_value):
    text = "" if x is None else json.dumps(x) if is_value else str(x)
    if "\t" in text or "\n" in text:
        raise ValueError("no tab or newline in a field: " + repr(x))
    return text
