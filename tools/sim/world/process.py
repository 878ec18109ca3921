"""The chip's process: started, watched, killed, started again. The world stays.

The child is the head of its own session and is killed with all of it on every way out of here. It
dies too when this program is killed: its end of the link closes, and Linux is asked to kill it
with its parent.
"""

import asyncio
import contextlib
import ctypes
import os
import signal
import socket
import subprocess
import time

_PR_SET_PDEATHSIG = 1
_HANG_S = 5.0  # the least wall time of silence that counts as a hang while a watchdog is armed
_REST_S = 1.0  # wall time between a firmware that fell over and the next try
_LOOK_S = 0.25


class NoChip(Exception):
    """The interpreter ended before the simulated chip had started at all."""


class Chip:
    """command: argv; folder: its modules; settings: the NAME=VALUE of `chip/power.py` that stay the same, may be
    changed between lives. link: its Link. power_cut(): called when the chip's power went as it was told to. console:
    its Console, if it has one.
    """

    def __init__(self, command, folder, settings, world, link, log, power_cut=lambda: None, console=None):
        self._command = command
        self._folder = folder
        self.settings = settings
        self._world = world
        self._link = link
        self._log = log
        self._power_cut = power_cut
        self._console = console
        self._child = None

    async def run(self):
        """Start the chip again and again, until cancelled. NoChip when it cannot even start."""
        cause, again = "power", False
        while True:
            self._world.chip_starts(again)
            if not again:
                self._link.rtc_memory, self._link.clock = "", None
            cause = await self._live(cause)
            if not self._link.spoke and not again:
                raise NoChip("the interpreter ended before the chip started, see above")
            if cause == "power":
                return self._power_cut()
            again = True
            self._world.chip_stopped(cause, outputs_stay=cause == "soft")
            self._log("sim: chip reset: " + cause)
            if cause == "panic":
                await asyncio.sleep(_REST_S)

    def kill(self):
        """End the child and everything it started, now."""
        if self._child is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._child.pid, signal.SIGKILL)
            self._child.wait()

    async def _live(self, cause):
        """One life, from start to end. Returns the cause of the next start."""
        ours, theirs = socket.socketpair()
        with theirs:
            self._child = self._start(theirs, cause)
        if self._console:
            if cause == "soft":
                self._console.soft_reset()
            talk = asyncio.create_task(self._console.serve(self._child.pid))
        else:
            talk = asyncio.create_task(self._forward_output(self._child.stdout))
        watch = asyncio.create_task(self._kill_when_hung())
        try:
            reader, writer = await asyncio.open_connection(sock=ours)
            await self._link.live(reader, writer)
            writer.close()
        finally:
            watch.cancel()
            self.kill()
            if self._console:
                talk.cancel()
        await asyncio.gather(talk, return_exceptions=bool(self._console))
        if watch.done() and not watch.cancelled():
            return "wdt"
        soft = self._console and self._console.in_repl and self._child.returncode == 0
        return self._link.ended or ("soft" if soft else "panic")

    def _start(self, theirs, cause):
        settings = {
            **self.settings,
            "link": theirs.fileno(),
            "cause": "reset" if cause == "panic" else cause,
            **({"console": 1} if self._console else {}),
            "rtc": self._link.rtc_memory,
        }
        if self._link.clock:
            settings["clock_us"] = self._link.rtc_us()
        end = self._console and self._console.chip_end
        return subprocess.Popen(
            self._command,
            env={
                **os.environ,
                "MICROPYPATH": self._folder,
                "CHIP": "\n".join(f"{name}={value}" for name, value in settings.items()),
            },
            stdin=end or subprocess.DEVNULL,
            stdout=end or subprocess.PIPE,
            stderr=subprocess.STDOUT,
            pass_fds=(theirs.fileno(),),
            start_new_session=True,
            preexec_fn=_die_with_parent,  # noqa: PLW1509 (this program has one thread)
        )

    async def _forward_output(self, pipe):
        """What the firmware prints is its log."""
        reader = asyncio.StreamReader()
        protocol = asyncio.StreamReaderProtocol(reader)
        transport, _ = await asyncio.get_running_loop().connect_read_pipe(lambda: protocol, pipe)
        try:
            while line := await reader.readline():
                self._log(line.decode(errors="replace").rstrip())
        finally:
            transport.close()

    async def _kill_when_hung(self):
        """Return after killing a child that is silent although its watchdog is armed."""
        while True:
            await asyncio.sleep(_LOOK_S)
            armed_ms = self._link.watchdog_ms
            silent_s = time.monotonic() - self._link.heard_at
            if armed_ms and silent_s > max(armed_ms / 1000, _HANG_S):
                self._world.advance(self._world.timeline.now_us + armed_ms * 1000)
                os.killpg(self._child.pid, signal.SIGKILL)
                return


def _die_with_parent():
    with contextlib.suppress(OSError, AttributeError):  # not on Linux: the link's end of file does
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
