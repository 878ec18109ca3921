"""Is this an address that a box can have? Pure. Comes when one is set."""


def wrong(address):
    """What is wrong with [address, netmask, gateway, name server], each "a.b.c.d"; None when nothing is."""
    numbers = [_number(text) for text in address]
    for name, number in zip(("address", "netmask", "gateway", "name server"), numbers):
        if number is None:
            return "static %s: want a.b.c.d" % name
    ip, mask, gateway, server = numbers
    hosts = mask ^ 0xFFFFFFFF
    if hosts & (hosts + 1) or not 3 <= hosts <= 0xFFFFFF:
        return "static netmask: want 255.0.0.0 to 255.255.255.252"
    if ip & mask != gateway & mask or ip == gateway:
        return "the gateway wants another address in the same network"
    for number in (ip, gateway):
        if number & hosts in (0, hosts) or not 0x01000000 <= number < 0xE0000000 or number >> 24 == 127:
            return "static address: nobody can have that one"
    return None if server else "static name server: want a.b.c.d"


def _number(text):
    parts = text.split(".") if isinstance(text, str) else ()
    if len(parts) != 4 or not all([part.isdigit() and len(part) <= 3 and int(part) < 256 for part in parts]):
        return None
    number = 0
    for part in parts:
        number = number << 8 | int(part)
    return number
