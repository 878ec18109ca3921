"""The wallbox: what the doors, the charge point and the outlets share."""

import os

import machine

from pilotwire import loader
from pilotwire.log import Log
from pilotwire.net.clock import Clock
from pilotwire.store.journal import Journal
from pilotwire.store.settings import Settings
from pilotwire.tasks import Supervisor


class Box:
    """Made once, by app.py, which fills in outlets, outlet, paths, wifi and ocpp."""

    def __init__(self, board):
        self.board = board
        self.clock = Clock(rtc=machine.RTC())
        self.log = Log(self.clock.up_ms)
        self.settings = Settings(_table, "/settings", self.log)
        self.notices = self.settings.notices
        self.journal = Journal(self.settings.notice)
        self.tags = "/tags"  # of known ids: the folder of the cache; .list behind it: the local list
        self.open_transactions = []  # what a power cut interrupted, as Journal.load() says; the charge point takes it
        self.tasks = Supervisor(self.log)
        self.outlets = []
        self.outlet = None  # the one outlet that the key API knows
        self.paths = self.settings.paths = []  # the outlets' safety paths
        self.wifi = None
        self.ocpp = None
        self.cards = None  # where there is a reader
        self.reader_fault = False  # it does not answer
        self.boots = 0
        self.serial = "%06d" % (int.from_bytes(machine.unique_id(), "big") % 1_000_000)
        self.hostname = "pilotwire-" + self.serial
        self.restarting = None  # why, once someone asked for it
        self.restart_ms = 0  # ticks: then
        self.commanded_ms = -3_600_000  # up_ms() of the last command; at the start longer ago than fsc can be
        self.watching = False  # watch.py has to look each second
        self.delayed_ms = 0  # up_ms() until which charging waits after a power cut, 0: it does not
        self.tcl_ms = 0  # up_ms() until which a temporary limit counts, 0: there is none
        self.grid_ma = None  # what all outlets may take together, while the grid operator limits the power
        self.update = None  # what goes on with one: (state, bytes, of so many, why), as update/work.py tells

    def commanded(self):
        """A controller has set a key or a limit."""
        self.commanded_ms = self.clock.up_ms()

    def restart(self, reason):
        """Asks for a restart of the chip; it comes when every car had time to stop and the contactors are open."""
        self.log.warn("restart asked for: " + reason)
        self.restarting, self.restart_ms = reason, self.clock.ms()
        loader.lend("slots").calm(os.getcwd())


def _table():
    """The key table, which is only needed when a setting is read from flash or changed."""
    return loader.lend("api.table")
