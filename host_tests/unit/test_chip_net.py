"""Sockets, poll and the radio of the simulated chip, over real sockets of this machine."""

# Runs on the simulated chip.

import asyncio
import errno
import select
import socket
import time

import clock
import costs
import link
import machine
import network
import usocket
from check import eq, raises

_port = 20_000


def listen():
    """-> a listening socket of the chip and its port."""
    global _port
    for _ in range(100):
        _port += 1
        s = socket.socket()
        s.setblocking(False)
        try:
            s.bind(("127.0.0.1", _port))
            s.listen(4)
            return s, _port
        except OSError:
            s.close()
    raise OSError("no free port")


def pair():
    """-> a connected socket of the chip and the host's end of it."""
    server, port = listen()
    peer = usocket.socket()
    peer.connect(usocket.getaddrinfo("127.0.0.1", port)[0][-1])
    s, address = server.accept()
    eq(address[0], "127.0.0.1")
    s.setblocking(False)
    server.close()
    return s, peer


def code(error):
    return errno.errorcode.get(error.errno, error.errno)


def test_a_stream_is_echoed_by_asyncio_over_a_real_connection():
    async def serve(reader, writer):
        while True:
            line = await reader.readline()
            if not line:
                break
            writer.write(line.upper())
            await writer.drain()
        writer.close()
        await writer.wait_closed()

    async def main():
        s, port = listen()
        s.close()
        server = await asyncio.start_server(serve, "127.0.0.1", port)
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for text in (b"hello\n", b"x" * 3000 + b"\n"):
            writer.write(text)
            await writer.drain()
            eq(await asyncio.wait_for(reader.readline(), 5), text.upper())
        writer.close()
        await writer.wait_closed()
        server.close()
        await server.wait_closed()

    asyncio.new_event_loop()
    clock.speed = 1
    try:
        asyncio.run(main())
    finally:
        clock.speed = 0


def test_addresses_are_tuples_as_on_the_esp32():
    eq(socket.getaddrinfo("127.0.0.1", 80)[0][-1], ("127.0.0.1", 80))
    eq(socket.getaddrinfo("", 80)[0][-1], ("0.0.0.0", 80))


def test_a_number_costs_no_time_and_a_name_without_a_network_three_seconds():
    began_us = clock.now
    socket.getaddrinfo("127.0.0.1", 80)
    eq(clock.now, began_us)
    link.set_network("silent")
    try:
        eq(raises(OSError, socket.getaddrinfo, "example.org", 80).errno, -202)
    finally:
        link.set_network("on")
    eq(clock.now - began_us, costs.LOOKUP_DOWN)


def test_what_is_not_there_yet_is_none_or_eagain():
    s, peer = pair()
    eq(s.read(10), None)
    eq(code(raises(OSError, s.recv, 10)), "EAGAIN")
    peer.send(b"abc")
    eq(s.recv(10), b"abc")
    peer.close()
    eq(s.read(10), b"")
    s.close()


def test_a_send_buffer_is_as_small_as_on_the_chip():
    s, peer = pair()
    eq(s.write(b"x" * 20_000), 5744)
    s.close()
    peer.close()


def test_poll_yields_the_very_object_that_was_registered():
    s, peer = pair()
    uart = machine.UART(1, 9600)
    poll = select.poll()
    poll.register(s, select.POLLIN)
    poll.register(uart, select.POLLIN)
    eq(poll.poll(10), [])
    peer.send(b"x")
    link.feed(1, b"y")
    ready = {id(obj): flags for obj, flags in poll.ipoll(10)}
    eq(ready, {id(s): select.POLLIN, id(uart): select.POLLIN})
    poll.unregister(s)
    eq([obj for obj, _ in poll.ipoll(0)], [uart])
    uart.deinit()
    s.close()
    peer.close()


def test_poll_waits_in_simulated_time_until_a_byte_comes():
    uart = machine.UART(2, 9600)
    poll = select.poll()
    poll.register(uart, select.POLLIN)
    began_ms = time.ticks_ms()
    clock.at(clock.now + 40_000, lambda data: link.feed(2, data), b"z")
    eq([obj for obj, _ in poll.poll(1000)], [uart])
    eq(time.ticks_diff(time.ticks_ms(), began_ms), 40)
    uart.deinit()


def test_an_object_that_is_not_registered_cannot_be_modified():
    eq(raises(OSError, select.poll().modify, machine.UART(1, 9600), 1).errno, 2)


def test_in_a_silent_network_no_byte_passes_and_nothing_closes():
    s, peer = pair()
    poll = select.poll()
    poll.register(s, select.POLLIN)
    peer.setblocking(False)
    link.set_network("silent")
    try:
        peer.send(b"in")
        eq(s.write(b"out"), 3)
        eq(poll.poll(1000), [])
        eq(s.read(10), None)
        eq(raises(OSError, peer.recv, 10).errno, errno.EAGAIN)
    finally:
        link.set_network("on")
    eq(s.read(10), b"in")
    eq(peer.recv(10), b"out")
    s.close()
    peer.close()


def test_the_silence_takes_only_as_much_as_the_send_buffer_holds():
    s, peer = pair()
    link.set_network("silent")
    try:
        eq(s.write(b"x" * 5000), 5000)
        eq(s.write(b"x" * 5000), 744)
        eq(s.write(b"x"), None)
        poll = select.poll()
        poll.register(s, select.POLLOUT)
        eq(poll.poll(100), [])
    finally:
        link.set_network("on")
    s.close()
    peer.close()


def test_a_connect_into_the_silence_times_out():
    link.set_network("silent")
    try:
        s = socket.socket()
        s.setblocking(False)
        eq(code(raises(OSError, s.connect, ("127.0.0.1", 9))), "EINPROGRESS")
        poll = select.poll()
        poll.register(s, select.POLLOUT)
        began_ms = time.ticks_ms()
        assert poll.poll(60_000)[0][1] & select.POLLERR
        assert 18_900 < time.ticks_diff(time.ticks_ms(), began_ms) <= 19_000
        eq(code(raises(OSError, s.write, b"x")), "ETIMEDOUT")
        s.close()
    finally:
        link.set_network("on")


def test_a_connect_into_the_silence_goes_on_when_the_network_is_back():
    server, port = listen()
    link.set_network("silent")
    s = socket.socket()
    s.setblocking(False)
    raises(OSError, s.connect, ("127.0.0.1", port))
    link.set_network("on")
    poll = select.poll()
    poll.register(s, select.POLLOUT)
    eq(poll.poll(1000), [(s, select.POLLOUT)])
    accepted, _ = server.accept()
    for each in (s, accepted, server):
        each.close()


def test_a_reset_network_ends_connections_but_not_listeners():
    server, port = listen()
    s, peer = pair()
    poll = select.poll()
    poll.register(s, select.POLLIN)
    link.set_network("reset")
    try:
        assert poll.poll(100)[0][1] & select.POLLERR
        eq(code(raises(OSError, s.read, 1)), "ECONNRESET")
        eq(code(raises(OSError, socket.socket().connect, ("127.0.0.1", port))), "EHOSTUNREACH")
    finally:
        link.set_network("on")
    eq(peer.recv(1), b"")
    eq(code(raises(OSError, s.write, b"x")), "ECONNRESET")
    peer2 = usocket.socket()
    peer2.connect(usocket.getaddrinfo("127.0.0.1", port)[0][-1])
    accepted, _ = server.accept()
    for each in (s, peer, peer2, accepted, server):
        each.close()


def test_ports_are_mapped_and_the_world_is_told():
    s, port = listen()
    s.close()
    socket.ports[80] = ("127.0.0.1", port)
    link.heard = []
    server = socket.socket()
    server.bind(("0.0.0.0", 80))
    told, link.heard = link.heard[-1], None
    server.close()
    del socket.ports[80]
    eq((told[0], told[2], told[3]), ("B", 80, "127.0.0.1:%d" % port))


def test_an_answer_over_udp_comes_from_where_the_firmware_asked():
    name_server = usocket.socket(usocket.AF_INET, usocket.SOCK_DGRAM)
    global _port
    _port += 1
    name_server.bind(usocket.getaddrinfo("127.0.0.1", _port)[0][-1])
    socket.ports[53] = ("127.0.0.1", _port)
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    s.setblocking(False)
    s.sendto(b"who?", ("192.0.2.1", 53))
    question, whence = name_server.recvfrom(100)
    name_server.sendto(b"me", whence)
    eq(question, b"who?")
    eq(s.recvfrom(100), (b"me", ("192.0.2.1", 53)))
    del socket.ports[53]
    s.close()
    name_server.close()


def test_a_station_gets_its_address_a_while_after_connect():
    wlan = network.WLAN(network.STA_IF)
    raises(OSError, wlan.connect, "home", "secret")
    wlan.active(True)
    wlan.connect("home", "secret")
    eq((wlan.isconnected(), wlan.ifconfig()[0]), (False, "0.0.0.0"))
    time.sleep_ms(1500)
    eq((wlan.isconnected(), wlan.ifconfig()[0]), (True, "127.0.0.1"))
    link.set_network("silent")
    eq(wlan.isconnected(), True)
    link.set_network("reset")
    eq(wlan.isconnected(), False)
    link.set_network("on")
    time.sleep_ms(1500)
    eq(wlan.isconnected(), True)
    wlan.active(False)
    eq(wlan.isconnected(), False)
