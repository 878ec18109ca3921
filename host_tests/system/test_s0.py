"""The S0 meter: its driver counts the pulses of the simulated meter, and its count outlives the power."""

import pytest
from meter_play import Bench
from test_meters import charge

SPEC = {"pin": 35, "pulses_kwh": 1000}


@pytest.fixture(autouse=True)
def _built(built):
    """The tree that is flashed is up to date."""


def a_bench(tmp_path, **spec):
    return Bench("s0", {**SPEC, **spec}, every_ms=1000, data=tmp_path)


def counted(bench):
    """What the meter has measured, in Wh."""
    return bench.do(lambda: bench.meter.wh)


def end(bench):
    bench.world.outlet(1).coil(False)


@pytest.mark.parametrize("pulses_kwh", [500, 1000, 2000])
def test_every_pulse_of_a_charge_is_counted_and_power_is_right_within_5_percent(tmp_path, pulses_kwh):
    with a_bench(tmp_path, pulses_kwh=pulses_kwh) as bench:
        assert bench.reading().energy_wh == 0
        bench.do(lambda: charge(bench))
        for _ in range(12):
            got = bench.fresh()
        assert got.power_w == pytest.approx(11040, rel=0.05)
        bench.do(lambda: end(bench))
        assert counted(bench) > 60
        got = bench.until(lambda got: not got.power_w)
        assert got.energy_wh == pytest.approx(counted(bench), abs=max(1, 1000 / pulses_kwh))  # whole Wh


def test_the_count_outlives_the_power(tmp_path):
    with a_bench(tmp_path) as bench:
        bench.do(lambda: charge(bench))
        bench.until(lambda got: got.energy_wh >= 30)
        bench.do(lambda: end(bench))
        before = bench.until(lambda got: not got.power_w)
    with a_bench(tmp_path) as bench:
        got = bench.reading()
        assert (got.error, got.energy_wh) == (None, before.energy_wh)
        bench.do(lambda: charge(bench))
        assert bench.until(lambda got: got.energy_wh >= before.energy_wh + 10).power_w > 0


def test_a_broken_wire_gives_no_pulse_and_loses_nothing_that_was_counted(tmp_path):
    with a_bench(tmp_path) as bench:
        bench.do(lambda: charge(bench))
        before = bench.until(lambda got: got.energy_wh >= 20)
        wh = counted(bench)
        bench.do(lambda: bench.world.fault(1, "meter", True))
        got = bench.until(lambda got: not got.power_w)
        assert before.energy_wh <= got.energy_wh <= wh + 8
        bench.do(lambda: bench.world.fault(1, "meter", False))
        assert bench.until(lambda again: again.energy_wh > got.energy_wh + 8).error is None
