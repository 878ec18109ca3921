"""Names to addresses by a DNS client of our own: getaddrinfo() would hold the interpreter for seconds, pilot sampling
included.
"""

import os

from pilotwire import loader


async def resolve(host, server=None):
    """The IPv4 address "a.b.c.d" of a host name; a literal passes. server: name server, default the one the network
    told us.

    Raises OSError with a sentence for people.
    """
    if host == "localhost":
        return "127.0.0.1"
    if _is_literal(host):
        return host
    dns, udp = loader.use("proto.dns"), loader.use("net.udp")
    try:
        question = dns.query(int.from_bytes(os.urandom(2), "big"), host)
        found = []

        def accept(packet):
            ip = dns.answer(question, packet)
            if ip:
                found.append(ip)
            return ip

        await udp.ask(server or _name_server(), 53, question, accept)
        return found[0]
    except (OSError, ValueError) as e:
        raise OSError("the name %s was not found: %s" % (host[:60], e))
    finally:
        loader.release("proto.dns")


def _is_literal(host):
    parts = host.split(".")
    return len(parts) == 4 and all(p.isdigit() and int(p) < 256 for p in parts)


def _name_server():
    import network

    server = network.WLAN().ifconfig()[3]
    if server == "0.0.0.0":
        raise OSError("there is no network")
    return server
