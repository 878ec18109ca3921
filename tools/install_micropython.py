"""Put MicroPython on a blank chip: esptool erases it and writes the image that you have downloaded.

    python -m tools.install_micropython --board devkit --port /dev/ttyUSB0 --image ESP32_GENERIC-...bin

Without an image it says which one to take for the board. An image for another chip is refused.
"""

import argparse
import subprocess
import sys
from pathlib import Path

from tools import boards, build

_MAGIC = 0xE9  # first byte of an image, and its chip at 12: esptool's documentation, "Firmware Image Format"
_CHIP_AT = 12
# MCU: chip number in the image, where the image begins on the flash, board at micropython.org, variant with PSRAM
_MCUS = {
    "esp32": (0, 0x1000, "ESP32_GENERIC", "SPIRAM"),
    "esp32s2": (2, 0x1000, "ESP32_GENERIC_S2", None),
    "esp32s3": (9, 0x0, "ESP32_GENERIC_S3", None),
}


class Refused(Exception):
    """Nothing was written, and why."""


def mcu(board):
    """The chip of an MCU, which may be a kind of it (esp32_u4wdh)."""
    return board.MCU.split("_")[0]


def which(board):
    """-> which image to take, a sentence."""
    _, _, name, variant = _MCUS[mcu(board)]
    psram = f", variant {variant}" if getattr(board, "PSRAM", None) and variant else ""
    return f"take the newest release (v1.26 or later) of https://micropython.org/download/{name}/{psram}"


def command(board, port, image):
    """-> esptool's two command lines: erase, write. Raises Refused: the image is not for that chip."""
    number, offset, name, _ = _MCUS[mcu(board)]
    with open(image, "rb") as f:
        head = f.read(_CHIP_AT + 2)
    if len(head) < _CHIP_AT + 2 or head[0] != _MAGIC:
        raise Refused(f"{image} is no image of an ESP32 (an .app-bin or .uf2 is not one either); {which(board)}")
    if int.from_bytes(head[_CHIP_AT:], "little") != number:
        raise Refused(f"{image} is for another chip than the board's {mcu(board)}; {which(board)}")
    start = [sys.executable, "-m", "esptool", "--chip", mcu(board), "--port", port]
    return [*start, "erase-flash"], [*start, "write-flash", hex(offset), str(image)]


def main():
    parser = argparse.ArgumentParser(prog="install_micropython", description=__doc__.split("\n")[0])
    parser.add_argument("--board", default="devkit", help="a folder of boards/")
    parser.add_argument("--port")
    parser.add_argument("--image", type=Path)
    options = parser.parse_args()
    if options.port == "sim":
        sys.exit("install_micropython: a simulated box has MicroPython; make flash PORT=sim is next")
    try:
        board = boards.load(build.source_of(options.board))
    except build.BuildError as e:
        sys.exit(f"install_micropython: {e}")
    if not options.image or not options.port:
        sys.exit(
            f"install_micropython: {options.board} has an {mcu(board).upper()}: {which(board)}; then IMG= and PORT="
        )
    try:
        for words in command(board, options.port, options.image):
            print(" ".join(words[1:]), flush=True)
            if subprocess.run(words, check=False).returncode:
                sys.exit("install_micropython: see esptool's message. Hold BOOT while you plug the board in, try again")
    except (Refused, OSError) as e:
        sys.exit(f"install_micropython: nothing was written: {e}")
    print("MicroPython is on the chip; make flash is next")


if __name__ == "__main__":
    main()
