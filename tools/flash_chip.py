"""The chip at the other end of a serial line, a pseudo terminal or a socket, by mpremote.

Always as `mpremote resume` does it: the application is stopped by Ctrl-C and never by a soft reset, which would start
boot.py, and leave outputs as they are.
"""

import ast
import base64
import contextlib
import os
import time
import zlib
from pathlib import Path

from mpremote.transport import TransportError, TransportExecError
from mpremote.transport_serial import SerialTransport

from tools.flash_plan import Place
from tools.raw_repl import settle

_PROBE = Path(__file__).with_name("flash_probe.py")
_SILENT_S = 30  # a chip that says nothing for so long while it works is gone
_ANSWER_S = 2  # a REPL answers at once; an application needs its time to stop
_PIECE = 1024  # of a file, what the chip has in memory in one piece
_BATCH = 1500  # characters of one message
_AWAY_S = 30  # a chip with a USB of its own is away while it starts


class NotThere(Exception):
    """The line, or the chip, does not answer; the text says what may be the reason."""


class Chip:
    """port: as mpremote knows it. keep_ms: so long the chip waits for us. .bytes_out, .bytes_in: what went over the
    wire.
    """

    def __init__(self, port, baud=115200, keep_ms=120_000, tries=5):
        self._port = os.path.realpath(port) if os.path.exists(port) else port
        self._baud = baud
        self._keep_ms = keep_ms
        self._tries = tries  # a chip that starts takes no notice
        self._batch = []
        self.bytes_out = self.bytes_in = 0
        self._open()

    def _open(self):
        try:
            self._transport = SerialTransport(self._port, self._baud, timeout=_SILENT_S)
        except (TransportError, OSError, ValueError) as e:
            raise NotThere(
                f"{self._port} cannot be opened: {e}. What is plugged in: ls /dev/ttyUSB* /dev/ttyACM*"
            ) from e
        self._transport.serial = _Counted(self._transport.serial, self)

    def stop(self):
        """Ends the application -> whether a contactor is closed all the same. NotThere: nobody listens."""
        for _ in range(self._tries):
            if self._takes_our_part():
                return self.ask("rest()")
        raise NotThere(
            "nobody answers at the console. While a contactor is closed it does not listen: "
            "end the charge and try again. Else: is it the right port, has another program opened it?"
        )

    def _takes_our_part(self):
        """Whether it has. A chip that starts just now speaks in between: then all of it is done once more."""
        transport = self._transport
        try:
            transport.serial.timeout = 1
            with contextlib.redirect_stdout(None):
                transport.enter_raw_repl(soft_reset=False, timeout_overall=_ANSWER_S)
            settle(transport, _ANSWER_S)
            transport.serial.timeout = _SILENT_S
            transport.exec(_PROBE.read_text() + f"_KEEP_MS = {self._keep_ms}\n")
        except TransportExecError:
            raise  # it has heard us, and says why not
        except TransportError:
            return False
        return True

    def ask(self, expression):
        return ast.literal_eval(self._transport.exec(f"print(repr({expression}))").decode())

    def run(self, statement):
        """-> what it prints."""
        return self._transport.exec(statement).decode()

    def sums(self, folder, inside=False):
        """-> {path below the folder: (size, SHA-256)}, {SHA-256: Place}; inside: places of modules in packs, too."""
        files, places = {}, {}
        for line in self.run(f"sums({folder!r},{inside})").splitlines():
            path, at, size, digest = line.rsplit(" ", 3)
            places[digest] = Place(path, int(at), int(size))
            if at == "0":  # a module of a pack begins behind its head
                files[path[len(folder) + 1 :]] = int(size), digest
        return files, places

    def later(self, statement):
        """Does it together with others, in one message."""
        if sum(map(len, self._batch)) + len(statement) > _BATCH:
            self.flush()
        self._batch.append(statement)

    def flush(self):
        batch, self._batch = self._batch, []
        if batch:
            self.run("\n".join(batch))

    def write(self, path, parts, written=lambda size: None):
        """Makes a file of its parts: bytes, and what another file has (Place). written() hears of each."""
        self.later(f"begin({path!r})")
        for part in parts:
            if isinstance(part, Place):
                self.later(f"cp({part.path!r},{part.at},{part.size})")
            else:
                self._put(part)
            written(part.size if isinstance(part, Place) else len(part))
        self.later("end()")

    def _put(self, data):
        """Sends bytes, deflated where that is shorter."""
        for at in range(0, len(data), _PIECE):
            piece = data[at : at + _PIECE]
            small = _deflated(piece)
            packed = len(small) < len(piece)
            self.later(f"put({base64.b64encode(small if packed else piece)!r},{packed})")

    def read(self, path):
        """-> the bytes of a file."""
        return bytes(self._transport.fs_readfile(path))

    def listen(self):
        """For lines(), without stopping anything."""
        self._transport.serial.timeout = 0.2

    def restart(self):
        """A hard reset. What the chip says from then on comes out of lines()."""
        with contextlib.suppress(OSError, TransportError):
            self._transport.exec_raw_no_follow("machine.reset()")
            self._transport.serial.timeout = 0.2

    def lines(self, timeout_s):
        """What it says, line by line; the line may go and come back. Ends after timeout_s."""
        end, line = time.monotonic() + timeout_s, b""
        while time.monotonic() < end:
            try:
                line += self._transport.serial.read(1)
            except OSError:
                self._come_back(end)
                continue
            if line.endswith(b"\n"):
                yield line.decode(errors="replace").strip()
                line = b""

    def _come_back(self, end):
        self.close()
        while True:
            time.sleep(0.3)
            try:
                self._open()
                self._transport.serial.timeout = 0.2
                return
            except NotThere:
                if time.monotonic() > end:
                    raise

    def close(self):
        with contextlib.suppress(OSError):
            self._transport.close()


class _Counted:
    """A serial line that counts."""

    def __init__(self, serial, counts):
        self.__dict__.update(_serial=serial, _counts=counts)

    def __getattr__(self, name):
        return getattr(self._serial, name)

    def __setattr__(self, name, value):
        setattr(self._serial, name, value)

    def read(self, size=1):
        data = self._serial.read(size)
        self._counts.bytes_in += len(data)
        return data

    def write(self, data):
        self._counts.bytes_out += len(data)
        return self._serial.write(data)


def _deflated(data):
    packer = zlib.compressobj(9, zlib.DEFLATED, -10)
    return packer.compress(data) + packer.flush()
