"""socket of the ESP32 port over the host's sockets: tuples as addresses, mapped ports, a network that can fail.

The host's socket below never blocks; waiting is done in select, where simulated time passes. Modes of the
network: "silent": no byte passes either way, nothing closes, connects time out; "reset": it is gone, open
connections fail with ECONNRESET and new ones at once.
"""

import select
from errno import EAGAIN, ECONNRESET, EHOSTUNREACH, EINPROGRESS, ETIMEDOUT

import clock
import costs
import link
import usocket
from micropython import const
from usocket import (
    AF_INET,
    SO_REUSEADDR,
    SOCK_DGRAM,
    SOCK_STREAM,
    SOL_SOCKET,
)

IPPROTO_TCP = const(6)
TCP_NODELAY = const(1)
_EISCONN = const(106)  # Linux; errno has no name for these two
_ENFILE = const(23)
_MAX_SOCKETS = const(10)  # lwIP's default, which MicroPython leaves
_SEND_BUFFER = const(5744)  # lwIP's default for each connection

ports = {}  # chip's port -> (host, port) on the PC: 80, 502 to listen; 53, 123 to ask; start.py sets it
_open = []


def getaddrinfo(host, port, af=0, type=SOCK_STREAM, proto=0, flags=0):
    """Blocks, like the port's; a numeric address costs nothing."""
    if not host:
        host = "0.0.0.0"
    if not all(c in "0123456789." for c in host):
        clock.enter()
        clock.spend(costs.LOOKUP if link.network == "on" else costs.LOOKUP_DOWN)
        try:
            if link.network != "on":
                raise OSError
            host = _plain(usocket.getaddrinfo(host, port, AF_INET)[0][-1])[0]
        except OSError:
            raise OSError(-202)  # EAI_FAIL of lwIP
        finally:
            clock.leave()
    return [(AF_INET, type or SOCK_STREAM, proto, "", (host, port))]


def _plain(address):
    _, ip, port = usocket.sockaddr(address)
    return "%d.%d.%d.%d" % tuple(ip), port


def _raw_address(address):
    return usocket.getaddrinfo(getaddrinfo(*address)[0][-1][0], address[1])[0][-1]


def _or_again(got):
    if got is None:
        raise OSError(EAGAIN)
    return got


class socket:
    def __init__(self, af=AF_INET, type=SOCK_STREAM, proto=0, raw=None):
        if link.file and len(_open) >= _MAX_SOCKETS:
            if raw:
                raw.close()
            raise OSError(_ENFILE)
        self.raw = raw or usocket.socket(af, type)
        self.raw.setblocking(False)
        self._udp = type == SOCK_DGRAM
        self._timeout = None  # s; None: blocking
        self._dead = False  # the network was reset under it
        self._listening = False
        self._held = b""  # written into the silence
        self._dialled = None  # (address, when it times out): connect() into the silence
        self._asked = None  # mapped (host, port) -> what the firmware called it
        _open.append(self)

    def ready(self, flags):
        """What it is ready for in the simulation, beyond what the host says; select asks."""
        if self._dead or self._timed_out():
            return flags | select.POLLERR
        if link.network != "on" and not self._dialled and len(self._held) < _SEND_BUFFER:
            return flags & select.POLLOUT
        return 0

    def _timed_out(self):
        return self._dialled and clock.now >= self._dialled[1]

    def network_changed(self):
        if link.network == "reset" and not self._listening and not self._udp:
            self._dead = True
            self.raw.close()
        elif link.network == "on" and not self._dead:
            if self._dialled:
                address, self._dialled = self._dialled[0], None
                try:
                    self.raw.connect(address)
                except OSError:
                    pass  # the next read or write says so
            elif self._held:
                self.raw.write(self._held)
                self._held = b""

    def _begin(self, flag):
        clock.spend(costs.SOCKET)
        if self._timeout != 0 and flag:
            p = select.poll()
            p.register(self, flag)
            clock.hold(True)  # facts 9713: it blocks in C
            found = p.poll(-1 if self._timeout is None else int(self._timeout * 1000))
            clock.hold(False)
            if not found:
                raise OSError(ETIMEDOUT)
            clock.enter()
        if self._dead:
            raise OSError(ECONNRESET)
        if self._timed_out():
            raise OSError(ETIMEDOUT)
        return link.network == "on"

    def bind(self, address):
        self._begin(0)
        port = address[1]
        if not self._udp and port in ports:
            address = ports[port]
        self.raw.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)
        self.raw.bind(_raw_address(address))
        if not self._udp:
            link.tell("B", port, "%s:%d" % address)
        clock.leave()

    def listen(self, backlog=5):
        self._begin(0)
        self._listening = True
        self.raw.listen(backlog)
        clock.leave()

    def accept(self):
        if not self._begin(select.POLLIN):
            raise OSError(EAGAIN)
        raw, address = self.raw.accept()
        connection = socket(raw=raw)
        clock.leave()
        return connection, _plain(address)

    def connect(self, address):
        self._begin(0)
        if link.network == "reset":
            raise OSError(EHOSTUNREACH)
        raw_address = _raw_address(self._mapped(address))
        if link.network == "silent" and not self._udp:
            self._dialled = (raw_address, clock.now + costs.CONNECT_DOWN)
            clock.at(self._dialled[1], bool, 0)  # wakes who waits for it
            if self._timeout == 0:
                raise OSError(EINPROGRESS)
            self._begin(select.POLLOUT)
        try:
            self.raw.connect(raw_address)
        except OSError as e:
            if e.errno != EINPROGRESS or self._timeout == 0:
                raise
            self._begin(select.POLLOUT)
            try:
                self.raw.connect(raw_address)  # says how the first attempt ended
            except OSError as e:
                if e.errno != _EISCONN:
                    raise
        clock.leave()

    def _mapped(self, address):
        if self._udp and address[1] in ports:
            self._asked = ports[address[1]], address
            return ports[address[1]]
        return address

    def send(self, data):
        return _or_again(self.write(data))

    def write(self, data):
        self._begin(select.POLLOUT)
        sent = self._write(data)
        clock.leave()
        return sent

    def _write(self, data):
        if link.network == "on":
            return self.raw.write(data, min(len(data), _SEND_BUFFER))
        room = min(len(data), _SEND_BUFFER - len(self._held))
        if room and not self._udp:
            self._held += bytes(memoryview(data)[:room])
        return room or None

    def sendall(self, data):
        data = memoryview(data)
        while len(data):
            data = data[self.send(data) :]

    def sendto(self, data, address):
        self._begin(0)
        if link.network == "reset":
            raise OSError(EHOSTUNREACH)
        if link.network == "on":
            self.raw.sendto(data, _raw_address(self._mapped(address)))
        clock.leave()
        return len(data)

    def _read(self, method, *args):
        got = method(*args) if self._begin(select.POLLIN) else None
        clock.leave()
        return got

    def read(self, size=-1):
        return self._read(self.raw.read, size) if size >= 0 else self._read(self.raw.read)

    def readinto(self, buf, size=-1):
        return self._read(self.raw.readinto, buf, len(buf) if size < 0 else size)

    def readline(self):
        return self._read(self.raw.readline)

    def recv(self, size):
        return _or_again(self.read(size))

    def recvfrom(self, size):
        data, address = _or_again(self._read(self.raw.recvfrom, size))
        address = _plain(address)
        if self._asked and address == self._asked[0]:
            address = self._asked[1]
        return data, address

    def setblocking(self, on):
        self._timeout = None if on else 0

    def settimeout(self, seconds):
        self._timeout = seconds

    def setsockopt(self, level, option, value):
        if level in (SOL_SOCKET, IPPROTO_TCP):
            self.raw.setsockopt(level, option, value)

    def close(self):
        clock.enter()
        if self in _open:
            _open.remove(self)
            self.raw.close()
        clock.leave()


def _network_changed():
    for s in _open:
        s.network_changed()


link.watchers.append(_network_changed)
