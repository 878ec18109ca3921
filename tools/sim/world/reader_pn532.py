"""An NXP PN532 that looks for one ISO 14443-A card at a time, on I2C, SPI or a UART.

Source: NXP UM0701-02, PN532 User Manual: frames 6.2.1, HSU 6.2.3, I2C 6.2.4 (each read begins with a byte whose lowest
bit says that a frame is there), SPI 6.2.5, commands 7.2.9, 7.2.10, 7.3.1, 7.3.5. On I2C and SPI it begins with a
command when its ACK was read.
"""

from .reader_base import FLOATS, UID_SIZES, Reader

ACK = b"\x00\x00\xff\x00\xff\x00"
ERROR = b"\x00\x00\xff\x01\xff\x7f\x81\x00"
_SET_PARAMETERS, _SAM_CONFIGURATION, _RF_CONFIGURATION, _IN_LIST_PASSIVE_TARGET = 0x12, 0x14, 0x32, 0x4A
_MAX_RETRIES = 5  # item of RFConfiguration
_FOR_EVER = 0xFF
_ACK_US = 800
_DONE_US = 1_500
_TRY_US = 15_000  # one look for a card (est.)
_BYTE_US = 87  # at 115200 baud
_WAKE_US = 1_000  # from being selected until it hears (est.)
_WAKE_BYTES = 10  # between the edges that wake it and the first frame it hears: the same time
_SPI_HERTZ = 5_000_000


def framed(data):
    """data: the bytes from the frame identifier (D4 to the reader, D5 from it) on."""
    length = len(data)
    return bytes((0, 0, 0xFF, length, -length & 255)) + data + bytes((-sum(data) & 255, 0))


def parse(frame):
    """The bytes from the identifier on of a frame to the reader, None when it is broken or not for it."""
    length = frame[3] if len(frame) > 8 else 0
    data = frame[5 : 5 + length]
    return data if length > 1 and data[0] == 0xD4 and framed(data) == frame else None


class _Pn532(Reader):
    """The chip behind its bus: what is said next is in `_frame`."""

    def __init__(self, *args):
        super().__init__(*args)
        self._frame = None  # what a read gets
        self._command = None  # begins when the ACK was read
        self._work = None  # its event
        self._awake = False  # after the power came on it sleeps, until SAMConfiguration
        self._tries = _FOR_EVER

    def _written(self, frame):
        self.timeline.cancel(self._work)  # whatever is written ends what it was at
        self._frame, self._command = None, parse(frame)
        if self._command:
            self._work = self.timeline.after(_ACK_US, lambda: self._say(ACK))

    def _was_read(self):
        self._frame = None
        if self._command:
            command, self._command = self._command, None
            self._work = self.timeline.after(_DONE_US, lambda: self._do(command[1], command[2:]))

    def _do(self, code, parameters):
        if code == _IN_LIST_PASSIVE_TARGET and self._awake and parameters == b"\x01\x00":
            self._look(self._tries)
            return
        if code == _SAM_CONFIGURATION:
            self._awake = True
        elif code == _RF_CONFIGURATION and parameters[0] == _MAX_RETRIES:
            self._tries = parameters[3]
        elif code != _SET_PARAMETERS:
            self._say(ERROR)
            return
        self._say(framed(bytes((0xD5, code + 1))))

    def _look(self, again):
        if self.uid or not again:
            self._say(framed(bytes((0xD5, _IN_LIST_PASSIVE_TARGET + 1)) + self._targets()))
            return
        left = again if again == _FOR_EVER else again - 1
        self._work = self.timeline.after(_TRY_US, lambda: self._look(left))

    def _targets(self):
        """How many cards; then number, SENS_RES, SEL_RES and the UID with its length."""
        if not self.uid:
            return b"\x00"
        size = len(self.uid)
        return bytes((1, 1, 0, 4 | 0x40 * UID_SIZES.index(size), 8 if size == 4 else 0, size)) + self.uid

    def _say(self, frame):
        self._frame = frame


class Pn532I2c(_Pn532):
    """data: with its address."""

    def __init__(self, data, *rest):
        super().__init__(data, *rest)
        self.address = data["address"]

    def transfer(self, what):
        if self.gone:
            return None
        if isinstance(what, int):
            return self._read(what)
        self._written(what)
        return b""

    def _read(self, count):
        if not self._frame:
            return bytes(count)
        seen = (b"\x01" + self._frame + bytes(count))[:count]
        if count > len(self._frame):
            self._was_read()
        return seen


class Pn532Spi(_Pn532):
    """data: with cs. Mode 0; each byte goes with its lowest bit first. Selected, it hears after a while."""

    _STATUS, _WRITE, _READ = 2, 1, 3

    def __init__(self, *args):
        super().__init__(*args)
        self._selected_us = None
        self._heard = b""  # since it was selected
        self._read = 0  # bytes of the frame

    def output(self, pin, level):
        if pin != self.data["cs"]:
            return
        if level == 0 and self._selected_us is None:
            self._selected_us, self._heard, self._read = self.timeline.now_us, b"", 0
        elif level != 0 and self._selected_us is not None:
            self._selected_us = None
            self._released()

    def _released(self):
        if self._heard[:1] == bytes((self._WRITE,)):
            self._written(self._heard[1:])
        elif self._frame and self._read >= len(self._frame):
            self._was_read()

    def spi(self, mode, hertz, data):
        if self.gone or mode != 0 or hertz > _SPI_HERTZ or self._selected_us is None:
            return bytes((FLOATS,)) * len(data)
        if not self._awake and self.timeline.now_us - self._selected_us < _WAKE_US and not self._command:
            return bytes(len(data))  # it wakes up, and hears nothing
        return bytes(_turned(self._exchange(_turned(byte))) for byte in data)

    def _exchange(self, byte):
        """A byte comes, one goes out at the same time."""
        what = self._heard[0] if self._heard else None
        self._heard += bytes((byte,))
        if what == self._STATUS:
            return 1 if self._frame else 0
        if what != self._READ or not self._frame:
            return 0
        self._read += 1
        return self._frame[self._read - 1] if self._read <= len(self._frame) else 0


def _turned(byte):
    return int(f"{byte:08b}"[::-1], 2)


class Pn532Uart(_Pn532):
    """data: with its uart. It says what it has to say without being asked."""

    def __init__(self, data, *rest):
        super().__init__(data, *rest)
        self.uart = data["uart"]
        self._heard = b""

    def receive(self, data):
        if self.gone:
            return
        self._heard += data
        begin = self._heard.find(b"\x00\x00\xff")
        if begin < 0:
            self._heard = self._heard[-64:]
            return
        frame = self._heard[begin : begin + 300]
        if len(frame) < 4 or len(frame) < frame[3] + 7:
            return
        awake = self._awake or 0x55 in self._heard[: max(0, begin - _WAKE_BYTES)]
        self._heard = b""
        if awake:
            self._written(frame)

    def _say(self, frame):
        delay_us = len(frame) * _BYTE_US
        self._work = self.timeline.after(delay_us, lambda: self._said(frame))

    def _said(self, frame):
        if not self.gone:
            self.send(self.uart, frame)
        self._was_read()
