"""The command line of `python -m tools.sim`, checked before anything starts."""

import argparse
import math
import shutil
import subprocess
import sys
from datetime import datetime, timezone
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
# What the simulated chip takes itself, by word size. Its 240 names, which a real chip has in its ROM, are the ones that
# make MicroPython's table of names double where a board has many parts: 9 and 18 KB.
CHIP_HEAP = {4: 43 * 1024, 8: 68 * 1024}
_BOARD_HEAP = 112 * 1024  # of an ESP32 without PSRAM, whose words have 4 bytes
_PSRAM_HEAP = 256 * 1024  # of one with it, which has megabytes: more than the firmware ever takes


def parse(argv, about):
    """The options as a namespace; argparse ends the program at a bad one."""
    parser = argparse.ArgumentParser(prog="python -m tools.sim", description=about)
    add = parser.add_argument
    add("--board", default="devkit", help="a folder of boards/ (devkit)")
    add("--data", default="data", metavar="DIR", help="where flash and world are kept (data)")
    add("--http", default="127.0.0.1:8080", type=address, metavar="HOST:PORT")
    add("--control", default="127.0.0.1:9180", type=address, metavar="HOST:PORT")
    add("--modbus", default="127.0.0.1:8502", type=address, metavar="HOST:PORT")
    add(
        "--micropython",
        default=None,
        metavar="PATH",
        help="the interpreter (.venv/bin/micropython)",
    )
    add(
        "--heap",
        default=None,
        type=_size,
        metavar="N",
        help="bytes, 224k... (as 112 KB on the chip; on a board with PSRAM as 256 KB)",
    )
    add("--speed", default=1.0, type=_positive, metavar="N", help="shorten idle time up to N times")
    add("--cpu", default=1.0, type=_positive, metavar="F", help="busy time counts F-fold")
    add("--slow-flash", action="store_true", help="worst-case erase and program times")
    add(
        "--console",
        default=None,
        metavar="PATH",
        help="a serial console there; what runs is what was flashed over it, not build/BOARD",
    )
    add("--baud", default=0, type=int, metavar="N", help="the console is as slow as that (as fast as it goes)")
    add(
        "--clock",
        default=None,
        type=utc,
        metavar="UTC",
        help="2026-01-31T12:00:00Z or seconds (now)",
    )
    return parser.parse_args(argv)


def address(text):
    """ "HOST:PORT" -> (host, port)."""
    host, colon, port = text.rpartition(":")
    if not colon or not host or not port.isdigit() or int(port) > 65535:
        raise argparse.ArgumentTypeError(f"{text!r}: want HOST:PORT, PORT 0 to 65535")
    return host, int(port)


def utc(text):
    """Seconds since 1970 of an ISO 8601 time (UTC unless it says otherwise) or of a number."""
    try:
        return float(text)
    except ValueError:
        pass
    try:
        moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r}: want 2026-01-31T12:00:00Z or seconds") from None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=timezone.utc)
    return moment.timestamp()


def _positive(text):
    try:
        value = float(text)
    except ValueError:
        value = 0
    if not (value > 0 and math.isfinite(value)):
        raise argparse.ArgumentTypeError(f"{text!r}: want a number above 0")
    return value


def _size(text):
    digits, unit = (text[:-1], text[-1].lower()) if text[-1:].lower() in ("k", "m") else (text, "")
    if not digits.isdigit() or int(digits) == 0:
        raise argparse.ArgumentTypeError(f"{text!r}: want bytes, or a number with k or m")
    return int(digits) * {"": 1, "k": 1 << 10, "m": 1 << 20}[unit]


def interpreter(given):
    """The path of MicroPython. ValueError says how to get one."""
    own = Path(sys.prefix) / "bin" / "micropython"
    path = given or (str(own) if own.exists() else "micropython")
    found = shutil.which(path)
    if found is None:
        raise ValueError(f"no MicroPython at {path}: run make setup, or give --micropython PATH")
    return found


def heap(given, path, psram=None):
    """Bytes of heap: as many objects as fit into a board's 112 KB on this interpreter, and the chip itself. psram: the
    board's PSRAM, None: it has none.
    """
    if given:
        return given
    asked = subprocess.run(
        [path, "-c", "import sys; print(sys.maxsize > 1 << 31)"],
        capture_output=True, text=True, timeout=20, check=False, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    if asked.returncode:
        raise ValueError(f"{path} is no MicroPython: {asked.stderr.strip()}")
    word = 8 if asked.stdout.strip() == "True" else 4
    return (_PSRAM_HEAP if psram else _BOARD_HEAP) * word // 4 + CHIP_HEAP[word]
