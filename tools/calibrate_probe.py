"""What calibrate.py runs on the chip, in place of the application: contactors stay open, the pilot is at 50 percent.

The plateaus are found as hal/pilot.py finds them, so that both make the same mistakes. `reader` is that of
hal/adc_reader.py, whose text is sent before this one.
"""

import os
from time import sleep_ms

import board
from machine import ADC, PWM, WDT, Pin, reset  # noqa: F401 - reset is called from afar

_READS = 64
_BURSTS = 24
_SETTLE_MS = 120  # contacts bounce, and nobody can read figures that change more often

_parts = [board.__dict__, getattr(board, "OUTLET_2", {})]
for _outlet in _parts:
    for _name in ("CONTACTOR", "PHASES"):
        if _outlet.get(_name):
            Pin(_outlet[_name]["coil"], Pin.OUT, value=0)


def begin(outlet):
    """Outlet 1 or 2 -> its name and levels, and whether the chip knows its reference."""
    global read
    spec = _parts[outlet - 1]["PILOT"]
    if spec.get("disconnect") is not None:
        Pin(spec["disconnect"], Pin.OUT, value=0)
    PWM(Pin(spec["pwm"]), freq=1000, duty_u16=32768)
    read, exact = reader(ADC(Pin(spec["adc"]), atten=ADC.ATTN_11DB))  # noqa: F821
    return board.NAME, spec["levels"], exact


def feed():
    """The watchdog lets the chip start anew when nobody asks for ten seconds."""
    WDT(timeout=10_000).feed()


def measure():
    """-> (high, low, how far bursts differ), mV."""
    feed()
    sleep_ms(_SETTLE_MS)
    highs, lows = [], []
    for _ in range(_BURSTS):
        burst = sorted([read() for _ in range(_READS)])
        highs.append((sum(burst[-3:]) + 1500) // 3000)
        lows.append((sum(burst[:3]) + 1500) // 3000)
    noise = max(max(highs) - min(highs), max(lows) - min(lows))
    return (sum(highs) + _BURSTS // 2) // _BURSTS, (sum(lows) + _BURSTS // 2) // _BURSTS, noise


def load(path):
    """The bytes of a file, b"" where there is none."""
    try:
        with open(path, "rb") as f:
            return f.read()
    except OSError:
        return b""


def save(path, data):
    """Writes the file; the old content is there until this one is whole (littlefs)."""
    feed()
    try:
        os.mkdir(path.rsplit("/", 1)[0])
    except OSError:
        pass  # it is there
    with open(path, "wb") as f:
        f.write(data)


feed()
