"""An NXP MFRC522 (RC522) on SPI, and the cards in its field (picc.py).

Source: MFRC522 data sheet rev. 3.9: SPI 8.1.2, timer 8.5, registers 9.3, commands 10.3. Modelled: SPI addresses, FIFO,
CommandReg (Idle, Transceive, SoftReset), ComIrqReg, ErrorReg, bit framing, CollReg, the timer, the antenna, NRSTPD. Not
modelled: CRC unit, crypto, self-test; reserved bits; a field that fades.
"""

from . import picc
from .reader_base import FLOATS, Reader

COMMAND, COM_IRQ, ERROR, FIFO, LEVEL = 0x01, 0x04, 0x06, 0x09, 0x0A
CONTROL, FRAMING, COLLISION = 0x0C, 0x0D, 0x0E
TX_CONTROL, TX_ASK, TIMER_MODE, PRESCALER, RELOAD_HIGH, RELOAD_LOW, VERSION = 0x14, 0x15, 0x2A, 0x2B, 0x2C, 0x2D, 0x37
_RESET_VALUES = {COMMAND: 0x20, COM_IRQ: 0x14, COLLISION: 0xA0, TX_CONTROL: 0x80, VERSION: 0x92, CONTROL: 0x10}
_IDLE, _TRANSCEIVE, _SOFT_RESET = 0x0, 0xC, 0xF
_TX, _RX, _IDLE_IRQ, _ERR, _TIMER = 0x40, 0x20, 0x10, 0x02, 0x01  # of ComIrqReg
_OVERFLOW, _COLLIDED = 0x10, 0x08  # of ErrorReg
_HERTZ = 10_000_000
_FIFO_SIZE = 64
_BIT_US = 128 / 13.56  # 106 kbit/s
_ANSWER_US = 91  # a card's frame delay time
_ASK = 0x40
_START = 0x80


class Mfrc522(Reader):
    """data: with cs and reset. others: UIDs of cards that lie in front of it as well. spoil(bits): changes what a card
    is heard to say; for tests."""

    def __init__(self, *args):
        super().__init__(*args)
        self.others = []
        self.spoil = lambda bits: bits
        self._cards = {}  # UID: Card
        self._selected = False
        self._address = None  # what the next byte belongs to
        self._held = False  # in reset
        self._reset()

    def _reset(self):
        self.registers = bytearray(64)
        for register, value in _RESET_VALUES.items():
            self.registers[register] = value
        self._fifo = bytearray()
        self._work = None
        self._cards = {}  # without a field they forget

    # --- wires

    def output(self, pin, level):
        if pin == self.data["cs"]:
            self._selected, self._address = level == 0, None
        elif pin == self.data["reset"]:
            self._held = level == 0
            self.timeline.cancel(self._work)
            self._reset()

    def spi(self, mode, hertz, data):
        if self.gone:
            self.timeline.cancel(self._work)
            self._reset()
        if self.gone or self._held or not self._selected or mode != 0 or hertz > _HERTZ:
            return bytes((FLOATS,)) * len(data)
        return bytes(self._exchange(byte) for byte in data)

    def _exchange(self, byte):
        """Write: an address, then values for it. Read: addresses, each answered with the next byte."""
        address, said = self._address, 0
        if address is None or address & 0x80:
            said = 0 if address is None else self._read(address >> 1 & 0x3F)
            self._address = byte
        else:
            self._write(address >> 1 & 0x3F, byte)
        return said

    # --- registers

    def _read(self, register):
        if register == FIFO:
            return self._fifo.pop(0) if self._fifo else 0
        return len(self._fifo) if register == LEVEL else self.registers[register]

    def _write(self, register, value):
        if register == FIFO:
            self._push(value)
        elif register == LEVEL:
            if value & 0x80:
                self._fifo.clear()
                self.registers[ERROR] &= ~_OVERFLOW
        elif register == COM_IRQ:
            marked = value & 0x7F
            self.registers[COM_IRQ] = self.registers[COM_IRQ] & ~marked | (marked if value & 0x80 else 0)
        elif register not in (ERROR, VERSION):
            self.registers[register] = value
            self._obey(register, value)

    def _push(self, value):
        if len(self._fifo) < _FIFO_SIZE:
            self._fifo.append(value)
        else:
            self.registers[ERROR] |= _OVERFLOW

    def _obey(self, register, value):
        if register == COMMAND:
            self.timeline.cancel(self._work)
            if value & 0xF == _SOFT_RESET:
                self._reset()
        elif register == TX_CONTROL and value & 3 != 3:
            self._cards = {}
        elif register == FRAMING and value & _START and self.registers[COMMAND] & 0xF == _TRANSCEIVE:
            self._transmit(value & 7)

    # --- the air

    def _transmit(self, last_bits):
        data = bytes(self._fifo)
        self._fifo.clear()
        self.registers[ERROR] = 0
        sent = picc.bits_of(data)
        if last_bits:
            sent = sent[: len(sent) - 8 + last_bits]
        said = self._said_to(sent)
        took_us = round(len(sent) * _BIT_US)
        self.registers[COM_IRQ] |= _TX
        if said:
            took_us += _ANSWER_US + round(max(map(len, said)) * _BIT_US)
            self._work = self.timeline.after(took_us, lambda: self._received(*picc.together(said)))
        elif self.registers[TIMER_MODE] & 0x80:
            self._work = self.timeline.after(took_us + self._timer_us(), lambda: self._interrupt(_TIMER))

    def _said_to(self, sent):
        """What each card answers, without those that say nothing."""
        uids = ([self.uid] if self.uid else []) + self.others
        self._cards = {uid: self._cards.get(uid) or picc.Card(uid) for uid in uids}
        if self.registers[TX_CONTROL] & 3 != 3 or not self.registers[TX_ASK] & _ASK:
            return []
        return [said for card in self._cards.values() if (said := card.hear(sent))]

    def _timer_us(self):
        prescaler = (self.registers[TIMER_MODE] & 0xF) << 8 | self.registers[PRESCALER]
        reload = self.registers[RELOAD_HIGH] << 8 | self.registers[RELOAD_LOW]
        return round((2 * prescaler + 1) * (reload + 1) / 13.56)

    def _received(self, bits, collision):
        """collision: the first bit that cards said differently, from 0; None."""
        align = self.registers[FRAMING] >> 4 & 7
        self.registers[COLLISION] = self.registers[COLLISION] & 0x80 | 0x20
        if collision is not None:
            self.registers[ERROR] |= _COLLIDED
            self.registers[COLLISION] = self.registers[COLLISION] & 0x80 | (collision + 1 & 31)
            if not self.registers[COLLISION] & 0x80:
                bits = bits[:collision] + [0] * (len(bits) - collision)
        bits = [0] * align + self.spoil(bits)
        self.registers[CONTROL] = self.registers[CONTROL] & ~7 | len(bits) % 8
        for byte in picc.bytes_of(bits):
            self._push(byte)
        self._interrupt(_RX | (_ERR if self.registers[ERROR] else 0))

    def _interrupt(self, which):
        self.registers[COM_IRQ] |= which
