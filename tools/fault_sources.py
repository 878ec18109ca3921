"""What each fault of firmware/pilotwire/core/faults.py rests on, and how soon it has to act: a row each.

For docs/safety.md and the fault matrix; nothing of it is flashed. Facts: ../shared/facts/evse-hardware.md; the norm's
numbers are as quoted there, no copy of it was at hand.
"""

from typing import NamedTuple

OBEYS_MS = 3_100  # IEC 61851-1:2017 Table A.6, seq. 10.1: the car has 3 s; then as any opening
IGNORES_MS = 6_110  # seq. 10.2: 6 s, and the wire's 10 ms; then as any opening
F_MS = 3_000  # seq. 13, with the contactor open
_AT_ONCE = 60, 100  # design.md; Table A.6, seq. 2.2, 7, 8: contacts open within 100 ms
_PLATEAU = 155, 200  # five bursts that agree (core/connector.py): ours


class Source(NamedTuple):
    """pin_ms: from the cause until the coil is off, or PWM is when the offer is withdrawn. contacts_ms: until the main
    contacts are open; None: the cause itself says where they are, or it is not played while they are closed."""

    source: str
    limit: str
    pin_ms: int
    contacts_ms: int | None


def _withdraws(source, limit, pin_ms):
    return Source(source, limit, pin_ms, pin_ms + OBEYS_MS)


SOURCES = {
    "weld": Source(
        "facts 2.1, weld detection",
        "mirror says closed `release_ms` + 150 ms after the coil went off, or for 250 ms out of itself",
        310,  # from the coil: 45 ms of the slowest contactor, 150 ms, a look of 100 ms, a burst
        None,
    ),
    "rcd": Source("IEC 62955: 6 mA DC; facts 2.1", "the monitor's output, seen twice 1 ms apart", *_AT_ONCE),
    "rcd_test": Source(
        "facts 2.1, RCM self-test", "trip within 500 ms of test on, gone 2.5 s after test off", 5_000, None
    ),
    "estop": Source("IEC 60204-1, stop category 0", "contact open, seen twice 1 ms apart", *_AT_ONCE),
    "no_close": Source(
        "facts 2.1, fails to close",
        "mirror says open `close_ms` + 150 ms after the coil went on, or for 250 ms out of itself",
        350,  # 250 ms, two looks, and one that came late
        None,
    ),
    "earth": Source(
        "IEC 61851-1:2017, 6.3.1.2 (continuity of PE); facts 1.4, 2.1",
        "the monitor's output, seen twice 1 ms apart",
        *_AT_ONCE,
    ),
    "pilot_source": Source(
        "IEC 61851-1:2017, Annex A (+12 and -12 V); facts 1.1",
        "at the start, before a car is there: below -10 V and back above 10.5 V, 60 ms after each switching",
        *_PLATEAU,  # lost later it is seen as a missing diode is
    ),
    "pilot_short": Source(
        "IEC 61851-1:2017, Table A.6, seq. 12 (3 s); ours as seq. 7", "plateau below 1.5 V", *_AT_ONCE
    ),
    "diode": Source(
        "IEC 61851-1:2017, Annex A (diode); facts 1.1", "low plateau above -10 V in five bursts", *_PLATEAU
    ),
    "pilot_frozen": Source(
        "ours: facts 1.1, diode check", "plateaus that do not follow the output in five bursts", *_PLATEAU
    ),
    "overheat": _withdraws(
        "facts 2.2: 65 degrees are usual",
        "`stop_c` of the board file; read each 10 s, a DS18B20 tells what was 10 s before",
        21_000,
    ),
    "sensor": _withdraws("facts 2.2", "a reading that cannot be, or a minute without one", 63_000),
    "lock": _withdraws("facts 2.1, lock", "no current unless proven locked; five tries in vain are the fault", 3_000),
    "overcurrent": _withdraws(
        "IEC 61851-1:2017, Table A.6, seq. 6 (5 s); EVerest, facts 2.1",
        "10 % and 0.5 A above the offer for 7 s",
        10_000,
    ),
    "overvoltage": _withdraws("EN 50160; facts 2.1", "264 V for 1 s; right below 253 V for 60 s", 4_000),
    "undervoltage": _withdraws(
        "OVE R37: 0.80 pu for 3 s; facts 2.1", "184 V for 3 s; right above 195.5 V for 60 s", 6_000
    ),
    "phase_loss": _withdraws("OVE R37; facts 2.1", "a phase below 100 V for 3 s while another is there", 6_000),
    "door": Source("ours: tamper contact", "contact open, seen twice 1 ms apart", *_AT_ONCE),
    "meter": _withdraws("ours: nothing is billed unread", "no answer for 15 s with a car plugged in", 18_000),
}
