"""A fault that waits for a person is there again after a power cut."""

import os

from check import eq

from pilotwire.core.faults import FaultSet
from pilotwire.store import boots
from pilotwire.store.latch import Latch

_PATH = "/tmp/pilotwire_latch"


class _Log:
    def error(self, text):
        self.text = text


def _fresh():
    try:
        os.remove(_PATH)
    except OSError:
        pass


def _after_power_cut():
    faults = FaultSet()
    Latch(_PATH, faults, _Log()).restore()
    return faults.names()


def _keep(faults):
    Latch(_PATH, faults, _Log()).keep()


def test_a_weld_is_held_after_a_power_cut():
    _fresh()
    faults = FaultSet()
    faults.set("weld")
    _keep(faults)
    eq(_after_power_cut(), ["weld"])


def test_a_fault_that_heals_by_itself_is_not_kept():
    _fresh()
    faults = FaultSet()
    faults.set("meter")
    _keep(faults)
    eq(_after_power_cut(), [])


def test_what_a_person_cleared_stays_cleared():
    _fresh()
    faults = FaultSet()
    latch = Latch(_PATH, faults, _Log())
    faults.set("weld")
    latch.keep()
    faults.clear("weld")
    faults.acknowledge()
    latch.keep()
    eq(_after_power_cut(), [])


def test_a_damaged_record_holds_everything_it_could_have_held():
    with open(_PATH, "wb") as f:
        f.write(b"1 00000000 rubbish")
    eq(_after_power_cut(), ["weld", "rcd"])


def test_restarts_are_counted_and_a_damaged_count_begins_again():
    _fresh()
    eq([boots.count(_PATH), boots.count(_PATH), boots.count(_PATH)], [0, 1, 2])
    for damage in (b"junk", b""):
        with open(_PATH, "wb") as f:
            f.write(damage)
        eq(boots.count(_PATH), 0)
