"""Power on: what the ROM, the boot loader and the port do before boot.py and main.py run.

The settings come as lines NAME=VALUE in the environment's CHIP (words of the command line would stay in the heap as
names for good). Paths are absolute:

link=FD          our end of the socketpair to the world; without it the chip runs standalone
data=DIR         holds flash.bin, made blank when absent
build=DIR        the tree that runs where flash.bin has no /boot.py of its own: boot.py, main.py, the application
cpu=1            the firmware's busy time counts so often (whole number)
speed=1          idle time passes so often as fast (whole number)
http=HOST:PORT modbus=HOST:PORT      where ports 80 and 502 are bound on the PC
dns=HOST:PORT ntp=HOST:PORT          who answers UDP to ports 53 and 123
wifi=HEX         the record of the network that a wallbox knows which has just been set up
slow_flash=1     the worst times of a flash data sheet
cause=power      why it starts: power reset soft wdt
rtc=HEX          RTC memory that a reset has left
clock_us=N       us since 2000-01-01 at boot: a reset leaves the clock running; absent: never set

An exception that ends main.py is logged and ends the process with status 1; so does its plain end.
"""

import io
import os
import socket
import sys
import time

import clock
import flash
import link
import machine
import network
import vfs

_SIZE = 2 * 1024 * 1024  # the vfs partition of a 4 MB chip
_CAUSES = {
    "power": machine.PWRON_RESET,
    "reset": machine.HARD_RESET,
    "soft": machine.SOFT_RESET,
    "wdt": machine.WDT_RESET,
}


def _options(words):
    return dict(word.split("=", 1) for word in words if "=" in word)


def _set_up(options):
    try:
        clock.schedstat = open("/proc/self/schedstat", "rb")
    except OSError:
        pass  # then time in which the host had us wait counts as busy
    for name, port in (("http", 80), ("modbus", 502), ("dns", 53), ("ntp", 123)):
        if name in options:
            host, _, number = options[name].rpartition(":")
            socket.ports[port] = (host or "127.0.0.1", int(number))
    if 80 in socket.ports:
        network.address = socket.ports[80][0]
    machine.cause = _CAUSES[options.get("cause", "power")]
    machine.RTC.stored = bytes.fromhex(options.get("rtc", ""))
    time.set_us = -int(options.get("clock_us", 0))
    if "link" in options:
        link.open_fd(int(options["link"]))
        clock.way_ns = __import__("gauge").measure()
        del sys.modules["gauge"]
        clock.cpu = int(float(options.get("cpu", 1)))
        clock.speed = max(1, int(float(options.get("speed", 1))))


def _mount(options, chip):
    """The host's files move to /host, the flash becomes the root."""
    image = flash.open_image(options["data"] + "/flash.bin", _SIZE)
    clock.leave()  # so far it was not the chip that was busy
    device = flash.Flash(image, _SIZE // flash.SECTOR, options.get("slow_flash") == "1")
    vfs.mount(vfs.VfsPosix("/"), "/host", readonly=True)  # no firmware can harm the PC
    vfs.umount("/")
    try:
        vfs.mount(device, "/")
    except OSError:
        # Only a blank flash is formatted: what is there may be somebody's transactions.
        if not flash.is_blank(device):
            raise OSError("the file system of flash.bin is corrupt")
        vfs.VfsLfs2.mkfs(device)
        vfs.mount(device, "/")
    if "wifi" in options and "wifi" not in os.listdir("/"):  # a flash of its own folder: nothing was ever set up there
        os.mkdir("/wifi")
        with open("/wifi/0", "wb") as file:
            file.write(bytes.fromhex(options["wifi"]))
    if chip != "/rom":
        chip = "/host" + chip
    if "boot.py" not in os.listdir("/"):
        vfs.mount(vfs.VfsPosix(options["build"]), "/app", readonly=True)
        os.chdir("/app")  # modules have relative names, as in a slot
    sys.path[:] = [chip, "", ".frozen", "/lib"]


def _run(folder, name, names=None):
    try:
        source = open(folder + "/" + name)
    except OSError:
        return
    clock.leave()  # the chip compiles these two, too
    with source:
        code = compile(source.read(), name, "exec")
    exec(code, names or {"__name__": "__main__"})
    clock.enter()


def _log(e):
    text = io.StringIO()
    sys.print_exception(e, text)
    for line in text.getvalue().splitlines():
        link.tell("L", line)


def on(chip):
    """Never returns. chip: where its modules come from, a folder of the PC or /rom."""
    options = _options((os.getenv("CHIP") or "").split("\n"))
    try:
        _set_up(options)
        _mount(options, chip)
        names = {"__name__": "__main__"}  # both run in the same
        try:
            _run(".", "boot.py", names)  # from where we are by then, as the port does
        except Exception as e:  # the port prints it and goes on with main.py
            _log(e)
        if options.get("cause") == "soft" and "console" in options:  # asked for in the raw REPL: that is where it ends
            link.flush()
            sys.exit(1)
        _run(".", "main.py", names)
        link.tell("L", "main.py has ended")
    except BaseException as e:
        _log(e)
    link.flush()
    sys.exit(1)
