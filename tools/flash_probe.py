"""What flash.py runs on the chip, in place of the application: contactors stay open, the pilot is at +12 V.

It stands on its own: a chip that was never flashed has nothing of ours. Sent as text, so it is short.
"""

import binascii
import gc
import hashlib
import io
import os
import sys

import deflate
import machine
import vfs

_KEEP_MS = 120_000  # nobody asks for so long: the chip starts anew, with its application; flash_chip.py sets it

if sys.platform != "esp32":  # the simulated chip has its flash as root; any other interpreter has somebody's files
    if [type(system) for system, path in vfs.mount() if path == "/"] != [vfs.VfsLfs2]:
        raise RuntimeError("this is no ESP32")


def feed():
    machine.WDT(timeout=_KEEP_MS).feed()


def rest():
    """The application's timers are gone and its memory is free -> whether a contactor is closed all the same."""
    feed()
    closed = False
    for number in range(4):
        try:
            machine.Timer(number).deinit()
        except ValueError:  # this chip has fewer
            pass
    board = sys.modules.get("board")
    for outlet in (getattr(board, "__dict__", {}), getattr(board, "OUTLET_2", {})):
        for part in ("CONTACTOR", "PHASES"):
            if outlet.get(part):
                machine.Pin(outlet[part]["coil"], machine.Pin.OUT, value=0)
        if outlet.get("PILOT"):
            machine.PWM(machine.Pin(outlet["PILOT"]["pwm"]), freq=1000, duty_u16=65535)
        mirror = outlet.get("CONTACTOR") or {}
        if mirror.get("mirror") is not None:
            pin = machine.Pin(mirror["mirror"], machine.Pin.IN)
            closed = closed or pin.value() == mirror["mirror_closed"]
    for slot in ("/app_a", "/app_b"):  # as slots.again(): somebody is here, so starts so far were no falls
        rm(slot + "/tries")
    machine.RTC().memory(b"")
    for name in [name for name, module in sys.modules.items() if "/" not in getattr(module, "__file__", "/")]:
        del sys.modules[name]
    slot = os.getcwd()
    if slot[:5] == "/app_":
        try:
            vfs.umount(slot)  # what firmware/application.py shows in place of it
        except (OSError, AttributeError):
            pass  # it was not mounted; it is off, but has no umount() of its own
        os.chdir(slot)
    gc.collect()
    return closed


def text(path):
    """The content of a small file, "" where there is none."""
    try:
        with open(path) as f:
            return f.read()
    except OSError:
        return ""


def about():
    stat = os.statvfs("/")
    system = sys.implementation
    chip = system._machine.rsplit(" with ", 1)[-1]
    if sys.platform != "esp32":  # the simulated chip says it in its settings
        chip = dict([line.split("=", 1) for line in os.getenv("CHIP").split("\n")])["mcu"]
    return {
        "micropython": system.version[:3],
        "mpy": system._mpy & 0xFF,
        "chip": chip,
        "serial": "{:06d}".format(int.from_bytes(machine.unique_id(), "big") % 1_000_000),
        "cwd": os.getcwd(),
        "slots": [(text(slot + "/complete"), look(slot + "/good") != "") for slot in ("/app_a", "/app_b")],
        "block": stat[0],
        "free": stat[3],
    }


def sums(top, inside, depth=9):
    """Prints path, where it begins, size and SHA-256 of each file below a folder; inside: of what packs hold, too."""
    try:
        entries = sorted(os.ilistdir(top or "/"))
    except OSError:
        return
    for entry in entries:
        path = top + "/" + entry[0]
        if entry[1] & 0x4000:
            if depth:
                sums(path, inside, depth - 1)
        else:
            size = os.stat(path)[6]
            print(path, 0, size, _sum(path, 0, size))
            if inside and path.endswith(".pak"):
                _pack(path)


def _pack(path):
    with open(path, "rb") as f:
        for _ in range(int.from_bytes(f.read(2), "big")):
            head = f.read(10)
            at, size = int.from_bytes(head[4:7], "big"), int.from_bytes(head[7:], "big")
            print(path, at, size, _sum(path, at, size))


def _sum(path, at, size):
    h, buf = hashlib.sha256(), memoryview(bytearray(256))
    with open(path, "rb") as f:
        f.seek(at)
        while size:
            n = f.readinto(buf[: min(size, 256)])
            if not n:
                break
            h.update(buf[:n])
            size -= n
    feed()
    return binascii.hexlify(h.digest()).decode()


def look(path):
    """The SHA-256 of a file, "" where there is none."""
    try:
        return _sum(path, 0, os.stat(path)[6])
    except OSError:
        return ""


def folder(path):
    """Makes it, and those above."""
    at = ""
    for name in path.split("/")[1:]:
        at += "/" + name
        try:
            os.mkdir(at)
        except OSError:
            pass  # it is there


def rm(path):
    """A file, a folder with all in it, or nothing."""
    feed()
    try:
        is_file = not os.stat(path)[0] & 0x4000
    except OSError:
        return
    if is_file:
        os.remove(path)
        return
    for entry in list(os.ilistdir(path)):
        rm(path + "/" + entry[0])
    os.rmdir(path)


def begin(path):
    """A file is made anew: put() and cp() append to it, and only end() lets it count. Appending to a closed one would
    cost an erase each time.
    """
    global _file
    _file = open(path, "wb")  # noqa: SIM115 - end() closes it


def put(data, deflated):
    """Bytes in base64."""
    data = binascii.a2b_base64(data)
    if deflated:
        data = deflate.DeflateIO(io.BytesIO(data), deflate.RAW, 10).read()
    _file.write(data)
    feed()


def cp(source, at, size):
    """Bytes of another file."""
    buf = memoryview(bytearray(256))
    with open(source, "rb") as f:
        f.seek(at)
        while size:
            n = f.readinto(buf[: min(size, 256)])
            if not n:
                break
            _file.write(buf[:n])
            size -= n
    feed()


def end():
    _file.close()


def erase():
    """Everything on the flash; what is mounted into it is not on it."""
    os.chdir("/")
    for entry in list(os.ilistdir("/")):
        if entry[0] not in ("host", "app", "rom"):
            rm("/" + entry[0])
