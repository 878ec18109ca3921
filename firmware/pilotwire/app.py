"""The one place where the parts of a board are made and wired together. Not kept in memory after that.

Order matters: what is on flash is read while the contactor is open for sure; then the safety path runs, then come
network and doors.
"""

import machine

from pilotwire import control, hal, loader
from pilotwire.api.door import Door
from pilotwire.box import Box
from pilotwire.core.connector import Connector
from pilotwire.core.limits import Limits
from pilotwire.net import clock, ocpp_link
from pilotwire.net.http_server import HttpServer
from pilotwire.net.wifi import Wifi
from pilotwire.outlet import Outlet
from pilotwire.panel import Panel
from pilotwire.safety import Guard, Safety
from pilotwire.store import boots
from pilotwire.store.latch import Latch

# parts/ has the slow half of each
_MORE = ("LOCK", "PROXIMITY", "RCM", "TEMPERATURE", "INPUTS", "PHASES", "BUZZER", "EARTH")


def make(board):
    """The wallbox of a board module, its safety path running and its tasks ready: control.run(make(board))."""
    box = offline(board)
    _connect(box)
    box.tasks.start("health", loader.use("health").tell, box)
    box.tasks.start("trial", loader.use("trial").watch, box)
    forget = loader.use("forget")
    forget.constructors(box)
    forget.pins(board)
    loader.release("forget")
    return box


def offline(board):
    """The same without the network, as the commissioning wants it (commission/contactor.py)."""
    box = Box(board)
    boards = _outlets(board)
    guard = Guard(len(boards))
    for number, own in enumerate(boards):
        _add_outlet(box, number + 1, own, guard)
    box.outlet = box.outlets[0]
    _read_flash(box)
    loader.use("calibration").calibrate(box, boards)
    loader.release("calibration")
    for path in box.paths:
        path.start()
    box.log.info("contactor-safe, %s, reset cause %d" % (board.NAME, machine.reset_cause()))
    if box.open_transactions:
        loader.lend("resume").restore(box)
    box.tasks.start("meters", control.read_meters, box.outlets)
    for n, own in enumerate(boards):
        for part in _MORE:
            if getattr(own, part, None):
                _add_part(box, n, own, part)
    if len(boards) > 1:
        del board.OUTLET_2  # memory
        station = loader.use("core.station").Station(box)
        for outlet in box.outlets:
            outlet.parts["station"] = station
    reader = _part(box, "READER", board)
    if reader:
        if board.READER.get("reverse"):
            reader = loader.use("hal.reversed_reader").make(reader)
        box.cards = loader.use("cards").Cards(box, reader)
        box.tasks.start("cards", box.cards.watch)
    if any([box.settings.peek(key) for key in ("fse", "gla", "rdl")]) or box.settings.peek("ocppf") is not None:
        loader.lend("watch").begin(box)
    loader.use("selftest").start(box)
    return box


def _read_flash(box):
    """The contactor is open and nothing is sampled yet: the very first start takes some erases of 45 ms."""
    box.settings.load()
    box.boots = boots.count()
    box.journal.peer = loader.lend("store.journal_read").peer(box.settings.get("ocppu"))
    box.open_transactions = box.journal.load()


def _outlets(board):
    """The board as each of its outlets sees it: a second one has its own parts, and what belongs to both."""
    second = getattr(board, "OUTLET_2", None)
    if not second:
        return (board,)
    own = {"LIMITS": board.LIMITS}
    for part in ("INPUTS", "EARTH"):
        own[part] = getattr(board, part, None)
    own.update(second)
    return board, type("", (), own)


def _add_outlet(box, number, board, guard):
    """Makes outlet NUMBER and its safety path. board: as it sees it."""
    contactor, pilot = hal.make(board, "CONTACTOR"), hal.make(board, "PILOT")
    limits = Limits()
    limits.set("board", board.LIMITS["ma"])
    connector = Connector(contactor.release_ms, contactor.close_ms, contactor.feedback() is not None)
    outlet = Outlet(number, box, connector, limits, _make_meter(box, board))
    if not outlet.meter:
        estimated = loader.use("hal.estimated_meter")
        outlet.meter = estimated.EstimatedMeter(outlet, board.LIMITS["phases"])
        box.notices.append("no meter: energy is estimated from the current offered")
    elif hasattr(outlet.meter, "wire"):  # it tells volts and amperes, pulses do not
        loader.lend("supply").begin(outlet, board.LIMITS)
    outlet.latch = Latch("/latch%d" % number, outlet.faults, box.log)
    outlet.latch.restore()
    indicator = _part(box, "INDICATOR", board)
    if indicator and board.INDICATOR["kind"] == "leds":  # no colours: it has a slow half of its own
        outlet.parts["leds"], indicator = loader.use("parts.leds").make(outlet, indicator, None), None
    button = _part(box, "BUTTON", board)
    outlet.panel = Panel(outlet, indicator, button)
    box.outlets.append(outlet)
    box.paths.append(Safety(number, pilot, contactor, connector, guard, box.log))
    box.paths[-1].notice = box.settings.notice
    if button:
        box.paths[-1].polls += (button.poll,)
    if board.PILOT.get("disconnect") is not None:
        relay = loader.use("hal.disconnect").make(board)
        outlet.parts["disconnect"] = loader.use("parts").Part("disconnect", outlet, relay, box.paths[-1])


def _make_meter(box, board):
    """An outlet's meter; on the UART of the first outlet's meter it shares the wire."""
    spec, first = getattr(board, "METER", None), getattr(box.board, "METER", None)
    if box.outlets and spec and first and "uart" in spec and spec["uart"] == first.get("uart"):
        spec["wire"] = box.outlets[0].meter.wire
    return hal.make(board, "METER")


def _add_part(box, n, board, part):
    """A part that few boards have: its driver, and in parts/ what the outlet makes of it, for good or lent."""
    driver, outlet = _part(box, part, board), box.outlets[n]
    if driver:
        name = part.lower()
        piece = loader.use("parts." + name)
        if hasattr(piece, "make"):
            outlet.parts[name] = piece.make(outlet, driver, box.paths[n])
        else:
            loader.release("parts." + name)
            outlet.parts[name] = loader.use("parts").Part(name, outlet, driver, box.paths[n])


def _part(box, part, board):
    """The driver of a part that is not needed, None where the board has none, or one that is not driven yet."""
    try:
        return hal.make(board, part)
    except ImportError as e:
        box.log.warn("%s is not driven yet: %s" % (part, e))
        return None


def _connect(box):
    """The network and what lives on it. The radio's start stalls the chip, so it comes before a car can charge."""
    lan = hal.make(box.board, "ETHERNET")
    box.wifi = loader.use("net.lan").Lan(lan) if lan else Wifi()
    loader.lend("net.wifi_boot").up(box)
    box.ocpp = ocpp_link.Status(box)
    box.http = HttpServer(Door(box).answer, box.log)
    box.tasks.start("http", box.http.run)
    box.tasks.start("clock", clock.keep, box)
    box.tasks.start("ocpp", ocpp_link.keep, box)
    if box.settings.peek("men") or box.settings.peek("mce"):
        loader.lend("net.doors").follow(box)
