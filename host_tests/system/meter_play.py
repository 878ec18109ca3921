"""A meter's driver on the simulated chip, and at the other end of its wires the simulated meter, in a world of its own.

    with Bench("em340") as bench:
        bench.do(lambda: bench.meter.count(100))  # plays the world, which runs in a thread of its own
        assert bench.fresh().energy_wh == 100

Of the firmware only the driver runs, made by hal.make() from the files that are flashed: the bench's main.py reads the
meter again and again and prints what it found, or the error.
"""

import asyncio
import functools
import json
import queue
import shutil
import tempfile
import threading
from pathlib import Path
from types import SimpleNamespace

from world_play import DEVKIT

from tools import build
from tools.sim.world import options
from tools.sim.world.link import Link
from tools.sim.world.model import World
from tools.sim.world.process import Chip
from tools.sim.world.run import chip_folder

MODBUS = {"uart": 1, "tx": 25, "rx": 32, "de": 33, "baud": 9600, "address": 1}
_PATIENCE_S = 20  # of the PC
_LONGEST_MS = 1500  # a reading takes that at most
_MAIN = """
import asyncio, json, board
from pilotwire import hal
meter = hal.make(board, "METER")
async def run():
    while True:
        said = {"error": None}
        try:
            await meter.read()
        except OSError as e:
            said["error"] = str(e)
        said["energy_wh"], said["frequency_mhz"], said["at_ms"] = meter.energy_wh, meter.frequency_mhz, meter.at_ms
        said["voltages_mv"], said["currents_ma"] = meter.voltages_mv, meter.currents_ma
        said["powers_w"], said["power_w"] = meter.powers_w, meter.power_w
        print(json.dumps(said))
        await asyncio.sleep_ms(%d)
asyncio.run(run())
"""


class Bench:
    """kind: a meter's kind; spec: what of its METER is not as in MODBUS; phases: of the board. every_ms: between two
    readings. data: a folder whose flash outlives the bench.
    """

    def __init__(self, kind, spec=None, phases=3, every_ms=200, data=None):
        self.world = World(_board(kind, spec, phases))
        self._folder = tempfile.TemporaryDirectory()
        self._data = data
        self._every_ms = every_ms
        self._said = queue.Queue()
        self._log = []

    @property
    def meter(self):
        """The simulated meter."""
        return self.world.outlet(1).meter

    def __enter__(self):
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._live, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *error):
        self._loop.call_soon_threadsafe(self._task.cancel)
        self._thread.join()
        self._folder.cleanup()

    def do(self, act):
        """-> what act() says, called in the world's own thread at an instant the chip agrees to."""
        return asyncio.run_coroutine_threadsafe(self._link.moment(act), self._loop).result(_PATIENCE_S)

    def reading(self):
        """The next thing the driver says, as an object."""
        try:
            return SimpleNamespace(**self._said.get(timeout=_PATIENCE_S))
        except queue.Empty:
            raise AssertionError("the driver says nothing more:\n" + "\n".join(self._log[-30:])) from None

    def fresh(self):
        """The first reading without an error that began after now."""
        after_ms = self.do(lambda: self.world.now_ms) + _LONGEST_MS
        return self.until(lambda got: got.error is None and got.at_ms > after_ms)

    def until(self, good):
        """The first thing the driver says that is good(it)."""
        got = None
        for _ in range(60):
            got = self.reading()
            if good(got):
                return got
        raise AssertionError(f"waited in vain, the last was {got}")

    def _live(self):
        asyncio.set_event_loop(self._loop)
        self._link = Link(self.world, self._hear)
        self._task = self._loop.create_task(self._chip().run())
        try:
            self._loop.run_until_complete(self._task)
        except asyncio.CancelledError:
            pass
        finally:
            for task in asyncio.all_tasks(self._loop):
                task.cancel()
            self._loop.run_until_complete(asyncio.sleep(0))
            self._loop.close()

    def _chip(self):
        path = options.interpreter(None)
        folder = Path(self._folder.name)
        data = self._data or folder / "data"
        data.mkdir(exist_ok=True)
        settings = {"data": data, "build": self._tree(folder / "tree"), "speed": 50, "cpu": 1}
        command = [path, "-X", f"heapsize={options.heap(None, path)}", "-m", "start"]
        return Chip(command, chip_folder(), settings, self.world, self._link, self._hear)

    def _tree(self, tree):
        flash(tree, METER=self.world.board.METER, LIMITS=self.world.board.LIMITS)
        (tree / "boot.py").unlink()
        (tree / "main.py").write_text(as_flashed(_MAIN % self._every_ms))
        return tree

    def _hear(self, line):
        self._log.append(line)
        if line.startswith("{"):
            self._said.put(json.loads(line))


def _board(kind, spec, phases):
    meter = {"kind": kind, **(MODBUS if kind != "s0" else {}), **(spec or {})}
    parts = {"METER": meter, "LIMITS": {**DEVKIT.LIMITS, "phases": phases}}
    return SimpleNamespace(**{**vars(DEVKIT), **parts})


def as_flashed(source):
    """The source of a main.py with the names of what is flashed."""
    words = build.passed_by_keyword(), (), build.public_names()[1]
    return build.modules().flatten(build.shorten.shorten(source, "main.py", *words))


def flash(tree, **parts):
    """Makes a tree that is flashed, of a board with these parts."""
    shutil.copytree(_with_every_driver().name, tree)
    (tree / "board.py").write_text("".join(f"{name} = {value!r}\n" for name, value in parts.items()))


@functools.cache
def _with_every_driver():
    """-> a folder that goes with this process: the devkit's tree without its board, and the drivers that it lacks."""
    folder = tempfile.TemporaryDirectory()
    flash_with(Path(folder.name), None)
    return folder


def flash_with(tree, parts):
    """Makes a tree that is flashed, without a board: the devkit's, and the drivers and parts of these names that it
    lacks; None: all of them."""
    with build.one_at_a_time():  # not half of it
        shutil.copytree(build.BUILD / "devkit", tree, dirs_exist_ok=True)
    for source in (build.FIRMWARE / "pilotwire").glob("[hp]*/*.py"):
        to = tree / build.flat_name(source)
        wanted = parts is None or source.stem in parts
        if wanted and not to.exists() and source.name != "contract.py":
            build.compile_flat(source, to)
    (tree / "board.mpy").unlink()
