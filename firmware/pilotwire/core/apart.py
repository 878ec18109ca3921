"""When the pilot wire may be opened, and when what it says counts again.

An open pilot wire reads like an unplugged car, so the connector is told to hold what it knows (`held`): it does not
listen, and nothing closes. Held comes a turn before the relay opens, and ends when the relay was closed for so long
that the wire can be believed again. Then a car that is there is seen at once, and one that is not counts as unplugged
(connector.py wants its 250 ms of A): after 600 ms at the least, more than the 75 ms of blindness and the 500 ms of A
that are usual (facts 1.6).
"""

from micropython import const

from pilotwire.core import ticks

_BLIND_MS = const(350)


class Apart:
    """The pilot wire of one outlet. connector: Connector; relay: contract.Disconnect, None where the board has none:
    then the line is held and nothing else.

    .open  it is proven that the contactor is open, nothing can close it, and the relay is open
    """

    def __init__(self, connector, relay):
        self._connector = connector
        self._relay = relay
        self._who = None
        self._held_ms = 0
        self.open = False

    @property
    def has_relay(self):
        return self._relay is not None

    @property
    def busy(self):
        """Has anybody got it?"""
        return self._who is not None

    def step(self, now_ms, who, wanted):
        """Every turn, by all that may want it open. Who came first has it until the wire is whole again; wishes of
        others wait.
        """
        if self._who not in (None, who):
            return
        connector = self._connector
        proven = connector.is_open and not connector.close
        if wanted and not self.open:
            self._who = who
            if connector.held and proven:  # held for a turn: it was not closed since
                self._move(True)
            connector.held = proven
            self._held_ms = now_ms
        elif self.open and not wanted:
            self._move(False)
            self._held_ms = now_ms
        elif not wanted and self._who and ticks.diff(now_ms, self._held_ms) >= _BLIND_MS:
            connector.diode_seen = 0  # whoever is there now has to show it again
            connector.held = False
            self._who = None

    def has(self, who):
        """Is it open for this one?"""
        return self.open and self._who == who

    def _move(self, open):
        self.open = open
        if self._relay:
            self._relay.part(open)
