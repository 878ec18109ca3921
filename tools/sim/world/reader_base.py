"""What every simulated card reader has: a card that people hold to it, and wires on which nothing happens by itself.

A reader overrides what its own wires do. Fault "reader": it is gone, power and all.
"""

from .temperature import NOBODY

UID_SIZES = (4, 7, 10)
FLOATS = 0xFF  # what SPI reads where nobody drives the line


class Reader:
    """data: the board's READER. faults: names of those that are on. tell(event, **fields): hears of cards.

    uid: of the card in front of it, None. address: on I2C. uart: its number. send(number, bytes): bytes to the chip's
    UART, or pulses to a pin (200 and more); whoever connects the wires sets it.
    """

    address = uart = None

    def __init__(self, data, timeline, faults, tell):
        self.uid = None
        self.send = lambda number, data: None
        self.data = data
        self.timeline = timeline
        self.faults = faults
        self._tell = tell
        self._removal = None

    @property
    def gone(self):
        return "reader" in self.faults

    # --- what people do

    def hold(self, uid, seconds):
        """A card is held to the reader for so long; another one goes. 0: there is none any more."""
        self.timeline.cancel(self._removal)
        self._remove()
        if seconds:
            self.uid = uid
            self._tell("card", uid=uid.hex().upper())
            self._removal = self.timeline.after(round(seconds * 1_000_000), self._remove)
            self.came()

    def _remove(self):
        if self.uid:
            self.uid = None
            self._tell("card", uid=None)

    def came(self):
        """A card has come."""

    # --- what the chip does

    def transfer(self, what):
        """I2C: bytes that are written, or how many are read -> bytes that were read; None: not acknowledged."""

    def output(self, pin, level):
        """One of the chip's pins is 0, 1 or not driven (None)."""

    def spi(self, mode, hertz, data):
        """SPI: -> as many bytes as were sent."""
        return bytes((FLOATS,)) * len(data)

    def receive(self, data):
        """UART: bytes."""

    def wire(self, what):
        """A 1-wire bus: as Ds18b20.do()."""
        return NOBODY[what[0]]
