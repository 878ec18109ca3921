"""TLS over a socket that never waits, for whoever dials: mqtts. Brought in for it, gone with the connection.

The arithmetic of a handshake runs in C, 0.3 to 1 s a step on the chip, and nothing else runs meanwhile. So it is done
only while every contactor is open and is held open, and TLS is given one record at a time: the loop has its turn
between two steps, and the watchdog is fed. There is one connection at a time: the chip has no memory for two.

Certificates are checked by `tls` itself; the wrapper `ssl` would not. KEYS are those that say how.

Source: facts micropython, sections 1.3 and 4; RFC 8446, 5.1 (a record begins with five bytes).
"""

import asyncio
import io
import os
from asyncio import core

import tls
from micropython import const

from pilotwire import loader

# The name is not checked; nothing is; as PEM: own key, own certificate, that of the authority
KEYS = ("mqcn", "mqss", "mck", "mqcc", "msc")
_MARK = "/handshake"
_HEAD = const(5)
_PIECE = const(512)  # bytes written at once
_SETTLED_MS = const(600)  # until each outlet has taken notice of the hold, and a contactor that was closing is closed
_COMMON_NAME, _ALTERNATIVES = b"\x55\x04\x03", b"\x55\x1d\x11"  # 2.5.4.3, 2.5.29.17
_ADDRESS = const(0x87)
_WHY = (  # what mbedTLS says, and what that means
    ("validity has expired", "its certificate has expired"),
    ("in the future", "its certificate is not valid yet"),
    ("does not match", "its certificate is for another name"),
    ("trusted CA", "its certificate is not of an authority that this wallbox trusts"),
    ("invalid cert", "a certificate that was set here cannot be read"),
    ("invalid key", "the private key that was set here cannot be read"),
)
_CODES = {
    -0x7780: "it refused; perhaps it wants a certificate of this wallbox",
    -0x7280: "it closed the connection",
    -0x7680: "no certificate of its authority was set, so it cannot be checked",
    -0x7200: "what answers speaks no TLS",
    -0x6E00: "they have no version or cipher in common",
    -0x7F00: "there is no memory for TLS",
}

taken = False  # there is a connection


def charges(box):
    """Whether a handshake has to wait."""
    return any([not outlet.connector.is_open for outlet in box.outlets])


def sentence(e):
    """What failed, for people; None: nothing of TLS."""
    number, text = getattr(e, "errno", None), str(e)
    if isinstance(number, int) and number < -200:
        return "TLS: " + _CODES.get(number, "no connection (%d)" % number)
    for said, means in _WHY:
        if said in text:
            return "TLS: " + means
    return None


async def secure(box, dialled, host, keys=KEYS):
    """Holds every contactor open for it -> a Stream, whose handshake is made by its first drain(). Who asked says
    hold(box, False) when it is over, however it ends. dialled: gives a socket that is being connected. Raises
    ValueError, OSError.
    """
    s = dialled()
    await _until(core._io_queue.queue_write, s)  # who does not answer at all holds up no car
    hold(box, True)
    await asyncio.sleep_ms(_SETTLED_MS)
    if charges(box):
        raise OSError("a car has begun to charge: TLS waits until it has ended")
    if taken:
        raise OSError("there is another connection with TLS, and no memory for two")
    loader.let_go()  # certificates want to lie in one piece
    context = _context(box, keys)
    if box.settings.get(keys[0]) and not box.settings.get(keys[1]):
        host = await _own_name(s, context, host)
        s = dialled()
        await _until(core._io_queue.queue_write, s)
    return Stream(s, context, host)


def hold(box, on):
    """Lets no car begin to charge, or no longer. A file stands for it: what it tells, interrupted() says."""
    for outlet in box.outlets:
        outlet.hold("tls", on)
    if on:
        open(_MARK, "w").close()
    elif interrupted():
        os.remove(_MARK)


def interrupted():
    """Whether a handshake has not come to its end: a step that took too long has ended in a restart (watchdog)."""
    return _MARK[1:] in os.listdir("/")


def _context(box, keys):
    _, unsafe, key, own, authority = keys
    context = tls.SSLContext(tls.PROTOCOL_TLS_CLIENT)
    blocks = loader.use("store.pem").blocks
    if box.settings.get(unsafe):
        context.verify_mode = tls.CERT_NONE
    elif not box.clock.source:
        raise OSError("TLS: the time is not known yet, so no certificate can be checked")
    else:
        for der in blocks(authority):
            context.load_verify_locations(der)
    secret = list(blocks(key))
    if secret:
        for der in blocks(own):
            context.load_cert_chain(der, secret[0])
    loader.release("store.pem")
    return context


async def _own_name(s, context, host):
    """The name that stands in the peer's certificate. `tls` checks authority and name or neither, so it is asked to
    check this one; the first handshake ends here."""
    seen = []

    def look(der, depth):
        if not depth:
            seen.append(bytes(der))
        return not depth

    context.verify_callback = look
    stream = Stream(s, context, host)
    stream.out_buf = b"-"
    try:
        await stream.drain()
    except (OSError, ValueError):
        if not seen:
            raise
    finally:
        stream.close()
        context.verify_callback = None
    return _named(seen[0])


def _named(der):
    """The first name of a certificate (RFC 5280, 4.2.1.6), or else the common name of who it is for."""
    at = der.find(_ALTERNATIVES)
    if at < 0:
        return str(_part(der, der.rfind(_COMMON_NAME) + 3)[1], "utf-8")
    at += 3
    if der[at] == 1:  # that it is critical
        at += 3
    names = _part(_part(der, at)[1], 0)[1]
    kind, name = _part(names, 0)
    return ".".join([str(byte) for byte in name]) if kind == _ADDRESS else str(name, "utf-8")


def _part(der, at):
    """-> (tag, content) of what begins there."""
    size, behind = der[at + 1], at + 2
    if size > 128:
        behind += size - 128
        size = int.from_bytes(der[at + 2 : behind], "big")
    return der[at], der[behind : behind + size]


class Stream:
    """What asyncio.StreamReader is for a plain socket. .s: what is closed."""

    def __init__(self, s, context, host):
        global taken
        self.s, self._socket = self, s
        self.out_buf = b""
        self._wire = _Wire(s)
        self._tls = context.wrap_socket(self._wire, server_hostname=host, do_handshake_on_connect=False)
        taken = True

    def close(self):
        global taken
        if self._tls:
            taken = False
            self._tls.close()  # here: later nobody could be told
            self._tls = None
            self._socket.close()

    def write(self, data):
        """Takes all; what does not go out now stays in out_buf, or goes with the next write(), of nothing too."""
        if not (self.out_buf or self._wire.out):
            data = data[self._tls.write(data) or 0 :]
        self.out_buf += data
        self._push()

    async def drain(self):
        while self.out_buf or self._wire.out:
            count = not self._wire.out and self.out_buf and self._tls.write(self.out_buf)
            self.out_buf = self.out_buf[count or 0 :]
            self._push()
            if self._wire.out:
                await _until(core._io_queue.queue_write, self._socket)
            elif not count:
                await self._wait()

    async def read(self, size):
        while True:
            data = self._tls.read(size)
            self._push()
            if data is not None:
                return data
            await self._wait()

    async def readexactly(self, size):
        data = b""
        while len(data) < size:
            more = await self.read(size - len(data))
            if not more:
                raise EOFError
            data += more
        return data

    async def _wait(self):
        if self._wire.turn:
            await asyncio.sleep_ms(0)
        else:
            await _until(core._io_queue.queue_read, self._socket)

    def _push(self):
        wire = self._wire
        while wire.out:
            count = self._socket.write(wire.out[:_PIECE])
            if count is None:
                return
            wire.out = wire.out[count:]


class _Wire(io.IOBase):
    """What TLS takes for its socket. .out: what it wrote; .turn: it has paused before a record, ask it again."""

    def __init__(self, s):
        self._socket = s
        self.out = b""
        self.turn = False

    def readinto(self, data):
        self.turn = len(data) == _HEAD and not self.turn
        if self.turn:
            return None
        try:
            return self._socket.readinto(data)
        except OSError as e:  # no exception may pass through C
            return -e.errno

    def write(self, data):
        self.out += data
        return len(data)

    def ioctl(self, request, argument):
        return 0


def _until(ready, s):
    """As net/http_server.py has it."""
    yield ready(s)
