"""select.poll: asyncio's only waiting place, and so the chip's main wait point.

Takes our sockets and UARTs, which say themselves what they are ready for, Python streams (ioctl) and
whatever the host can poll.
"""

import clock
import costs
import link
import uselect
from micropython import const
from uselect import POLLERR, POLLHUP, POLLIN, POLLOUT

_ERRORS = POLLERR | POLLHUP
_STREAM_POLL = const(3)  # the ioctl request MP_STREAM_POLL


class _Entry:
    def __init__(self, obj, flags):
        self.obj = obj
        self.flags = flags
        self.ready = 0
        self.raw = getattr(obj, "raw", None)  # what the host polls for it
        self.ask = getattr(obj, "ready", None)  # flags -> what it is ready for in the simulation
        if self.ask is None:
            if hasattr(obj, "ioctl"):
                self.ask = lambda wanted: obj.ioctl(_STREAM_POLL, wanted)
            else:
                self.raw = obj


class poll:
    def __init__(self):
        self._entries = []  # a list: looking through it leaves no garbage in the firmware's heap
        self._ready = []
        self._real = uselect.poll()
        if link.file:
            self._real.register(link.file, POLLIN)
        self._bound_scan = self._scan  # made once: a wait allocates little

    def register(self, obj, flags=POLLIN | POLLOUT):
        clock.enter()
        entry = self._entry(obj)
        if entry:
            entry.flags = flags
        else:
            entry = _Entry(obj, flags)
            self._entries.append(entry)
        if entry.raw is not None:
            self._real.register(entry.raw, flags)
        clock.leave()

    def modify(self, obj, flags):
        if not self._entry(obj):
            raise OSError(2)  # ENOENT
        self.register(obj, flags)

    def unregister(self, obj):
        clock.enter()
        entry = self._entry(obj)
        if not entry:
            raise KeyError
        self._entries.remove(entry)
        if entry.raw is not None:
            self._real.unregister(entry.raw)
        clock.leave()

    def _entry(self, obj):
        for entry in self._entries:
            if entry.obj is obj:
                return entry
        return None

    def _scan(self, ms):
        found = False
        for entry in self._entries:
            entry.ready = entry.ask(entry.flags) if entry.ask else 0
            if entry.ready:
                found = True
        if found:
            ms = 0
        if link.network != "on":
            return link.scan(ms) or found
        for raw, got in self._real.ipoll(ms):
            if raw is link.file:
                link.receive()
                continue
            for entry in self._entries:
                if entry.raw is raw:
                    entry.ready |= got & (entry.flags | _ERRORS)
                    found = found or entry.ready
        return found

    def ipoll(self, timeout=-1, flags=0):
        """timeout: ms, -1 for ever; flags 1: report each object once. Iterates over (object, events)."""
        clock.spend(costs.POLL)
        until = clock.NEVER if timeout < 0 else clock.now + timeout * 1000
        ready = self._ready
        ready.clear()
        if clock.wait(until, self._bound_scan):
            for entry in self._entries:
                if entry.ready:
                    ready.append((entry.obj, entry.ready))
                    if flags & 1:
                        entry.flags = 0
        clock.leave()
        return iter(ready)

    def poll(self, timeout=-1):
        return list(self.ipoll(timeout))
