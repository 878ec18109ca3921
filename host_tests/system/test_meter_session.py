"""A whole session of the whole firmware with a meter that is not the devkit's: the board is made here and flashed."""

import os

import pytest
from meter_play import MODBUS, flash
from world_play import DEVKIT

from tools import build
from tools.csms import BackgroundCentralSystem
from tools.session import await_closed, connect, play, world_clock
from tools.wallbox import ROOT, Wallbox

_RUN = """
import sys
from pathlib import Path
from tools.sim.world import options
options.ROOT = Path({root!r})
from tools.sim.__main__ import main
sys.exit(main())
"""
SPECS = {
    "s0": {"kind": "s0", "pin": 35, "pulses_kwh": 1000},
    **{kind: {"kind": kind, **MODBUS} for kind in ("finder_7e78", "dtsu666", "em340")},
}


@pytest.fixture
def flashed(built, tmp_path):
    """-> flashed(kind): a Wallbox, not started, of a board that has a meter of that kind."""

    def make(kind, *options):
        root = tmp_path / "root"
        if not root.exists():
            _flash(root, kind)
        box = Wallbox("with_meter", tmp_path / "data", *options)
        box._command[1:3] = ["-c", _RUN.format(root=str(root))]
        return box

    return make


def _flash(root, kind):
    """A folder like this project's, as far as the simulator looks, with one more board."""
    source = root / "boards" / "with_meter" / "board.py"
    source.parent.mkdir(parents=True)
    parts = {**vars(DEVKIT), "NAME": "with_meter", "METER": SPECS[kind]}
    source.write_text("".join(f"{name} = {value!r}\n" for name, value in parts.items()))
    flash(root / "build" / "with_meter", **{name: value for name, value in parts.items() if value is not None})
    os.symlink(build.BUILD / "chip", root / "build" / "chip")
    os.symlink(ROOT / "tools", root / "tools")


@pytest.mark.parametrize("kind", ["finder_7e78", "dtsu666", "s0"])
def test_what_went_into_the_car_is_billed(flashed, kind):
    with BackgroundCentralSystem() as csms, flashed(kind, "--speed", 50) as box:
        assert play(box, csms, 60, lambda *words: None) > 100
        assert csms.calls("BootNotification")[0]["meterType"] == kind


def test_the_keys_tell_what_the_meter_measures(flashed):
    with flashed("em340", "--speed", 20) as box:
        box.do("plug", on=True, phases=2)
        await_closed(box)
        box.wait_for(lambda: box.status("nrg")[11] > 7000, 10)
        nrg = box.status("nrg")
        assert nrg[:3] == [230, 230, 230]
        assert nrg[4:7] == [16, 16, 0]
        assert nrg[7:10] == [3680, 3680, 0]
        assert box.status("eto") == 12_345_600


def test_M12_a_cut_in_the_middle_of_a_charge_takes_nothing_back_of_counted_pulses(flashed):
    with BackgroundCentralSystem() as csms:
        with flashed("s0", "--speed", 20) as box:
            csms.follow(world_clock(box))
            connect(box, csms, acs=0)
            box.do("plug", on=True)
            await_closed(box)
            before_wh = box.wait_for(lambda: box.status("eto"), 30)  # a minute's pulses
            box.do("power_cut")
            box.process.wait(10)
        with flashed("s0", "--speed", 20) as box:
            csms.follow(world_clock(box))
            await_closed(box)
            assert box.status("eto") >= before_wh
            box.wait_for(lambda: box.status("eto") > before_wh + 50, 30)
            box.do("unplug")
            box.wait_for(lambda: csms.sessions[-1].energy_wh is not None, 20)
        assert len(csms.sessions) == 1
        assert csms.sessions[0].energy_wh > before_wh + 50
        assert csms.violations == []
