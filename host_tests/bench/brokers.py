"""How long a broker can hold up the wallbox by what it does, and how soon it is told of a change.

    .venv/bin/python -m host_tests.bench.brokers [--cpu 50] [--seconds 10]

A car charges, MQTT is open, and the broker stalls, floods (1000 messages a second), answers rubbish, takes nothing or
goes. In simulated time with a chip that is 50 times slower than this PC: the longest stretch in which no timer could
run (`{"ask":"stalls"}`: those of 20 ms and less are not told) and the longest gap between two looks at the pilot. A
collection of garbage takes some 20 ms here, and 2.5 to 9 ms on the chip, so what is left without is told apart.
Latency: from a key that is set over HTTP to its message at a client of a real broker.
"""

import argparse
import socket
import statistics
import tempfile
import threading
import time

import paho.mqtt.client as paho

from tools import build, mosquitto
from tools.session import await_closed
from tools.wallbox import Wallbox

_SIX = "car,amp,frc,nrg,wh,alw"
_TOPIC = b"go-eCharger/872385/amp/set"
_SET = b"\x30" + bytes((len(_TOPIC) + 4,)) + len(_TOPIC).to_bytes(2, "big") + _TOPIC + b"12"


class Rude:
    """Not quite a broker: play(connection) does what it likes with each connection."""

    def __init__(self, play):
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"mqtt://127.0.0.1:{self._listener.getsockname()[1]}"
        self.count = 0
        self._play = play
        threading.Thread(target=self._run, daemon=True).start()

    def _run(self):
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.count += 1
            threading.Thread(target=self._one, args=(connection,), daemon=True).start()

    def _one(self, connection):
        with connection:
            try:
                self._play(connection)
            except OSError:
                pass

    def close(self):
        self._listener.close()


def accepted(connection):
    connection.recv(1000)
    connection.sendall(b"\x20\x02\0\0\x90\x03\0\x01\0")


def listens(connection):
    """As a broker that nobody else talks to."""
    accepted(connection)
    while connection.recv(10_000):
        pass


def stalls(connection):
    """Says nothing more, and reads nothing."""
    accepted(connection)
    time.sleep(60)


def floods(connection):
    """1000 messages a second, as long as they are taken."""
    accepted(connection)
    connection.settimeout(30)
    for _ in range(300):
        connection.sendall(_SET * 10)
        time.sleep(0.01)
    time.sleep(60)


def rubbish(connection):
    accepted(connection)
    connection.sendall(b"\xff\xff\xff\xff\xff\xff" + bytes(range(256)) * 10)
    time.sleep(5)


def torn(connection):
    accepted(connection)
    connection.sendall(b"\x30\x05\xff\xffabc")
    time.sleep(5)


def long_message(connection):
    """One of a megabyte."""
    accepted(connection)
    connection.sendall(b"\x30\xff\xff\x3f" + bytes(1_048_575))
    time.sleep(60)


def no_broker(connection):
    connection.recv(1000)
    connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")


def mute(connection):
    time.sleep(60)


def vanishes(connection):
    accepted(connection)


_PLAYS = (listens, stalls, floods, rubbish, torn, long_message, no_broker, mute, vanishes)


def holds(box, play, seconds):
    """-> (ms of each stall above 20 ms, of those in which no garbage was collected, ms of the longest gap) with a
    broker like that; play None: MQTT is closed.
    """
    rude = Rude(play)
    box.set(mcu=rude.url, mce=bool(play))
    time.sleep(0.5)  # setting it was ours
    box.do("timing_reset")
    start_ms = box.ask("state")["at_ms"]
    while box.ask("state")["at_ms"] < start_ms + seconds * 1000:
        time.sleep(0.2)
    told = [stall for stall in box.ask("stalls")["stalls"] if stall["at_ms"] > start_ms]
    gap_ms = box.ask("timing")["pilot_gap_ms_max"]
    box.set(mce=False)
    rude.close()
    return [stall["ms"] for stall in told], [stall["ms"] for stall in told if "gc" not in stall["cause"]], gap_ms


def latency(box, broker, keys):
    """-> [ms from a key that is set to its message, in the box's time]."""
    heard = threading.Event()
    client = paho.Client(paho.CallbackAPIVersion.VERSION2)
    client.on_message = lambda client, data, message: heard.set()
    client.connect("127.0.0.1", broker.port)
    box.set(mcu=broker.url, mqf=keys, mqi=1, mce=True)
    box.wait_for(lambda: box.status("mcc"), 30)
    time.sleep(8)  # all is told once
    client.subscribe(f"go-eCharger/{box.status('sse')}/amp")
    client.loop_start()
    heard.wait(5)  # the retained one
    took = []
    for amp in range(8, 16):
        heard.clear()
        began_ms = box.ask("state")["at_ms"]
        box.set(amp=amp)
        if heard.wait(30):
            took.append(box.ask("state")["at_ms"] - began_ms)
    client.loop_stop()
    box.set(mce=False)
    return took


def _told(stalls_ms):
    return f"{len(stalls_ms):2} above 20 ms, at most {max(stalls_ms, default=0):4.1f} ms"


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--cpu", type=float, default=50)
    parser.add_argument("--seconds", type=int, default=10, help="of simulated time, for each broker")
    options = parser.parse_args()
    build.build("devkit")
    print(f"brokers: .venv/bin/python -m host_tests.bench.brokers  --cpu {options.cpu:g}, while a car charges")
    with tempfile.TemporaryDirectory() as data, Wallbox("devkit", data, "--cpu", options.cpu) as box:
        box.do("plug", on=True)
        await_closed(box)
        box.set(mcr=False, mqi=1, mqf=_SIX)
        for play in (None, *_PLAYS):
            collected, others, gap_ms = holds(box, play, options.seconds)
            name = play.__name__ if play else "MQTT closed"
            print(f"  {name:12} {_told(collected)}; {_told(others)} but for garbage; gap {gap_ms:4.1f} ms", flush=True)
        with mosquitto.Mosquitto() as broker:
            for name, keys in (("six keys", _SIX), ("all keys", "")):
                took = latency(box, broker, keys)
                print(f"  told after {statistics.median(took):.0f} ms, at most {max(took):.0f} ms: {name}, mqi 1")


if __name__ == "__main__":
    main()
