"""The one place where the parts of a board are made and wired together.

Order matters: the safety path runs before anything that can wait. Then come settings, network and doors, each as a supervised task.
"""

import asyncio
import gc

import machine
from micropython import const

from pilotwire import hal, loader
from pilotwire.api import table
from pilotwire.core.connector import Connector
from pilotwire.core.limits import Limits
from pilotwire.log import Log
from pilotwire.net.clock import Clock
from pilotwire.outlet import Outlet
from pilotwire.panel import Panel
from pilotwire.safety import Guard, Safety
from pilotwire.store import boots
from pilotwire.store.latch import Latch
from pilotwire.store.settings import Settings
from pilotwire.tasks import Supervisor

_TURN_MS = const(200)  # the control loop
_METER_MS = const(1000)  # between two reads of the meter
_GC_BYTES = const(
    16384
)  # collect after so much was allocated: many short pauses in place of a long one, and the heap does not grow


class Box:
    """The wallbox: what the doors, the charge point and the outlets share."""

    def __init__(self, board):
        self.board = board
        self.clock = Clock(rtc=machine.RTC())
        self.log = Log(self.clock.up_ms)
        self.settings = Settings(table, "/settings", self.log)
        self.tasks = Supervisor(self.log)
        self.outlets = []
        self.wifi = None
        self.ocpp = None
        self.boots = 0
        self.serial = "%06d" % (int.from_bytes(machine.unique_id(), "big") % 1_000_000)
        self.hostname = "pilotwire-" + self.serial
        self.restarting = None  # why, once someone asked for it

    @property
    def notices(self):
        return self.settings.notices

    def restart(self, reason):
        """Asks for a restart of the chip; it comes once every car was given the time to stop and the contactors are open."""
        self.log.warn("restart asked for: " + reason)
        self.restarting = reason


def run(board):
    """Runs the wallbox; returns only by an exception."""
    asyncio.run(_run(board))


async def _run(board):
    box = Box(board)
    asyncio.get_event_loop().set_exception_handler(lambda _, context: _report(box, context["exception"]))
    guard = Guard()
    paths = [_outlet(box, 1, guard)]
    for path in paths:
        path.start()
    box.log.info("contactor-safe, %s, reset cause %d" % (board.NAME, machine.reset_cause()))
    box.settings.load()
    box.boots = boots.count()
    gc.collect()
    gc.threshold(_GC_BYTES)
    box.tasks.start("control", lambda: _control(box, paths))
    for outlet in box.outlets:
        if outlet.meter:
            box.tasks.start("meter %d" % outlet.number, lambda: _read_meter(outlet))
    _connect(box)
    while True:  # this task is only the main one: when it ended the program would
        await asyncio.sleep(3600)


def _outlet(box, number, guard):
    """Makes outlet NUMBER of the board and its safety path."""
    board = box.board
    contactor, pilot = hal.make(board, "CONTACTOR"), hal.make(board, "PILOT")
    limits = Limits()
    limits.set("board", board.LIMITS["ma"])
    connector = Connector(contactor.release_ms, contactor.close_ms, contactor.feedback() is not None)
    outlet = Outlet(number, box, connector, limits, hal.make(board, "METER"))
    outlet.latch = Latch("/latch%d" % number, outlet.faults, box.log)
    outlet.latch.restore()
    outlet.panel = Panel(outlet, hal.make(board, "INDICATOR"), hal.make(board, "BUTTON"))
    box.outlets.append(outlet)
    return Safety(number, pilot, contactor, connector, guard, box.log)


def _connect(box):
    """The network and what lives on it. The radio's start stalls the chip, so it comes before a car can charge."""
    from pilotwire.net import clock, ocpp_link
    from pilotwire.net.http_server import HttpServer
    from pilotwire.net.wifi import Wifi

    box.wifi = Wifi()
    box.wifi.up()
    box.ocpp = ocpp_link.Status(box)
    routes = loader.use("api.routes").Routes(box, ("pilotwire", box.hostname))
    box.http = HttpServer(routes.answer, box.log)
    box.tasks.start("http", box.http.run)
    box.tasks.start("clock", lambda: clock.keep(box))
    box.tasks.start("ocpp", lambda: ocpp_link.keep(box))


async def _control(box, paths):
    """Five turns a second: outlets, panels, the safety path's sign of life, what waits for the flash."""
    clock = box.clock
    turn = 0
    while True:
        now_ms = clock.ms()
        clock.up_ms()  # so that no wrap of the ticks is missed
        turn += 1
        closed = False
        for outlet in box.outlets:
            outlet.step(now_ms)
            outlet.panel.step(now_ms)
            if turn % 5 == 0:
                outlet.second()
            outlet.latch.keep()
            closed = closed or not outlet.connector.is_open
        for path in paths:
            path.beat()
        box.settings.flush(now_ms, closed)
        if box.restarting and not closed:
            machine.reset()
        await asyncio.sleep_ms(_TURN_MS)


async def _read_meter(outlet):
    while True:
        try:
            await outlet.meter.read()
        except OSError:
            pass  # the meter keeps the time of its last good reading; the outlet decides what silence means
        await asyncio.sleep_ms(_METER_MS)


def _report(box, e):
    import sys

    box.log.error("a task without a supervisor ended: %s %s" % (type(e).__name__, e))
    sys.print_exception(e)
