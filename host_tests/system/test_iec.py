"""`make iec`: the sequences of IEC 61851-1 on the whole firmware, and that a row fails when it should."""

from types import SimpleNamespace

import pytest

from tools import iec, iec_corners, iec_rows
from tools.sim.world import board, options

_SPEED = 100
_RUNS = 3  # a PC that others use too can only make the firmware later than it is


def test_the_sequences_are_within_their_limits(built):
    rows, said = iec_rows.ROWS, []
    for _ in range(_RUNS):
        verdicts = list(iec.sequences("devkit", speed=_SPEED, rows=rows, say=said.append))
        rows = [row for row, ok in zip(rows, verdicts, strict=True) if not ok]
        if not rows:
            return
    raise AssertionError("\n".join(said))


def test_the_corners_of_the_tolerances_are_read_right_on_every_kind_of_divider():
    for name in ("devkit", "smartevse_v30", "evcharger_wroom"):
        said = []
        assert all(iec.corners(name, say=said.append)), "\n".join(said)


# a row fails when it should


class Played:
    """A bench on which everything has happened already."""

    board = board.load(options.ROOT, "devkit")
    first, ever, mark = iec_rows.Bench.first, iec_rows.Bench.ever, lambda self: 1

    def __init__(self, *changes):
        steps = enumerate(changes)
        self._changes = [{**CHARGING, **change, "n": n, "at_ms": change["at_ms"]} for n, change in steps]
        self.box = SimpleNamespace(status=lambda key: "")

    def changes(self, since):
        return [change for change in self._changes if change["n"] >= since - 1]

    def _until(self, found, most_ms):
        return found()


CHARGING = {"high_mv": 5995, "low_mv": -12000, "duty": 17476, "hertz": 1000, "coil": True, "contacts": True, "amps": 16}
OPEN = {"high_mv": 8979, "coil": False, "contacts": False}


@pytest.mark.parametrize(
    ("coil_ms", "contacts_ms", "ok"), [(60, 100, True), (60.1, 90.1, False), (59, 100.1, False), (-5, 25, False)]
)
def test_an_opening_that_is_late_or_not_the_cars_fails(coil_ms, contacts_ms, ok):
    left = {"at_ms": 1000, "high_mv": 8979, "coil": coil_ms > 0}
    coil = {**OPEN, "at_ms": 1000 + coil_ms, "contacts": True}
    bench = Played({"at_ms": 0}, left, coil, {**OPEN, "at_ms": 1000 + contacts_ms})
    assert iec_rows._opens(bench, 1, iec_rows._is("B")).ok is ok


@pytest.mark.parametrize(
    ("coil_ms", "contacts_ms", "ok"), [(500, 3000, True), (499.9, 530, False), (600, 3000.1, False)]
)
def test_a_closing_that_is_early_or_late_fails(coil_ms, contacts_ms, ok):
    asked = {"at_ms": 1000, "coil": False, "contacts": False, "amps": 0}
    coil = {**asked, "at_ms": 1000 + coil_ms, "coil": True}
    bench = Played({**OPEN, "at_ms": 0}, asked, coil, {"at_ms": 1000 + contacts_ms})
    assert iec_rows._closes_after(bench, 1, iec_rows._is("C")).ok is ok


def test_a_contactor_that_closed_before_the_car_asked_fails():
    too_early = [{**OPEN, "at_ms": 0}, {**OPEN, "at_ms": 1, "coil": True}, {**OPEN, "at_ms": 2}]
    asked = {"at_ms": 1000, "coil": False, "contacts": False}
    bench = Played(*too_early, asked, {**asked, "at_ms": 1600, "coil": True}, {"at_ms": 1630})
    assert not iec_rows._closes_after(bench, 1, iec_rows._is("C")).ok


@pytest.mark.parametrize(
    ("duty", "hertz", "ok"),
    [(17476, 1000, True), (17477, 1000, False), (17149, 1000, True), (17148, 1000, False), (17476, 994, False)],
)
def test_a_pulse_that_is_too_long_or_5_us_too_short_or_not_of_1_khz_fails(duty, hertz, ok):
    assert iec_rows.pulse(duty, hertz, 16)[0] is ok


@pytest.mark.parametrize(("amps", "percent"), [(6, 10), (16, 26.667), (51, 85), (63, 89.2), (80, 96)])
def test_a_pulse_is_that_of_annex_a(amps, percent):
    for more, ok in ((0, True), (0.01, False), (-0.6, False)):
        assert iec_rows.pulse(65535 * (percent - 0.0005 + more) / 100, 1000, amps)[0] is ok


def test_a_row_that_does_not_come_about_fails_and_says_why():
    row = iec_rows.Row("7", "the car stops", "", lambda bench: bench.first(1, lambda c: False, "a change"))
    bench = Played({"at_ms": 0})
    bench.rest = lambda: None
    said = []
    assert not iec._played(bench, row, said.append)
    assert "FAILED   a change did not come" in said[0]


def test_a_line_that_is_read_as_another_letter_fails(monkeypatch):
    monkeypatch.setattr(iec_corners, "_RANGES", (("B", 7_000, 10_000, "B", "B"),))
    assert [corner.ok for corner in iec_corners.letters("devkit")][:2] == [False, True]
