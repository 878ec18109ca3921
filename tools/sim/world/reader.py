"""The card reader on the I2C bus: an NXP PN532 that looks for one ISO 14443-A card at a time.

Source: NXP UM0701-02, PN532 User Manual: frames 6.2.1, I2C 6.2.4 (each read begins with a byte whose lowest bit says
that a frame is there), commands 7.2.9, 7.2.10, 7.3.1, 7.3.5. It begins with a command when its ACK was read.
"""

ACK = b"\x00\x00\xff\x00\xff\x00"
ERROR = b"\x00\x00\xff\x01\xff\x7f\x81\x00"
UID_SIZES = (4, 7, 10)
_SET_PARAMETERS, _SAM_CONFIGURATION, _RF_CONFIGURATION, _IN_LIST_PASSIVE_TARGET = 0x12, 0x14, 0x32, 0x4A
_MAX_RETRIES = 5  # item of RFConfiguration
_FOR_EVER = 0xFF
_ACK_US = 800
_DONE_US = 1_500
_TRY_US = 15_000  # one look for a card (est.)


def framed(data):
    """data: the bytes from the frame identifier (D4 to the reader, D5 from it) on."""
    length = len(data)
    return bytes((0, 0, 0xFF, length, -length & 255)) + data + bytes((-sum(data) & 255, 0))


def parse(frame):
    """The bytes from the identifier on of a frame to the reader, None when it is broken or not for it."""
    length = frame[3] if len(frame) > 8 else 0
    data = frame[5 : 5 + length]
    return data if length > 1 and data[0] == 0xD4 and framed(data) == frame else None


class Pn532:
    """data: the board's READER. faults: names of those that are on. tell(event, **fields): hears of cards."""

    def __init__(self, data, timeline, faults, tell):
        self.address = data["address"]
        self._timeline = timeline
        self._faults = faults
        self._tell = tell
        self._uid = None  # of the card in the field
        self._removal = None
        self._frame = None  # what a read gets
        self._command = None  # begins when the ACK was read
        self._work = None  # its event
        self._awake = False  # after the power came on it sleeps, until SAMConfiguration
        self._tries = _FOR_EVER

    # --- what people do

    def hold(self, uid, seconds):
        """A card is held to the reader for so long; another one goes. 0: there is none any more."""
        self._timeline.cancel(self._removal)
        self._remove()
        if seconds:
            self._uid = uid
            self._tell("card", uid=uid.hex().upper())
            self._removal = self._timeline.after(round(seconds * 1_000_000), self._remove)

    def _remove(self):
        if self._uid:
            self._uid = None
            self._tell("card", uid=None)

    # --- what the chip does

    def transfer(self, what):
        """Bytes that are written, or how many are read -> bytes that were read; None: not acknowledged."""
        if "reader" in self._faults:
            return None
        return self._read(what) if isinstance(what, int) else self._written(what)

    def _written(self, frame):
        self._timeline.cancel(self._work)  # whatever is written ends what it was at
        self._frame, self._command = None, parse(frame)
        if self._command:
            self._work = self._timeline.after(_ACK_US, lambda: self._say(ACK))
        return b""

    def _read(self, count):
        if not self._frame:
            return bytes(count)
        seen = (b"\x01" + self._frame + bytes(count))[:count]
        if count > len(self._frame):
            self._was_read()
        return seen

    def _was_read(self):
        self._frame = None
        if self._command:
            command, self._command = self._command, None
            self._work = self._timeline.after(_DONE_US, lambda: self._do(command[1], command[2:]))

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
        if self._uid or not again:
            self._say(framed(bytes((0xD5, _IN_LIST_PASSIVE_TARGET + 1)) + self._targets()))
            return
        left = again if again == _FOR_EVER else again - 1
        self._work = self._timeline.after(_TRY_US, lambda: self._look(left))

    def _targets(self):
        """How many cards; then number, SENS_RES, SEL_RES and the UID with its length."""
        if not self._uid:
            return b"\x00"
        size = len(self._uid)
        return bytes((1, 1, 0, 4 | 0x40 * UID_SIZES.index(size), 8 if size == 4 else 0, size)) + self._uid

    def _say(self, frame):
        self._frame = frame


KINDS = {"pn532": Pn532}


def make_reader(board, timeline, faults, tell):
    """The reader a board has, or None. ValueError when its kind is not simulated."""
    data = board.READER
    if data is None:
        return None
    if data["kind"] not in KINDS:
        raise ValueError("reader {!r} is not simulated; known: {}".format(data["kind"], " ".join(sorted(KINDS))))
    return KINDS[data["kind"]](data, timeline, faults, tell)
