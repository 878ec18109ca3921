"""The simulated chip's serial console: Ctrl-C is a KeyboardInterrupt, whatever the chip is at."""

from mpremote.transport_serial import SerialTransport

from tools.raw_repl import settle
from tools.wallbox import Wallbox

_COLLECTS = """
import gc, time
keep = [[i] for i in range(1_000)]
print("go")
while True:
    gc.collect()
    time.sleep_us(50)
"""
_TRIES = 30  # where a signal raises it, each third one leaves the heap locked


def test_ctrl_c_that_meets_a_collection_of_garbage_leaves_a_chip_that_works(tmp_path):
    with Wallbox("devkit", tmp_path / "data", "--console", tmp_path / "console") as box:  # blank: the REPL is there
        transport = SerialTransport(str((tmp_path / "console").resolve()), timeout=10)
        transport.serial.write(b"\r\x03\x03")
        settle(transport, 5)
        transport.in_raw_repl = True
        for _ in range(_TRIES):
            transport.exec_raw_no_follow(_COLLECTS)
            transport.read_until(1, b"go", timeout=10)
            transport.serial.write(b"\x03")
            _, error = transport.follow(timeout=10)
            assert b"KeyboardInterrupt" in error
            assert transport.exec("keep = None; print(len(bytearray(5000)))").strip() == b"5000"
        transport.close()
        assert box.ask("state")["resets"] == 0
