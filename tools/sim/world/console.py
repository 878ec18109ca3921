"""The serial console of the chip: a pseudo terminal for who plugs in, another for the chip, and the wire between them.

Both are raw: what goes in comes out. Where a chip's UART raises KeyboardInterrupt at Ctrl-C, this one asks the chip to
raise it where it waits, if it wants to hear it (micropython.kbd_intr); else Ctrl-C is a byte like any other, as on the
chip. A program that never waits gets SIGINT, which the port raises wherever it stands: in the middle of collecting
garbage that would leave the heap locked for good, as no chip does.
The wire stays over resets and is as fast as `baud` says; nobody there to read: what was said is lost.
"""

import asyncio
import contextlib
import os
import pty
import signal
import termios
import time
import tty
from pathlib import Path

_CTRL_C = b"\x03"
_PIECE = 256  # bytes at a time, 22 ms at 115200 baud
_GONE_S = 0.5  # nobody has read for so long
_BITS = 10  # of a byte on the wire, 8N1


class Console:
    """path: becomes a link to the terminal that people open. baud: 0: as fast as it goes. log(line). link: of the
    chip.
    """

    def __init__(self, path, baud, log, link):
        self._baud = baud
        self._log = log
        self._link = link
        self._people, self._door = _terminal()
        self._wire, self.chip_end = _terminal()
        self._path = Path(path)
        self._path.unlink(missing_ok=True)
        self._path.symlink_to(os.ttyname(self._door))
        self._line = b""
        self.in_repl = False  # what is said there is for the program that asked
        self._soft = False  # the chip starts behind a soft reset in the raw REPL

    def close(self):
        self._path.unlink(missing_ok=True)
        for end in (self._people, self._door, self._wire, self.chip_end):
            os.close(end)

    def soft_reset(self):
        """The chip that starts next was in the raw REPL, and is there again behind boot.py."""
        self._soft = True

    async def serve(self, pid):
        """The wire while this process is the chip; ends by being cancelled."""
        termios.tcflush(self.chip_end, termios.TCIFLUSH)
        self.in_repl, self._line = False, b""
        if self._soft:
            self._soft = False
            await _write(self._people, b"MPY: soft reboot\r\n", _GONE_S)
            await _write(self._wire, b"\x01")
        await asyncio.gather(
            self._carry(self._people, lambda data: self._to_chip(pid, data)),
            self._carry(self._wire, self._to_people),
        )

    async def _carry(self, source, send):
        free_s = time.monotonic()
        while True:
            await _ready(source)
            data = os.read(source, _PIECE)
            await send(data)
            if self._baud:
                free_s = max(free_s, time.monotonic() - 0.05) + len(data) * _BITS / self._baud
                await asyncio.sleep(max(0, free_s - time.monotonic()))

    async def _to_chip(self, pid, data):
        while data:
            before, ctrl_c, data = data.partition(_CTRL_C)
            await _write(self._wire, before)
            if ctrl_c and self._link.spoke and _hears(pid):
                if not await self._link.interrupted():
                    with contextlib.suppress(ProcessLookupError):
                        os.kill(pid, signal.SIGINT)
            elif ctrl_c:
                await _write(self._wire, ctrl_c)

    async def _to_people(self, data):
        *lines, self._line = (self._line + data).split(b"\n")
        for line in lines:
            text = line.decode(errors="replace").strip()
            self.in_repl = self.in_repl or text.startswith("raw REPL")
            if not self.in_repl:
                self._log(text)
        self._line = self._line[-1000:]
        await _write(self._people, data, _GONE_S)


def _terminal():
    """-> its two ends: ours, and the one that is opened as a terminal."""
    ours, theirs = pty.openpty()
    tty.setraw(theirs)
    os.set_blocking(ours, False)
    return ours, theirs


def _hears(pid):
    """Whether the process takes SIGINT."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return False
    caught = next(line for line in status.splitlines() if line.startswith("SigCgt"))
    return bool(int(caught.split()[1], 16) >> (signal.SIGINT - 1) & 1)


async def _ready(fd, write=False):
    loop = asyncio.get_running_loop()
    there = loop.create_future()
    add, remove = (loop.add_writer, loop.remove_writer) if write else (loop.add_reader, loop.remove_reader)
    add(fd, lambda: there.done() or there.set_result(None))
    try:
        await there
    finally:
        remove(fd)


async def _write(fd, data, timeout_s=None):
    """All of it; what is not taken within timeout_s is lost."""
    while data:
        try:
            data = data[os.write(fd, data) :]
        except BlockingIOError:
            try:
                await asyncio.wait_for(_ready(fd, write=True), timeout_s)
            except asyncio.TimeoutError:
                return
