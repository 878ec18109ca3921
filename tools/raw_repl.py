"""MicroPython's raw REPL, over a transport of mpremote's."""

import time

from mpremote.transport import TransportError

_QUIET_S = 0.1
_READY = b"raw REPL; CTRL-B to exit\r\n"


def settle(transport, timeout_s):
    """What was typed while nobody listened, as while the chip started or a car charged, is answered all at once: lets
    that pass, and asks again. Raises TransportError: no answer in that time.
    """
    serial = transport.serial
    while time.sleep(_QUIET_S) or serial.in_waiting:
        serial.read(serial.in_waiting)
    serial.write(b"\x01")
    if not transport.read_until(1, _READY, timeout_overall=timeout_s).endswith(_READY):
        raise TransportError("the raw REPL does not answer")
