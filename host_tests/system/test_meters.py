"""Every meter: the driver that is flashed against the simulated meter, whose registers come from another table."""

import struct

import pytest
from meter_play import Bench
from world_play import DUTY_16A

# kind: (phases it measures, does it tell the power of each phase, the step of its energy in Wh or None: a float)
KINDS = {
    "sdm120": (1, True, None),
    "sdm230": (1, True, None),
    "sdm630": (3, True, None),
    "sdm72d_m_2": (3, True, None),
    "abb_b23": (3, True, 10),
    "abb_b24": (3, True, 10),
    "em340": (3, True, 100),
    "finder_7e78": (3, False, None),
    "eem350": (3, False, 100),
    "dtsu666": (3, True, None),
}
ENERGIES_WH = (0, 9_999_990, 98_765_432, 131_072_000)
VOLTS = [231.4, 229.1, 235.6]
AMPS_MA = [15010, 9870, 6040]
WATTS = [3473.0, 2261.0, -1423.0]


@pytest.fixture(autouse=True)
def _built(built):
    """The tree that is flashed is up to date."""


@pytest.fixture(params=KINDS)
def bench(request):
    """A Bench of each kind, its register at 0."""
    with Bench(request.param, phases=KINDS[request.param][0]) as bench:
        bench.kind = request.param
        bench.meter.wh = 0.0
        yield bench


def told(kind, wh):
    """What a meter of that kind says of so much energy, in Wh."""
    step_wh = KINDS[kind][2]
    if step_wh:
        return wh // step_wh * step_wh
    unit_wh = 1 if kind == "finder_7e78" else 1000
    kept = struct.unpack(">f", struct.pack(">f", wh / unit_wh))[0]
    return round(kept * unit_wh)


def near(got, want, within):
    assert len(got) == len(want)
    assert all(abs(a - b) <= within for a, b in zip(got, want, strict=True)), (got, want)


def charge(bench):
    """A car charges with three phases of 16 A, or with one."""
    outlet = bench.world.outlet(1)
    outlet.plug(on=True, phases=3, amps=16, kwh=None, cable=32, reply_s=0.2, ventilation=False)
    outlet.drive(DUTY_16A)
    outlet.coil(True)


def test_it_tells_voltage_current_and_power_of_each_phase(bench):
    def flow():
        charge(bench)
        outlet = bench.world.outlet(1)
        outlet.volts, outlet.amps_ma, outlet.watts = lambda: VOLTS, lambda: AMPS_MA, lambda: WATTS

    bench.do(flow)
    got = bench.fresh()
    phases, each, _ = KINDS[bench.kind]
    dark = [0] * (3 - phases)
    near(got.voltages_mv, [round(1000 * v) for v in VOLTS[:phases]] + dark, 5)
    near(got.currents_ma, AMPS_MA[:phases] + dark, 1)
    near(got.powers_w, WATTS[:phases] + dark if each else [0, 0, 0], 1)
    assert abs(got.power_w - sum(WATTS[:phases])) <= 1
    assert got.frequency_mhz in (50_000, None)


def test_its_energy_is_right_from_nothing_to_131072_kwh_and_a_jump_is_believed_late(bench):
    for wh in ENERGIES_WH:
        bench.do(lambda wh=wh: setattr(bench.meter, "wh", float(wh)))
        held = bench.reading().energy_wh
        assert held in (None, *(told(bench.kind, e) for e in ENERGIES_WH if e <= wh))
        assert bench.until(lambda got, wh=wh: got.energy_wh == told(bench.kind, wh)).error is None
    bench.do(lambda: setattr(bench.meter, "wh", 5000.0))
    assert [bench.fresh().energy_wh for _ in range(3)] == [told(bench.kind, ENERGIES_WH[-1])] * 3


def test_it_follows_a_charge_without_holding_anything_back(bench):
    bench.do(lambda: bench.meter.count(85.0))  # a step of 0.1 kWh comes on the way
    assert bench.until(lambda got: got.energy_wh == told(bench.kind, 85)).error is None
    bench.do(lambda: charge(bench))
    for _ in range(6):
        now_wh = bench.do(lambda: bench.meter.wh)
        got = bench.fresh()
        assert got.energy_wh >= told(bench.kind, now_wh)
        assert got.energy_wh <= bench.do(lambda: bench.meter.wh) + (KINDS[bench.kind][2] is None)  # floats are rounded
    assert got.power_w == 3680 * KINDS[bench.kind][0]


@pytest.mark.parametrize(
    ("trouble", "said"),
    [("crc", "checksum"), ("refuse", "exception 4"), ("garbage", "(silent|checksum)"), ("half", "silent")],
)
@pytest.mark.parametrize("kind", KINDS)
def test_a_wrong_answer_is_an_error_and_changes_nothing(kind, trouble, said):
    with Bench(kind, phases=KINDS[kind][0]) as bench:
        before = bench.fresh()
        bench.do(lambda: setattr(bench.meter, "trouble", trouble))
        got = bench.until(lambda got: got.error)
        assert pytest.approx(before.energy_wh) == got.energy_wh
        assert any(got.error == f"meter: {text}" for text in said.strip("()").split("|")), got.error
        bench.do(lambda: setattr(bench.meter, "trouble", None))
        assert bench.fresh().energy_wh == before.energy_wh


def test_silence_is_an_error_and_after_ten_seconds_nothing_is_known_but_the_energy(bench):
    bench.do(lambda: charge(bench))
    before = bench.fresh()
    assert before.power_w > 3000
    bench.do(lambda: bench.world.fault(1, "meter", True))
    got = bench.until(lambda got: got.error)
    assert got.error == "meter: silent"
    got = bench.until(lambda got: not got.power_w)
    assert (got.voltages_mv, got.currents_ma, got.powers_w) == ([0] * 3, [0] * 3, [0] * 3)
    assert got.energy_wh >= before.energy_wh
    bench.do(lambda: bench.world.fault(1, "meter", False))
    assert bench.fresh().power_w == before.power_w


def test_what_it_does_not_know_is_missing_and_no_number(bench):
    bench.do(lambda: bench.meter.count(1234.0))
    before = bench.fresh()
    bench.do(lambda: setattr(bench.meter, "trouble", "nothing"))
    got = bench.until(lambda got: got.error)
    got = bench.until(lambda got: got.error)
    assert got.error == "meter: no energy register"
    assert (got.voltages_mv, got.currents_ma, got.powers_w, got.power_w) == ([0] * 3, [0] * 3, [0] * 3, 0)
    assert got.energy_wh == before.energy_wh == told(bench.kind, 1234)


@pytest.mark.parametrize("kind", ["sdm630", "abb_b23", "finder_7e78"])
def test_slow_wires_with_parity_are_waited_for(kind):
    with Bench(kind, {"baud": 1200, "parity": 0}) as bench:
        assert bench.reading().error is None


@pytest.mark.parametrize("kind", ["em340", "eem350"])
def test_a_step_of_100_wh_is_no_jump_that_is_held_back(kind):
    with Bench(kind, every_ms=2000) as bench:
        bench.meter.wh = 99.0
        assert bench.fresh().energy_wh == 0
        bench.do(lambda: bench.meter.count(1.0))
        assert bench.fresh().energy_wh == 100
