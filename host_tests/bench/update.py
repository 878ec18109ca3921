"""What an update over the network costs: bytes, the time to check its signature, the flash, time and heap to install.

    .venv/bin/python -m host_tests.bench.update [--board devkit]

The signature is checked on the 32-bit port, and 35 to 65 times as long on the chip (facts micropython, 2.6). An update
is sent to the simulated wallbox over HTTP, at cpu 50, as slow as the chip, and with OCPP in the heap of an ESP32.
"""

import argparse
import http.client
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

from host_tests.bench import memory
from tools import build, flash_image, update, update_file
from tools.csms import BackgroundCentralSystem
from tools.session import connect
from tools.wallbox import ROOT, Wallbox, WallboxError

_VERSION = "99.0"
_ROUNDS = 50
_CHIP = (35, 65)
_CODE = """
import time
from pilotwire.update import signature
digest, signed, keys = bytes.fromhex("%s"), bytes.fromhex("%s"), "%s"
began = time.ticks_us()
for _ in range(%d):
    signature.check(digest, signed, keys)
print(time.ticks_diff(time.ticks_us(), began) // %d)
"""


def verification_us(bits, interpreter=memory.PORT32):
    """-> µs to check a signature of a key of so many bits, which lies in a file."""
    key = update_file.new_key(bits)
    seen = update_file.read(update_file.pack({"a.mpy": b""}, "1", "devkit", "1", key))
    digest = update_file.hashlib.sha256(seen.signed).hexdigest()
    with tempfile.NamedTemporaryFile() as f:
        f.write(update_file.packed_keys([key.public_key()]))
        f.flush()
        code = _CODE % (digest, seen.signature.hex(), f.name, _ROUNDS, _ROUNDS)
        path = f"{ROOT / 'firmware'}:.frozen"
        done = subprocess.run([interpreter, "-c", code], env={"MICROPYPATH": path}, capture_output=True, check=True)
    return int(done.stdout)


def made(board, key):
    """-> (an update file whose firmware knows the key, the files in it)."""
    contents = update.contents(board, _VERSION)
    contents["pilotwire/update_keys.bin"] = update_file.packed_keys([key.public_key()])
    return update_file.pack(contents, _VERSION, board, "0.1", key), contents


class Updated:
    """A wallbox in a folder, with a firmware in slot A that knows the key."""

    def __init__(self, board, key, folder, *options):
        tree = update.copied(board, folder, [key.public_key()])
        data = Path(folder, "data")
        data.mkdir()
        self.image = data / "flash.bin"
        self.blocks = flash_image.put(self.image, board, tree=tree, good=True)
        self.box = Wallbox(board, data, *options)

    def send(self, data):
        """-> what was told of the flash before and after, and the log since. Raises WallboxError."""
        box = self.box
        before, lines = box.ask("flash"), len(box.log)
        box.do("timing_reset")
        connection = http.client.HTTPConnection(urlsplit(box.url).netloc, timeout=200)
        connection.request("POST", "/update", data)
        answer = connection.getresponse()
        said = json.loads(answer.read())
        if answer.status != 200:
            raise WallboxError(said["error"])
        box.wait_for(lambda: any("chip reset" in line for line in list(box.log)[lines:]), 120)
        return before, box.ask("flash"), list(box.log)[lines:]


def costs(board, data, key):
    """-> {what: figure} of an update sent at cpu 50."""
    with tempfile.TemporaryDirectory() as folder:
        wallbox = Updated(board, key, folder, "--cpu", 50, "--speed", 50)
        with wallbox.box as box:
            box.wait_for(lambda: any("health" in line for line in box.log), 60)
            before, after, lines = wallbox.send(data)
            stalls = [stall["ms"] for stall in box.ask("stalls")["stalls"]]
        began = next(float(line.split()[0]) for line in lines if "update: installing" in line)
        ended = next(float(line.split()[0]) for line in lines if "restart asked for" in line)
        image = flash_image.put(wallbox.image, board, slot="a")
    return {
        "erases": after["erases"] - before["erases"],
        "kib": (after["bytes"] - before["bytes"]) / 1024,
        "install_s": ended - began,
        "stall_ms": max(stalls, default=0),
        "blocks_one": wallbox.blocks,
        "blocks_two": image,
    }


def passes(board, data, key, heap):
    """-> "" when an update passes in such a heap on the 32-bit port beside OCPP, else why not."""
    with tempfile.TemporaryDirectory() as folder, BackgroundCentralSystem() as csms:
        wallbox = Updated(board, key, folder, "--micropython", memory.PORT32, "--heap", heap, "--speed", 5)
        try:
            with wallbox.box as box:
                connect(box, csms)
                box.wait_for(lambda: box.status("ocppa"), 30)
                wallbox.send(data)
        except (WallboxError, OSError, ValueError, http.client.HTTPException) as e:
            return str(e).partition("\n")[0] or type(e).__name__
    return ""


def least_heap(board, data, key, most=192 * 1024):
    """-> bytes without the simulated chip's own, as text; an ESP32 has 114,688 B. Else why it does not pass."""
    for heap in range(memory.CHIP_HEAP, most, 8192):
        why = passes(board, data, key, heap + memory.chip_bytes(board))
        if not why:
            return f"{heap:,} B"
    return f"none up to {most:,} B: {why}"


def main():
    parser = argparse.ArgumentParser(prog="update", description=__doc__.split("\n")[0])
    parser.add_argument("--board", default="devkit")
    board = parser.parse_args().board
    build.build(board)
    key = update_file.new_key()
    data, contents = made(board, key)
    size = sum(map(len, contents.values()))
    print(f"update: {len(data):,} B in one file for {len(contents)} files of {size:,} B ({board})")
    port32 = memory.PORT32.exists()
    for bits in update_file.BITS if port32 else ():
        us = verification_us(bits)
        low, high = (us * factor // 1000 for factor in _CHIP)
        print(f"  {us / 1000:6.1f} ms  to check an RSA-{bits} signature, 32-bit port; {low} to {high} ms on the chip")
    cost = costs(board, data, key)
    print(f"  {cost['erases']:4} erases and {cost['kib']:.0f} KiB programmed, received and installed")
    print(f"  {cost['install_s']:6.1f} s   from the answer to the restart, cpu 50; longest stall {cost['stall_ms']} ms")
    print(f"  {cost['blocks_one']:4} of 512 blocks with one slot in use, {cost['blocks_two']} with both")
    if port32:
        print(f"  least heap in which it passes beside OCPP, to 8 KB: {least_heap(board, data, key)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
