"""Safe mode: what runs from /safe when no application can. Every contactor stays open, the network is up with the
access point, the log can be read, and an update be brought.

It has counted afresh before anything else: whatever ends it, the slots have their turn again (slots.py).
"""

import asyncio
import time

import machine
from micropython import const

from pilotwire import VERSION, loader
from pilotwire.log import Log
from pilotwire.net.http_server import HttpServer
from pilotwire.tasks import Supervisor

_WATCHDOG_MS = const(60_000)
_LONGEST_MS = const(900_000)  # then the slots are tried once more, unless an update is under way
_LINES = const(20)
_LUMP = const(190)
_FOLDER = __file__.rsplit("/", 1)[0]


def ready(board):
    """-> (function, its argument), as application.py has it. board: the module, for its name and network."""
    return _start, _Box(board)


class _Box:
    """What the pieces of network and update want of a wallbox; it is its own clock, settings and only path, too."""

    def __init__(self, board):
        self.board = board
        self.outlets = []
        self.paths = (self,)
        self.clock = self.settings = self
        self.update = self.restarting = None
        self.log = Log(self.up_ms, out=self._say)
        self.lines = []
        self.tasks = Supervisor(self.log)
        self.hostname = "pilotwire-%06d" % (int.from_bytes(machine.unique_id(), "big") % 1_000_000)
        self._watchdog = machine.WDT(timeout=_WATCHDOG_MS)
        self._began_ms = time.ticks_ms()

    def up_ms(self):
        return time.ticks_diff(time.ticks_ms(), self._began_ms)

    def get(self, key):
        """A setting; the one that is asked for is wda: the access point goes once a network is joined."""
        return False

    def notice(self, text):
        self.log.warn(text)

    def beat(self):
        self._watchdog.feed()

    def stop(self):
        """As a safety path; there is none."""

    def restart(self, reason):
        self.log.warn(reason)
        self.restarting = reason

    def _say(self, line):
        print(line)
        if ", password " not in line:  # that is for who stands at the console
            self.lines = self.lines[1 - _LINES :] + [line]


def _start(box):
    slots = loader.use("slots")
    for line in [slot + _told(slots, slot) for slot in slots.SLOTS]:
        box.log.error("safe mode, contactor open: " + line)
    try:
        slots.again()
    except OSError as e:
        box.log.error("the flash fails: %s" % e)
    loader.release("slots")
    asyncio.run(_run(box))


def _told(slots, slot):
    if not slots.sequence(slot):
        return " is empty"
    return " (%s) %s" % (slots.read(slot, "complete"), "failed" if slots.bad(slot) else "does not import")


async def _run(box):
    box.tasks.start("http", HttpServer(lambda request: _answer(box, request), box.log).run)
    _network(box)
    while not box.restarting:
        box.beat()
        box.wifi.second(box)
        loader.sweep()
        if box.up_ms() > _LONGEST_MS and not (box.update and loader.lend("update.work").busy(box)):
            box.restart("the applications are tried again")
        await asyncio.sleep_ms(1000)
    machine.reset()


def _network(box):
    lan = None
    if getattr(box.board, "ETHERNET", None):
        lan = loader.use("hal").make(box.board, "ETHERNET")
    box.wifi = loader.use("net.lan").Lan(lan) if lan else loader.use("net.wifi").Wifi()
    loader.lend("net.wifi_boot").up(box)


async def _answer(box, request):
    """-> (status, content type, body, extra head lines)."""
    path = request.path
    reason = loader.lend("api.gate").refuse(request.headers, ("pilotwire", box.hostname), path == "/")
    if reason:
        return loader.lend("proto.http_answer").problem(403, reason)
    if path == "/":
        return 200, "text/html; charset=utf-8", _file(_FOLDER + "/safe.html"), ""
    if path == "/log":
        return 200, "text/plain; charset=utf-8", _log(box), ""
    if path == "/update":
        return await loader.lend("update.at_update").answer(box, None, request)
    return loader.lend("proto.http_answer").problem(404, "safe mode has /, /log and /update")


def _log(box):
    """What went wrong, and since then."""
    yield ("Pilotwire %s, safe mode, reset cause %d\n" % (VERSION, machine.reset_cause())).encode()
    for line in tuple(box.lines):
        yield (line + "\n").encode()
    yield b"\nthe last crash of an application:\n"
    for piece in _file("/crash"):
        yield piece


def _file(path):
    try:
        with open(path, "rb") as file:
            while True:
                piece = file.read(_LUMP)
                if not piece:
                    return
                yield piece
    except OSError:
        yield b"none\n"
