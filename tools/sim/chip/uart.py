"""machine.UART of the simulated chip."""

import clock
import costs
import link


class UART:
    """Ring buffer of the driver: bytes from the world stand in it from their time on, too many are lost."""

    def __init__(self, number, baudrate=115200, **settings):
        self._number = number
        self._rx = b""
        self._room = 256
        self._sent_us = 0  # when the last bit has left
        self.init(baudrate, **settings)
        link.uarts[number] = self

    def init(self, baudrate=115200, bits=8, parity=None, stop=1, rxbuf=256, **_):
        self._room = rxbuf
        self._byte_us = 1_000_000 * (1 + bits + (parity is not None) + stop) // baudrate

    def deinit(self):
        link.uarts.pop(self._number, None)

    def feed(self, data):
        self._rx += data[: self._room - len(self._rx)]

    def ready(self, flags):
        return flags & (4 | (1 if self._rx else 0))  # POLLOUT, POLLIN

    def any(self):
        clock.spend(costs.UART)
        clock.leave()
        return len(self._rx)

    def read(self, size=-1):
        clock.spend(costs.UART)
        if size < 0:
            size = len(self._rx)
        data = self._rx[:size]
        self._rx = self._rx[size:]
        clock.leave()
        return data or None

    def readinto(self, buf, size=-1):
        data = self.read(len(buf) if size < 0 else size)
        if data is None:
            return None
        buf[: len(data)] = data
        return len(data)

    def write(self, data):
        clock.spend(costs.UART)
        self._sent_us = max(self._sent_us, clock.now) + len(data) * self._byte_us
        link.tell("U", self._number, bytes(data).hex())
        clock.leave()
        return len(data)

    def txdone(self):
        clock.spend(costs.UART)
        clock.leave()
        return clock.now >= self._sent_us

    def flush(self):
        clock.enter()
        clock.spend(max(0, self._sent_us - clock.now))
        clock.leave()
