"""Somebody on a 1-wire bus, byte by byte: after a reset he hears what is written to him, and answers when read."""

import machine
import onewire


class Slave:
    """there: else nobody is on the bus. heard: since the reset."""

    def __init__(self):
        self.there = True
        self.heard, self.answer = b"", b""
        onewire.slave = self.do

    def do(self, byte):
        """The bus: None is a reset, "" a byte that is read, else one that is written."""
        if not self.there:
            return 255 if byte == "" else 0
        if byte is None:
            self.heard, self.answer = b"", b""
            return 1
        if byte == "":
            byte, self.answer = (self.answer or b"\xff")[0], self.answer[1:]
            return byte
        self.heard += bytes((byte,))
        self.told()
        return 0


def crc8(data):
    return bytes((onewire.OneWire(machine.Pin(0)).crc8(data),))
