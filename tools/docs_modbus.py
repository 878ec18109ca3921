"""The table of docs/modbus.md: a line for each register of firmware/pilotwire/api/registers.py."""

import runpy
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
_KINDS = {"a": "text", "x": "bytes", "i": "a byte in each", "p": "u16", "m": "bytes", "d": "f64", "f": "u16"}


def table():
    rows = runpy.run_path(str(ROOT / "firmware/pilotwire/api/registers.py"))["REGISTERS"]
    lines = [
        "| register | length | name | type | key | unit | functions |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    for start, length, name, kind, key, part, _, writes, where, unit in rows:
        kind = _KINDS.get(kind, f"u{16 * length}")
        source = "" if key.isdigit() else f"`{key}`" + (f", item {part}" if part != "" else "")
        if key in ("ip", "netmask", "gw"):
            source = f"`ccw`, `cce`: {key}"
        if key == "mac":
            source = ""
        if writes:
            source += "" if writes == key else f", written `{writes}`"
        functions = ", ".join(list(where) + (["16"] if writes else []))
        lines.append(f"| {start} | {length} | {name} | {kind} | {source} | {unit} | {functions} |")
    return "\n".join(lines)
