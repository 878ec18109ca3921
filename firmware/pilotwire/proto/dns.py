"""DNS, as much as a client needs: ask for an IPv4 address, read the answer (RFC 1035)."""

from micropython import const

_A = const(1)
_IN = const(1)


def query(uid, name):
    """The question for the A record of NAME, recursion desired. uid: 0..65535, random. Raises ValueError for what is
    no host name.
    """
    packet = bytearray(uid.to_bytes(2, "big")) + b"\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00"
    labels = name.rstrip(".").split(".")
    for label in labels:
        text = label.encode()
        if not 0 < len(text) < 64 or len(name) > 253:
            raise ValueError("not a host name: " + name[:60])
        packet.append(len(text))
        packet += text
    return packet + b"\x00\x00\x01\x00\x01"


def answer(question, packet):
    """The address "a.b.c.d" in the answer to that query(), None for a packet that is no answer to it.

    Raises OSError when the name does not exist or has no IPv4 address, ValueError when the packet is broken.
    """
    end = len(question)
    if len(packet) < end or packet[:2] != question[:2] or not packet[2] & 0x80:
        return None
    if bytes(packet[12:end]).lower() != bytes(question[12:]).lower():
        return None  # an answer to another question
    if packet[3] & 0x0F:
        raise OSError("no such name" if packet[3] & 0x0F == 3 else "the name server failed (%d)" % (packet[3] & 0x0F))
    try:
        at = end
        for _ in range(packet[6] << 8 | packet[7]):  # CNAME records come before their A record
            at = _skip_name(packet, at)
            kind, size = packet[at] << 8 | packet[at + 1], packet[at + 8] << 8 | packet[at + 9]
            at += 10
            if kind == _A and size == 4:
                return "%d.%d.%d.%d" % (packet[at], packet[at + 1], packet[at + 2], packet[at + 3])
            at += size
    except IndexError:
        raise ValueError("a broken answer of the name server")
    raise OSError("no IPv4 address")


def _skip_name(packet, at):
    while packet[at]:
        if packet[at] & 0xC0:  # a pointer ends the name, RFC 1035 4.1.4
            return at + 2
        at += 1 + packet[at]
    return at + 1
