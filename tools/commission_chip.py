"""Runs inside MicroPython: a simulated chip whose application was stopped, with its raw REPL on stdin and stdout. For
commission_desk.py, and for the tests of calibrate.py.

As on the chip (docs of MicroPython, "The raw REPL"): Ctrl-A begins it, Ctrl-D runs what came, or resets when nothing
did. `reset()` ends it. What plays the world says link.set_analog() over the same line; or there is a world, with
`link=`: then time stands still while the chip waits for a line, and a soft reset ends it, to be started again.
"""

import io
import os
import sys

sys.path.pop(0)  # this folder, whose flash.py is another one than the chip's
import power  # noqa: E402

options = dict(line.split("=", 1) for line in os.getenv("CHIP").split("\n"))
if "link" in options:
    power._set_up(options)
power._mount(options, options["chip"])
names = {"__name__": "__main__"}
power._run(".", "boot.py", names)

import clock  # noqa: E402
import link  # noqa: E402
import machine  # noqa: E402

BANNER = b"raw REPL; CTRL-B to exit\r\n>"
line = sys.stdin.buffer
out = sys.stdout.buffer


def run(source, names):
    """What it prints goes out as it comes."""
    error = b""
    try:
        exec(source, names)
    except Exception as e:
        text = io.StringIO()
        sys.print_exception(e, text)
        error = text.getvalue().encode()
    out.write(b"\x04" + error + b"\x04>")


if "no_reference" in options:

    def read_uv(adc):
        raise ValueError("no calibration")

    machine.ADC.read_uv = read_uv


def wait():
    """-> the next byte."""
    clock.enter()
    byte = line.read(1)
    clock.leave()
    return byte


def begin():
    """The world may have changed since the last line."""
    if link.file:
        clock.sleep_us(link.SYNC_US)


code = b""
if options.get("cause") == "soft":
    out.write(BANNER)
while True:
    byte = wait()
    if byte == b"\x01":
        out.write(BANNER)
        code = b""
    elif byte == b"\x03":
        code = b""
    elif byte == b"\x05":
        line.read(2)
        out.write(b"R\x00")  # no raw paste mode
    elif byte == b"\x04" and not code.strip():
        out.write(b"OK\r\nMPY: soft reboot\r\n" + (b"" if link.file else BANNER))
        if link.file:
            link.reset("soft")
    elif byte == b"\x04":
        out.write(b"OK")
        begin()
        run(code.decode(), names)
        code = b""
    elif not byte:
        break
    else:
        code += byte
