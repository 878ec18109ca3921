"""One run of the simulator: everything opened, kept going, and closed whatever happens."""

import asyncio
import contextlib
import os
import signal
import socket
import sys
import time

from . import air, board, names, options, storage
from .console import Console
from .control import Control
from .link import Link
from .model import World
from .process import Chip

_SAVE_S = 1.0  # for what changes all the time: energy, the register
_SAVED_AT_ONCE = ("car", "contactor", "fault", "lock", "meter", "wifi", "air")
POWER_CUT = 75
_EPOCH_2000_S = 946_684_800


class Run:
    """options: the namespace of options.parse()."""

    def __init__(self, chosen):
        self._chosen = chosen
        self._status = asyncio.get_running_loop().create_future()  # what the process ends with
        self._data = os.path.abspath(chosen.data)
        os.makedirs(self._data, exist_ok=True)
        self._world = World(board.load(options.ROOT, chosen.board))
        self._shelf = storage.Shelf(self._data)
        self._shelf.load(self._world)
        self._world.listeners.append(self._save_at_once)
        self._world.power_cut = lambda: asyncio.get_running_loop().call_soon(self._power_cut)
        self._link = Link(self._world, self._log)
        self._link.bound = self._bound
        self._control = Control(self._world, self._link.moment, self._power_cut)
        self._http = _free(chosen.http, "--http")
        self._modbus = "{}:{}".format(*chosen.modbus)  # bound only when the firmware enables it
        self._world.utc_s = max(time.time(), self._shelf.utc_s) if chosen.clock is None else chosen.clock
        self._chip = self._console = None
        self._ready = False  # said so
        self._tasks = []

    async def until_stopped(self):
        """-> the status of the process. ValueError: could not start, and why."""
        loop = asyncio.get_running_loop()
        for sign in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(sign, self._end, 0)
        try:
            await self._open_doors()
            for job in (self._chip.run(), self._keep_saving()):
                self._tasks.append(asyncio.create_task(job))
                self._tasks[-1].add_done_callback(self._task_ended)
            return await self._status
        finally:
            self._kill()
            await asyncio.gather(*self._tasks, return_exceptions=True)
            await self._control.close()
            if self._console:
                self._console.close()
            self._shelf.save(self._world, last=True)

    async def _open_doors(self):
        host, port = self._chosen.control
        try:
            self._control_door = f"{host}:{await self._control.open(host, port)}"
        except OSError as error:
            raise _taken("--control", host, port, error) from None
        clock = names.Time(self._link.moment, lambda: self._world.now_utc_s)
        settings = {
            "data": self._data,
            "build": _build_folder(self._chosen.board),
            "speed": f"{self._chosen.speed:g}",
            "cpu": f"{self._chosen.cpu:g}",
            "wifi": air.first_record().hex(),
            "slow_flash": int(self._chosen.slow_flash),
            "http": self._http,
            "modbus": self._modbus,
            "dns": await names.listen(names.Names()),
            "ntp": await names.listen(clock),
        }
        path = options.interpreter(self._chosen.micropython)
        heap = options.heap(self._chosen.heap, path, getattr(self._world.board, "PSRAM", None))
        command = [path, "-X", f"heapsize={heap}", "-m", "start"]
        if self._chosen.console:
            command[-1] = "console"
            settings |= self._open_console()
        self._chip = Chip(
            command, chip_folder(), settings, self._world, self._link, self._log, self._power_cut, self._console
        )

    def _open_console(self):
        """-> what the chip's settings are with one: nothing runs that was not flashed."""
        self._console = Console(self._chosen.console, self._chosen.baud, self._log, self._link)
        blank = os.path.join(self._data, "blank")
        os.makedirs(blank, exist_ok=True)
        self._say_ready(self._http)  # the application may not be there yet
        return {"build": blank, "mcu": self._world.board.MCU.split("_")[0]}

    def _bound(self, port, address):
        """The chip has opened a door. One that falls over at first is ready later."""
        if port == 80 and not self._ready and not self._console:
            self._ready = True
            self._say_ready(address)

    def _say_ready(self, http):
        print(f"ready http {http} control {self._control_door}", file=sys.stderr, flush=True)

    def _power_cut(self):
        self._kill()
        self._world.chip_stopped("power")
        self._end(POWER_CUT)

    def _kill(self):
        """End the chip's process, and the task that would start it again."""
        for task in self._tasks:
            task.cancel()
        if self._chip:
            self._chip.kill()

    def _end(self, status):
        if not self._status.done():
            self._status.set_result(status)

    def _task_ended(self, task):
        if not task.cancelled() and task.exception() and not self._status.done():
            self._status.set_exception(task.exception())

    def _save_at_once(self, event):
        if event["event"] in _SAVED_AT_ONCE:
            self._shelf.save(self._world)

    async def _keep_saving(self):
        while True:
            await asyncio.sleep(_SAVE_S)
            self._shelf.save(self._world)

    def _log(self, text):
        print(text, file=sys.stderr, flush=True)
        self._world.tell("log", text=text)


def chip_folder():
    """The chip's modules: compiled by make build if none is older than its source, else sources."""
    source, built = options.ROOT / "tools" / "sim" / "chip", options.ROOT / "build" / "chip"
    for path in source.glob("*.py"):
        compiled = built / (path.stem + ".mpy")
        if not compiled.exists() or compiled.stat().st_mtime < path.stat().st_mtime:
            return str(source)
    return str(built)


def _build_folder(name):
    """The tree that is flashed. ValueError says how to make it."""
    folder = options.ROOT / "build" / name
    if not folder.exists():
        raise ValueError(f"{folder} is missing: run make build BOARD={name}")
    return str(folder)


def _free(wanted, option):
    """HOST:PORT of a door that the chip opens later, tried now: the error comes early.

    Port 0 becomes a free one here, because MicroPython's sockets cannot tell which one they took.
    """
    host, port = wanted
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as door:
            door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            door.bind((host, port))
            return f"{host}:{door.getsockname()[1]}"
    except OSError as error:
        raise _taken(option, host, port, error) from None


def _taken(option, host, port, error):
    return ValueError(f"{option} {host}:{port}: {os.strerror(error.errno)}")


async def run(chosen):
    with contextlib.suppress(asyncio.CancelledError):
        return await Run(chosen).until_stopped()
