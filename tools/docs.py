"""Write what comes from tables: docs/keys.md, the answer of /api/keys, docs/pilot.md, docs/statuses.md, and the tables
of faults in docs/light.md and docs/safety.md.

python -m tools.docs [--check]    --check: write nothing, status 1 when a page is not what the tables say
"""

import json
import runpy
import sys
import types
from pathlib import Path

from tools import absent_keys, docs_limits, docs_modbus, docs_statuses, key_writers, ocpp_matrix
from tools.fault_sources import SOURCES

ROOT = Path(__file__).resolve().parents[1]
SAFETY = ROOT / "docs" / "safety.md"
_FIRMWARE = ROOT / "firmware" / "pilotwire"
_API = _FIRMWARE / "api"
_HEAD = "<!-- Written by `make docs` from {source}. Do not edit. -->\n\n"
_ACCESS = {"r": "read", "w": "write", "rw": "read, write", "": "console only"}


def keys():
    """docs/keys.md: every key of the key API, its type, range and meaning."""
    rows = runpy.run_path(str(_API / "keys.py"))["KEYS"]
    meanings = dict(line.split("\t", 1) for line in (_API / "meanings.txt").read_text().splitlines())
    lines = [
        "# The keys",
        "",
        "Read with `/api/status` or `/api/status?filter=amp,car`, set with `/api/set?amp=10`. A set answers with an",
        "entry per key, `true` or what is wrong; 200 when all were taken, else 500. `?` behind a type: may be null.",
        "Keys marked *by name* are left out where all are asked for. `pem`: written is the text of a certificate or",
        "key, read whether there is one. On a board with two outlets the keys are the first one's;",
        "`/api/status?outlet=2` and `/api/set?outlet=2&trx=0` mean the second one. Settings are the box's.",
        "`/api/keys` is this table as JSON. How else the keys can be had: [http.md](http.md).",
        "",
        "What is written over HTTP can be written over MQTT (while `mcr` is false), and where there is a register over",
        "Modbus, too; with an OCPP key the central system's ChangeConfiguration writes it. Of all these the last one",
        "counts. Who else changes a key is told behind its meaning. The log names key and setter. The current",
        "is the least of all limits: none of them raises another, nor what the installer has allowed.",
        "",
        "| key | type | access | unit | range | default | OCPP key | meaning |",
        "| --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    for row in rows:
        key, kind, access, sort, unit, low, high, default, ocpp = _told_as(row)
        span = "" if low is None else f"{low}..{high}" + (" bytes" if kind.startswith("str") else "")
        shown = "" if sort not in ("config", "option", "console", "const", "fixed") else _shown(default)
        door = ("read, OCPP only" if sort == "fixed" else _ACCESS[access]) + (
            ", *by name*" if sort in ("option", "detail") else ""
        )
        meaning = " ".join([meanings[key], *_also(key)])
        cells = (f"`{key}`", kind, door, unit, span, shown, ocpp, meaning)
        lines.append("| " + " | ".join(cells) + " |")
    lines += _absent({row[0] for row in rows})
    source = "firmware/pilotwire/api/keys.py, meanings.txt, tools/absent_keys.py and tools/key_writers.py"
    return _HEAD.format(source=source) + "\n".join(lines) + "\n"


def _absent(present):
    """The section of keys.md on those of go-e's that this wallbox does not have."""
    lines = ["", "## Keys of go-e that are absent", ""]
    for of, rows in absent_keys.rows(present).items():
        count = sum(len(names) for _, names in rows)
        if not count:
            continue
        lines += [f"{count} {of}:", "", "| why | keys |", "| --- | --- |"]
        lines += [f"| {reason} | {' '.join(f'`{name}`' for name in names)} |" for reason, names in rows] + [""]
    return lines[:-1]


def _also(key):
    """The sentence on who else changes a key, if anybody does."""
    others = key_writers.OTHERS.get(key)
    return [f"*Also changed by {others[0]}: {others[1]}.*"] if others else []


def keys_json():
    """firmware/pilotwire/web/keys.json, what /api/keys says: a line for every key that a network door knows."""
    rows = runpy.run_path(str(_API / "keys.py"))["KEYS"]
    meanings = dict(line.split("\t", 1) for line in (_API / "meanings.txt").read_text().splitlines())
    told = [_told(row, meanings[row[0]]) for row in rows if row[2]]
    return "{\n" + ",\n".join(told) + "\n}\n"


def _told(row, meaning):
    key, kind, access, sort, unit, low, high, default, ocpp = _told_as(row)
    entry = {"type": kind, "access": access}
    if sort in ("option", "detail"):
        entry["by_name"] = True
    if unit:
        entry["unit"] = unit
    if low is not None:
        entry["range"] = [low, high]
    if sort in ("config", "option", "const"):
        entry["default"] = default
    if ocpp:
        entry["ocpp"] = ocpp
    entry["meaning"] = meaning
    if key in key_writers.OTHERS:
        entry["also"] = list(key_writers.OTHERS[key])
    return f"{json.dumps(key)}:{json.dumps(entry, separators=(',', ':'), ensure_ascii=False)}"


def _told_as(row):
    """The row as who reads the keys knows it: a dec is a number, and not hundredths."""
    key, kind, access, sort, unit, low, high, default, ocpp = row
    if kind != "dec":
        return row
    return key, "num", access, sort, unit, *(_decimal(n) for n in (low, high, default)), ocpp


def _decimal(hundredths):
    return hundredths / 100 if hundredths % 100 else hundredths // 100


def _shown(value):
    return "" if value == "" else f"`{json.dumps(value)}`"


def pilot():
    """docs/pilot.md: the pilot machine, state by state."""
    tables = runpy.run_path(str(ROOT / "firmware" / "pilotwire" / "core" / "pilot.py"))
    nexts, output, always = tables["NEXT"], tables["OUTPUT"], tables["ALWAYS"]
    lines = [
        "# The pilot machine",
        "",
        "What each state does to pilot and contactor, and where each event leads; what is not in the table changes",
        "nothing. " + "In every state: " + ", ".join(f"`{event}` to {state}" for event, state in always.items()) + ".",
        "Letters are those of IEC 61851-1, Annex A; `C2W` and `CX` are told in `firmware/pilotwire/core/pilot.py`.",
        "",
        "| state | pilot | contactor | events |",
        "| --- | --- | --- | --- |",
    ]
    for state, (line, closed) in output.items():
        ways = ", ".join(f"`{event}` to {to}" for event, to in nexts[state].items())
        shown = {"steady": "+12 V", "pwm": "PWM", "off": "-12 V"}[line]
        lines.append(f"| {state} | {shown} | {'**closed**' if closed else 'open'} | {ways} |")
    return _HEAD.format(source="firmware/pilotwire/core/pilot.py") + "\n".join(lines) + "\n"


def light():
    """docs/light.md: the table of faults in it, by how often the light flashes."""
    page = (ROOT / "docs" / "light.md").read_text()
    rows = sorted((row["blinks"], name, row["sentence"]) for name, row in fault_table().items())
    lines = [f"| {n or 'steady'} | `{name}` | {text.split('. ')[0].rstrip('.')} |" for n, name, text in rows]
    table = "\n".join(["| flashes | fault | in short |", "| --- | --- | --- |", *lines])
    before, _, rest = page.partition(_BEGIN)
    return before + _BEGIN + table + _END + rest.partition(_END)[2]


def modbus():
    """docs/modbus.md: the table of registers in it."""
    before, _, rest = (ROOT / "docs" / "modbus.md").read_text().partition(_BEGIN)
    return before + _BEGIN + docs_modbus.table() + _END + rest.partition(_END)[2]


def safety():
    """docs/safety.md: the table of faults in it."""
    lines = [
        "| fault | source | limit | effect | goes | a day | outlives power | `err` | OCPP | flashes | sentence |",
        "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    for name, row in fault_table().items():
        source, limit, *_ = SOURCES[name]
        ocpp = row["ocpp"] + (f", `{row['vendor']}`" if row["vendor"] else "")
        kept = "yes" if row["kept"] else "no"
        cells = (
            f"`{name}`",
            source,
            limit,
            _EFFECTS[row["pilot"]],
            _GOES[row["recovers"]],
            str(row["a_day"] or "-"),
            kept,
        )
        lines.append(
            "| " + " | ".join((*cells, str(row["err"]), ocpp, str(row["blinks"] or "-"), row["sentence"])) + " |"
        )
    return replaced(SAFETY.read_text(), "faults", "\n".join(lines))


def fault_table():
    """-> {name: what core/faults.py, fault_codes.py and why.txt say of it}, in the order of precedence. Raises
    KeyError: one of them says nothing."""
    rules, codes = _firmware("core/faults.py"), _firmware("core/fault_codes.py")
    sentences = dict(line.split("\t", 1) for line in (_FIRMWARE / "why.txt").read_text().splitlines())
    table = {}
    for name, pilot, recovers, a_day in rules["FAULTS"]:
        err, ocpp, vendor, blinks = codes["CODES"][name]
        table[name] = {
            "pilot": pilot,
            "recovers": recovers,
            "a_day": a_day,
            "kept": recovers in rules["KEPT"],
            "err": err,
            "ocpp": ocpp,
            "vendor": vendor,
            "blinks": blinks,
            "sentence": sentences[name],
        }
    return table


def _firmware(name):
    """-> the names of a module of the firmware, which knows a module `micropython`."""
    sys.modules.setdefault("micropython", types.SimpleNamespace(const=lambda value: value))
    return runpy.run_path(str(_FIRMWARE / name))


def replaced(page, name, text):
    """The page with this text between its markers of that name."""
    begin, end = (f"<!-- {name} {word} -->" for word in ("begin", "end"))
    before, found, rest = page.partition(begin)
    _, closed, after = rest.partition(end)
    if not (found and closed):
        raise ValueError(f"no markers {begin} and {end}")
    return f"{before}{begin}\n\n{text}\n\n{end}{after}"


_EFFECTS = {"F": "opens, -12 V", "x1": "opens, +12 V", "withdraw": "withdraws the offer"}
_GOES = {
    "self": "by itself",
    "unplug": "by unplugging",
    "person": "by a person",
    "both": "by unplugging, then a person",
}
_BEGIN, _END = "<!-- table by `make docs` -->\n\n", "\n\n<!-- end -->"
PAGES = {
    "docs/keys.md": keys,
    "firmware/pilotwire/web/keys.json": keys_json,
    "docs/pilot.md": pilot,
    "docs/light.md": light,
    "docs/limits.md": docs_limits.page,
    "docs/modbus.md": modbus,
    "docs/ocpp.md": ocpp_matrix.page,
    "docs/safety.md": safety,
    "docs/statuses.md": docs_statuses.page,
}


def stale():
    """-> the pages that are not what the tables say."""
    return [name for name, make in PAGES.items() if not (ROOT / name).exists() or (ROOT / name).read_text() != make()]


def main(args):
    if "--check" in args:
        for name in stale():
            print(f"{name} is not what the tables say: run `make docs`")
        return 1 if stale() else 0
    for name in stale():
        (ROOT / name).parent.mkdir(exist_ok=True)
        (ROOT / name).write_text(PAGES[name]())
        print("docs: wrote " + name)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
