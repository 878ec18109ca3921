"""A turn of the slow loop: the sign of life, what is kept, and when the chip may restart."""

from box import Box, Plain
from check import eq

from pilotwire import control, loader


class House:
    """A box of two outlets; .did: what a turn did."""

    def __init__(self):
        self.did = did = []
        self.box = Box()
        self.box.clock.ms = lambda: 1000
        self.box.settings.flush = lambda now_ms, closed: did.append(("flush", closed))
        self.box.restarting, self.box.restart_ms = None, 0
        self.box.outlets = [self._outlet(n) for n in (1, 2)]
        self.box.paths = [Plain(beat=lambda n=n: did.append(("beat", n))) for n in (1, 2)]

    def _outlet(self, n):
        def step(now_ms):
            self.did.append(("step", n))

        keep = Plain(keep=lambda: self.did.append(("keep", n)))
        return Plain(step=step, panel=Plain(step=step), latch=keep, ending=None, connector=Plain(is_open=True))

    def turn(self):
        """-> what it did; "reset" where the chip restarted."""
        self.did.clear()
        chip, lend = control.machine, loader.lend
        control.machine = Plain(reset=lambda: self.did.append("reset"))
        loader.lend = lambda name: Plain(keep=lambda box: None)
        try:
            control.step(self.box)
        finally:
            control.machine, loader.lend = chip, lend
        return self.did


def test_each_path_has_its_sign_of_life_and_each_latch_is_kept():
    did = House().turn()
    for what in ("beat", "keep", "step"):
        assert (what, 1) in did and (what, 2) in did, did


def test_the_flash_is_told_when_any_contactor_is_not_proven_open():
    house = House()
    eq(("flush", False) in house.turn(), True)
    house.box.outlets[1].connector.is_open = False
    eq(("flush", True) in house.turn(), True)


def test_the_chip_restarts_only_with_every_contactor_proven_open_and_every_end_booked():
    house = House()
    eq("reset" in house.turn(), False)
    house.box.restarting = "an update"
    house.box.outlets[0].connector.is_open = False
    eq("reset" in house.turn(), False)
    house.box.outlets[0].connector.is_open = True
    house.box.outlets[1].ending = "Reboot", None, 0
    eq("reset" in house.turn(), False)
    house.box.outlets[1].ending = None
    eq("reset" in house.turn(), True)


def test_who_has_asked_for_a_restart_gets_an_answer_first():
    house = House()
    house.box.restarting, house.box.restart_ms = "rst", 600
    eq("reset" in house.turn(), False)
    house.box.restart_ms = 500
    eq("reset" in house.turn(), True)
