"""Dialling the MQTT broker: name, connect, CONNECT, SUBSCRIBE; and what a failure is called. Loaded for it, released
after. Nothing here waits inside the interpreter.

Source: MQTT 3.1.1, sections 3.1, 3.2, 3.8.
"""

import asyncio
import errno
import socket

from micropython import const

from pilotwire import loader
from pilotwire.net.mqtt_door import MqttError, Pipe

_DIAL_S = const(15)
_KEEPALIVE_S = const(60)
_LOOK_MS = const(500)
_HOUR = const(7200)  # of these
_REFUSED = (
    "the broker does not speak MQTT 3.1.1",
    "the broker does not take the name of this wallbox",
    "the broker is not ready",
    "the broker does not take user and password of mcu",
    "the broker does not let this wallbox in",
)
_SENTENCES = {
    errno.ECONNREFUSED: "nobody listens at the address of mcu",
    errno.ECONNRESET: "the broker closed the connection",
    32: "the broker closed the connection",  # EPIPE
    errno.EHOSTUNREACH: "the address of mcu cannot be reached",
    errno.ETIMEDOUT: "the broker does not answer",
}


async def dial(mqtt, wanted):
    """-> (stream, Pipe, umqtt's client). Raises OSError, EOFError, ValueError, MqttError, MemoryError."""
    secure = wanted[0][:5].lower() == "mqtts" and loader.use("net.tls_link")
    if secure:
        await _may_shake(mqtt, secure, wanted)
    opened = []  # what is to be closed when it fails
    try:
        got = await asyncio.wait_for(_open(mqtt, secure, opened), _DIAL_S)
        opened.clear()
        return got
    finally:
        if secure:
            secure.hold(mqtt.box, False)
        for name in ("proto.url", "net.resolver", "net.udp"):
            loader.release(name)
        for s in opened:
            s.close()


async def _may_shake(mqtt, secure, wanted):
    """Waits while a car charges: a handshake would stop the chip; and after one that has ended in a restart."""
    left = _HOUR if secure.interrupted() else 0
    while left and mqtt.wanted() == wanted:
        mqtt.failed("the wallbox has restarted during the last TLS handshake, it is tried again after an hour")
        await asyncio.sleep_ms(_LOOK_MS)
        left -= 1
    while secure.charges(mqtt.box) and mqtt.wanted() == wanted:
        mqtt.failed("a car charges: a connection with TLS waits until it has ended")
        await asyncio.sleep_ms(_LOOK_MS)


async def _open(mqtt, secure, opened):
    _, user, password, host, port, _ = loader.use("proto.url").split(mqtt.box.settings.get("mcu"))
    ip = await loader.use("net.resolver").resolve(host)

    def dialled():
        s = socket.socket()
        opened.append(s)
        s.setblocking(False)
        try:
            s.connect(loader.use("net.udp").address(ip, port))
        except OSError as e:
            if e.errno != errno.EINPROGRESS:
                raise
        return s

    if secure:
        stream = await secure.secure(mqtt.box, dialled, host)
        opened.insert(0, stream)
    else:
        stream = asyncio.StreamReader(dialled())
    pipe, client = _client(mqtt, user, password)
    stream.out_buf, pipe.outbox = pipe.outbox, b""
    await stream.drain()
    answer = await stream.readexactly(4)
    if answer[:2] != b"\x20\x02" or answer[3] > len(_REFUSED):
        raise MqttError("what answers is no MQTT broker")
    if answer[3]:
        raise MqttError(_REFUSED[answer[3] - 1])
    pipe.stream = stream
    pipe.inbox = bytes((0x90, 3, 0, client.pid + 1, 0))  # what subscribe() waits for; the broker's own comes later
    client.subscribe((mqtt.topic() + "+/set").encode())
    return stream, pipe, client


def _client(mqtt, user, password):
    """A client that has said CONNECT into its pipe."""
    from umqtt import simple

    pipe = simple.socket = Pipe()
    user = user and user.encode()
    client = simple.MQTTClient(mqtt.box.hostname.encode(), "", 1, user, (password or "").encode(), _KEEPALIVE_S)
    client.set_callback(id)
    client.set_last_will((mqtt.topic() + "online").encode(), b"false", True)
    pipe.inbox = b"\x20\x02\0\0"
    client.connect()
    return pipe, client


def sentence(e):
    """What went wrong, for people."""
    if isinstance(e, MemoryError):
        return "out of memory"
    if isinstance(e, asyncio.TimeoutError):
        return _SENTENCES[errno.ETIMEDOUT]
    if isinstance(e, EOFError):
        return _SENTENCES[errno.ECONNRESET]
    if loader.here("net.tls_link"):
        said = loader.use("net.tls_link").sentence(e)
        if said:
            return said
    if isinstance(e, OSError) and isinstance(e.errno, int):
        return _SENTENCES.get(e.errno, "no connection to the broker (%d)" % e.errno)
    return str(e) or type(e).__name__
