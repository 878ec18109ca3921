"""A simulated wallbox whose application was stopped, its console on a pty, in a simulated world: to try the wizard on,
and for its tests.

    with Desk("blueprint", folder) as desk:
        transport = SerialTransport(desk.port)
        desk.do("plug")

A reset starts the chip again, as on a desk; the world stays. Time stands still while the chip waits for a line.
"""

import asyncio
import os
import pty
import socket
import subprocess
import threading
import tty

from tools import build
from tools.boards import ROOT
from tools.sim.world import board, options, requests
from tools.sim.world.electrics import plateaus
from tools.sim.world.link import Link
from tools.sim.world.model import World
from tools.wallbox import end_with_parent

_CHIP = ROOT / "tools" / "sim" / "chip"
_PROGRAM = ROOT / "tools" / "commission_chip.py"
_ANSWER_S = 20


class Desk:
    """speed: of the chip's idle time. .log: what the simulation said."""

    def __init__(self, name, folder, speed=50):
        build.build(name)
        self.world = World(board.load(ROOT, name))
        self.log = []
        self.lives = 0
        self._ended = False
        self._link = Link(self.world, self.log.append)
        self._settings = [f"data={folder}", f"build={ROOT / 'build' / name}", f"chip={_CHIP}", f"speed={speed}"]
        self._line, self._theirs = pty.openpty()
        tty.setraw(self._theirs)
        self.port = os.ttyname(self._theirs)
        self._child = None
        self._loop = None
        self._begun = threading.Event()
        self._thread = threading.Thread(target=asyncio.run, args=(self._live(),), daemon=True)

    def __enter__(self):
        self._thread.start()
        self._begun.wait()
        return self

    def __exit__(self, *_):
        self._ended = True
        self._child.kill()
        self._thread.join(10)
        os.close(self._line)
        os.close(self._theirs)

    def after(self, ms, act):
        """act() when the chip's clock is so much further."""
        self.world.timeline.after(ms * 1000, act)

    def do(self, name, **fields):
        """As over the control port of tools/sim/README.md. Raises ValueError: what is wrong."""
        self._at_a_moment(lambda: requests.answer(self.world, {"do": name, **fields}))

    def resist(self, state):
        """Resistors of that state between CP and PE, for the calibration; "A": none."""
        self._at_a_moment(lambda: setattr(self.world.outlet(1), "forced_mv", None if state == "A" else plateaus(state)))

    def cable(self, rating_a):
        """A cable of so many A is in the socket, without a car; None: none."""
        self._at_a_moment(lambda: setattr(self.world.outlet(1), "cable_a", rating_a))

    def _at_a_moment(self, act):
        asyncio.run_coroutine_threadsafe(self._link.moment(act), self._loop).result(_ANSWER_S)

    async def _live(self):
        self._loop = asyncio.get_running_loop()
        cause = "power"
        while not self._ended:
            self.world.chip_starts(self.lives > 0)
            ours, theirs = socket.socketpair()
            with theirs:
                self._child = self._start(theirs.fileno(), cause)
            self._begun.set()
            self.lives += 1
            reader, writer = await asyncio.open_connection(sock=ours)
            await self._link.live(reader, writer)
            writer.close()
            self._child.kill()
            self.log.append(self._child.communicate()[1].decode())
            cause = self._link.ended or "reset"
            self.world.chip_stopped(cause, outputs_stay=cause == "soft")

    def _start(self, link, cause):
        settings = [*self._settings, f"link={link}", f"cause={cause}"]
        return subprocess.Popen(
            [options.interpreter(None), "-X", "heapsize=4m", str(_PROGRAM)],
            env={**os.environ, "MICROPYPATH": f"{_CHIP}:.frozen", "CHIP": "\n".join(settings)},
            stdin=self._line,
            stdout=self._line,
            stderr=subprocess.PIPE,
            pass_fds=(link,),
            start_new_session=True,  # Ctrl-C is for the wizard
            preexec_fn=end_with_parent,  # noqa: PLW1509 - one system call, nothing that locks
        )
