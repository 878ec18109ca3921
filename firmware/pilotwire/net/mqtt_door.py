"""The MQTT door: what the keys say is told to a broker, retained, and what comes back is set. Loaded while "mce" is on,
and only then. Mqtt keeps a connection, made by mqtt_dial.py, with mqtts over tls_link.py; Session is one of them.

Messages are made and read by umqtt.simple, which a stock ESP32 has in its ROM. Its reads block, so it talks to a Pipe:
only whole packets are put there, and what it waits for is there before it asks. The socket is ours, and never waits.

Source: MQTT 3.1.1, sections 2.2, 3.3, 3.9, 3.12; facts goe-api, section 2.
"""

import asyncio
import json
from binascii import crc32
from errno import ECONNRESET
from time import ticks_diff, ticks_ms

from micropython import const

from pilotwire import loader

_TURN_MS = const(100)
_LONG = const(250)  # bytes of a packet that is heard
_OUT = const(600)  # bytes that may wait for the network before more is said
_PING_MS = const(20_000)
_SILENT_MS = const(45_000)
_PACE_MS = const(30)  # between two messages that are heard
_BY_NAME = const(45)
_PUBLISH, _PUBACK, _SUBACK, _PINGRESP = const(3), const(4), const(9), const(13)
_PAUSE_MS = const(60_000)
_SELDOM_MS = const(300_000)


class MqttError(Exception):
    """The connection is over; the text is a sentence for people."""


class Pipe:
    """Stands in for the module socket, and for its socket, under umqtt.simple. .inbox: what it reads; without a stream
    it keeps what is written."""

    def __init__(self):
        self.stream = None
        self.inbox = self.outbox = b""

    def socket(self, *_):
        return self

    def getaddrinfo(self, *_):
        return ((None,),)

    def connect(self, _):
        pass

    setblocking = settimeout = connect

    def close(self):
        pass

    def write(self, data, size=None):
        data = bytes(data if size is None else data[:size])
        if self.stream:
            self.stream.write(data)
        else:
            self.outbox += data

    def read(self, size):
        data, self.inbox = self.inbox[:size], self.inbox[size:]
        return data


class Mqtt:
    """What the keys mcc, mcca, mlr and mlra show, as those of OCPP do."""

    def __init__(self, box):
        self.box = box
        self.last_error = self.last_error_at_ms = None
        self.setting = False  # as api/door.py has it
        self.connect(False)

    def connect(self, yes):
        self.connected, self.connected_at_ms = yes, self.box.clock.up_ms() if yes else None

    def failed(self, text):
        if text != self.last_error:
            self.box.log.warn("mqtt: " + text)
        self.last_error, self.last_error_at_ms = text, self.box.clock.up_ms()

    def wanted(self):
        """(address, prefix), None while it is off."""
        get = self.box.settings.get
        return self.is_on() and get("mcu") and (get("mcu"), get("mtp")) or None

    def is_on(self):
        get = self.box.settings.get
        return get("mce") and not (get("ocppe") and loader.lend("net.doors").crowded(self.box))

    def topic(self):
        """What all topics begin with."""
        prefix = self.box.settings.get("mtp") or "go-eCharger"
        return "%s/%s/" % (prefix[:-1] if prefix[-1] == "/" else prefix, self.box.serial)

    async def run(self):
        tries = 0
        while self.is_on():
            wanted, began_ms = self.wanted(), self.box.clock.up_ms()
            try:
                if wanted:
                    await self._once(wanted)
            except (OSError, EOFError, ValueError, MqttError, MemoryError, asyncio.TimeoutError) as e:
                tries = 1 if self.box.clock.up_ms() - began_ms > _PAUSE_MS else tries + 1
                if isinstance(e, MemoryError):
                    loader.let_go()
                self.failed(loader.use("net.mqtt_dial").sentence(e))
            finally:
                loader.release("net.mqtt_dial")
                loader.release("net.tls_link")
            await self._pause(self._pause_ms(tries, wanted), wanted)

    async def _once(self, wanted):
        """One connection, from the dial to its end."""
        stream, pipe, client = await loader.use("net.mqtt_dial").dial(self, wanted)
        loader.release("net.mqtt_dial")
        try:
            await Session(self, stream, pipe, client).talk(wanted)
        finally:
            self.connect(False)
            stream.s.close()

    def _pause_ms(self, tries, wanted):
        """Twice as long each time; a handshake takes the offer from a car that is plugged in, so then it is seldom."""
        secure = wanted and wanted[0][:5].lower() == "mqtts"
        seldom = secure and any([outlet.plugged for outlet in self.box.outlets])
        return min(1000 << min(tries, 9), _SELDOM_MS if seldom else _PAUSE_MS)

    async def _pause(self, left_ms, wanted):
        while left_ms > 0 and self.wanted() == wanted and self.is_on():
            await asyncio.sleep_ms(250)
            left_ms -= 250


class Session:
    """One connection: a task hears what comes, talk() tells what has changed. Whatever ends it leaves talk()."""

    def __init__(self, mqtt, stream, pipe, client):
        self._mqtt, self._box = mqtt, mqtt.box
        self._stream, self._pipe, self._client = stream, pipe, client
        self._base = mqtt.topic()
        self._seen = bytearray(256)  # two bytes of checksum of what was told of each key
        self._told_ms = self._heard_ms = self._asked_ms = ticks_ms()
        self._home = False  # Home Assistant has been told
        self._end = self._came = None
        client.set_callback(self._take)

    async def talk(self, wanted):
        """Until something else is wanted. Raises OSError, MqttError, MemoryError."""
        ear = asyncio.create_task(self._listen())
        try:
            self._client.publish(self._topic("online"), b"true", True)
            while self._mqtt.wanted() == wanted:
                await self._tell_all()
                await self._tell_home()
                await self._rest(self._box.settings.get("mqi") * 1000)
            await self._goodbye()
        finally:
            ear.cancel()

    async def _goodbye(self):
        try:
            self._client.publish(self._topic("online"), b"false", True)
            self._client.disconnect()
            await self._flushed(0)
        except OSError:  # it was faster
            pass

    async def _rest(self, most_ms):
        began_ms, wanted = ticks_ms(), self._mqtt.wanted()
        while ticks_diff(ticks_ms(), began_ms) < most_ms and self._mqtt.wanted() == wanted:
            await self._flushed(0)
            await asyncio.sleep_ms(_TURN_MS)

    async def _flushed(self, most):
        """Waits until no more than so many bytes wait for the network, and sees whether the broker is still there."""
        while True:
            waiting, self._stream.out_buf = self._stream.out_buf, b""
            self._stream.write(waiting)
            if self._end:
                raise self._end
            silent_ms = ticks_diff(ticks_ms(), self._heard_ms)
            if silent_ms > _SILENT_MS:
                raise MqttError("the broker has gone silent")
            if silent_ms > _PING_MS and ticks_diff(ticks_ms(), self._asked_ms) > _PING_MS:
                self._asked_ms = ticks_ms()
                self._client.ping()
            if len(self._stream.out_buf) <= most:
                return
            await asyncio.sleep_ms(_TURN_MS)

    async def _tell_all(self):
        """Tells each key that says something else than before, in the order of a status."""
        only = self._box.settings.get("mqf")
        only = only and only.replace(" ", "").split(",")
        block = at = 0
        lines = loader.lend("api.shown").lines(0)
        while lines:
            for line in lines:
                if line[0] == _BY_NAME and not only:
                    return
                tab = line.find(b"\t")
                key = str(line[1:tab], "utf-8")
                if line[0] != _BY_NAME and (not only or key in only):
                    await self._tell(key, line[:1], line[tab + 1 :], at)
                at += 2
            block += 1
            lines = loader.lend("api.shown").lines(block)

    async def _tell(self, key, mark, text, at):
        await self._flushed(_OUT)
        await asyncio.sleep_ms(0)
        try:
            found = loader.lend("api.status").value(self._box, mark, key, text)
            found = found if isinstance(found, bytes) else json.dumps(found).encode()
            topic = self._topic(key)
            while at >= len(self._seen):
                self._seen += bytes(64)
        except MemoryError:  # some other time
            loader.let_go()
            return
        sum16 = crc32(found) & 0xFFFF or 1
        if self._seen[at] << 8 | self._seen[at + 1] != sum16:
            self._client.publish(topic, found, True)
            self._seen[at], self._seen[at + 1] = sum16 >> 8, sum16 & 255

    async def _tell_home(self):
        wanted = self._box.settings.get("mhe")
        if wanted == self._home:
            return
        pieces = loader.lend("net.mqtt_home")
        for topic, text in pieces.messages(self._box, self._base, wanted):
            await self._flushed(_OUT)
            self._client.publish(topic, text, True)
            loader.lend("net.mqtt_home")
        self._home = wanted

    def _topic(self, key):
        return (self._base + key).encode()

    async def _listen(self):
        try:
            while True:
                head = (await self._stream.readexactly(1))[0]
                size, length = await self._size()
                self._heard_ms = ticks_ms()
                if size > _LONG:
                    await self._skip(size)
                else:
                    await self._hear(head, length, await self._stream.readexactly(size))
        except Exception as e:
            self._end = OSError(ECONNRESET) if isinstance(e, EOFError) else e

    async def _size(self):
        """-> (what the remaining length says, its bytes)."""
        size, length = 0, b""
        while True:
            length += await self._stream.readexactly(1)
            size |= (length[-1] & 127) << 7 * (len(length) - 1)
            if length[-1] < 128:
                return size, length
            if len(length) == 4:
                raise MqttError("what answers is no MQTT broker")

    async def _skip(self, size):
        self._mqtt.failed("a message of %d bytes is too long, it was left" % size)
        while size:
            size -= len(await self._stream.readexactly(min(size, 128)))
            await asyncio.sleep_ms(0)

    async def _hear(self, head, length, body):
        kind = head >> 4
        if kind == _PUBLISH:
            size = 2 + (2 if head & 6 else 0)
            if head & 4 or len(body) < size or len(body) < size + (body[0] << 8 | body[1]):
                raise MqttError("what answers is no MQTT broker")
            self._pipe.inbox = bytes((head,)) + length + body
            self._client.wait_msg()
            if not head & 1:  # a retained one would be set again at each connection
                await self._set(*self._came)
            await asyncio.sleep_ms(_PACE_MS)
        elif kind == _SUBACK:
            self._mqtt.connect(True)
            if body[-1:] == b"\x80":
                self._mqtt.failed("the broker does not let us subscribe")
        elif kind != _PINGRESP and kind != _PUBACK:
            raise MqttError("what answers is no MQTT broker")

    def _take(self, topic, message):
        self._came = topic, message

    async def _set(self, topic, message):
        """PREFIX/SERIAL/KEY/set: sets the key, and tells how that went at KEY/result."""
        if not topic.startswith(self._base.encode()) or not topic.endswith(b"/set"):
            return
        key = str(topic[len(self._base) : -4], "utf-8")
        said = "read only: mcr is true"
        if not self._box.settings.get("mcr"):
            try:
                said = await loader.lend("api.mqtt_set").put(self._box, self._mqtt, key, message)
            except MemoryError:
                loader.let_go()
                said = "out of memory, try again"
        await self._flushed(_OUT)
        self._client.publish(self._topic(key + "/result"), said.encode())


async def keep(box):
    """The task."""
    if getattr(box, "mqtt", None):  # switched on again while a crashed one rested
        return
    box.mqtt = Mqtt(box)
    try:
        await box.mqtt.run()
        if box.settings.get("mce"):
            loader.lend("net.doors").tell(box)
    finally:
        box.mqtt = None
        for name in ("net.mqtt_door", "net.mqtt_home", "net.mqtt_dial"):
            loader.release(name)
