"""When the plug is locked and let go: the bolt alone, and with a real outlet above a fake driver."""

from bolt import Driver
from box import Plain
from check import eq
from point import Bench

from pilotwire import loader
from pilotwire.api import get_parts
from pilotwire.core import lock as core
from pilotwire.parts import Part

NORMAL, AUTO, ALWAYS, FORCED = range(4)  # ust
UNKNOWN, UNLOCKED, UNLOCK_FAILED, LOCKED, LOCK_FAILED, POWER_OUT = range(6)  # cus
MOTION_MS, PAUSE_MS, STEP_MS = 1000, 2000, 200


def cus(bolt):
    """The key of that name, of the bolt alone."""
    bolt.dark = False
    outlet = Plain(parts={"lock": bolt})
    return get_parts.cus(Plain(outlet=outlet))


class Bolt:
    """A bolt that is stepped; .moves: [(seconds, lock or open)]."""

    def __init__(self, feedback=False, now_ms=0):
        self.lock = Plain()
        core.begin(self.lock, MOTION_MS, PAUSE_MS)
        self.feedback, self.now_ms, self.moves = feedback, now_ms, []
        self.began_ms = now_ms
        self.stuck = False

    def run(self, seconds, want, free=True):
        for _ in range(seconds * 1000 // STEP_MS):
            move = core.step(self.lock, self.now_ms & 0x3FFFFFFF, want, free, self.feedback)
            if move is not None:
                self.moves.append(((self.now_ms - self.began_ms) // 1000, move))
                if not self.stuck and self.feedback is not None:
                    self.feedback = move
            self.now_ms += STEP_MS
        return self.lock

    @property
    def proven(self):
        return core.proven(self.lock)


def test_what_is_wanted():
    for ust, plugged, active, locked, let_go, want in (
        (NORMAL, True, True, False, False, True),
        (NORMAL, True, False, True, False, False),
        (NORMAL, True, None, True, False, None),
        (NORMAL, False, False, True, False, False),
        (NORMAL, False, None, True, False, None),
        (NORMAL, True, True, True, True, False),
        (AUTO, True, True, False, False, True),
        (ALWAYS, True, False, False, False, True),
        (ALWAYS, False, False, True, False, True),
        (ALWAYS, False, False, False, False, False),
        (ALWAYS, False, False, None, False, False),
        (ALWAYS, True, True, True, True, False),
        (FORCED, True, True, True, False, False),
    ):
        row = ust, plugged, active, locked, let_go
        eq((row, core.wanted(*row)), (row, want))


def test_it_is_proven_locked_only_when_pulse_and_settling_are_over():
    for feedback in (False, None):
        bolt = Bolt(feedback)
        eq(core.proven(bolt.run(1, True)), False)
        eq(core.proven(bolt.run(1, True)), True)
        eq((bolt.moves, cus(bolt.lock)), ([(0, True)], LOCKED))
        bolt.run(60, True)
        eq(len(bolt.moves), 1)


def test_it_opens_only_when_it_is_free():
    bolt = Bolt(True)
    eq(cus(bolt.run(10, False, free=False)), LOCKED)
    eq((bolt.moves, bolt.proven), ([], False))
    eq(cus(bolt.run(2, False)), UNLOCKED)
    eq(bolt.moves, [(10, False)])


def test_nobody_says_and_nothing_moves():
    bolt = Bolt(True)
    eq(core.proven(bolt.run(10, None)), True)
    eq(bolt.moves, [])


def test_five_tries_with_a_pause_then_a_fault_and_no_more():
    bolt = Bolt()
    bolt.stuck = True
    eq(bolt.run(12, True).failed, False)
    eq(bolt.run(2, True).failed, True)
    eq((bolt.moves, cus(bolt.lock)), ([(s, True) for s in (0, 3, 6, 9, 12)], LOCK_FAILED))
    bolt.run(300, True)
    eq(len(bolt.moves), 5)
    eq(bolt.run(1, False).failed, False)  # the plug is wanted back, and it is open


def test_a_plug_that_is_stuck_in_the_lock_is_tried_again_for_ever():
    bolt = Bolt(True)
    bolt.stuck = True
    eq(cus(bolt.run(14, False)), UNLOCK_FAILED)
    bolt.run(100, False)
    eq(bolt.moves[4:], [(s, False) for s in (12, 43, 74, 105)])
    bolt.stuck = False
    bolt.run(40, False)
    eq((cus(bolt.lock), bolt.lock.failed), (UNLOCKED, False))


def test_a_second_try_that_works_is_no_fault():
    bolt = Bolt()
    bolt.stuck = True
    bolt.run(2, True)
    bolt.stuck = False
    eq(core.proven(bolt.run(4, True)), True)
    eq(len(bolt.moves), 2)


def test_feedback_that_is_lost_counts_when_it_lasts():
    bolt = Bolt()
    bolt.run(10, True)
    bolt.feedback = False
    core.step(bolt.lock, bolt.now_ms, True, False, False)
    eq(bolt.proven, True)  # a bounce
    core.step(bolt.lock, bolt.now_ms, True, False, True)
    bolt.stuck = True
    bolt.feedback = False
    eq(core.proven(bolt.run(1, True, free=False)), False)
    eq(bolt.moves[1:], [(10, True)])


def test_feedback_that_always_says_locked_is_found_before_the_first_charge():
    bolt = Bolt(True)
    bolt.stuck = True
    eq(bolt.run(20, False).failed, True)


def test_another_wish_in_the_middle_of_a_motion_waits_for_its_end_and_the_pause():
    bolt = Bolt()
    bolt.run(0, True)
    core.step(bolt.lock, 0, True, True, False)
    for want in (False, True, False):
        eq(core.step(bolt.lock, 400, want, True, None), None)
    bolt.feedback, bolt.now_ms = True, 600
    bolt.run(10, False)
    eq(bolt.moves, [(3, False)])


def test_a_lock_that_rested_for_ten_days_moves_at_once():
    bolt = Bolt(now_ms=0x3FFFFFFF - 5000)
    bolt.run(20, True)
    bolt.now_ms += 10 * 86_400_000
    bolt.began_ms = bolt.now_ms
    bolt.run(2, False)
    eq(bolt.moves[-1], (0, False))


def test_who_doubts_a_lock_without_feedback_sees_it_move_again():
    bolt = Bolt(None)
    bolt.run(3, False)
    core.again(bolt.lock)
    bolt.run(3, False)
    eq([move for _, move in bolt.moves], [False, False])


# With a real outlet


class House:
    """A charge point whose outlet has a lock. OCPP is off unless a test wants it."""

    def __init__(self, ocpp=False, **settings):
        self.bench = Bench().accepted()
        self.outlet, self.connector = self.bench.outlet, self.bench.outlet.connector
        self.bench.box.settings.values.update(ocppe=ocpp, **settings)
        self.outlet.status = None
        self.bench.box.outlet = self.outlet
        self.driver = Driver()
        self.fit()

    def fit(self):
        class Path:
            polls = ()

        self.lock = Part("lock", self.outlet, self.driver, Path)
        self.outlet.parts["lock"] = self.lock
        eq(self.outlet.holds, ["locking"])
        self.polls = Path.polls
        eq(len(self.polls), 1)

    def set(self, **settings):
        self.bench.box.settings.values.update(settings)
        self.bench.box.settings.changes += 1
        return self.run(5)

    def let_go(self):
        """UnlockConnector asks for the plug."""
        loader.lend("parts.lock").let_go(self.lock)

    def run(self, seconds):
        """-> self, with what must hold at every moment."""
        for _ in range(int(seconds * 5)):
            before, was = self.driver.locked, self.connector.close
            self.polls[0]()
            self.bench.run(0.2)
            if self.connector.close and not was:
                assert self.driver.locked, "closed and not locked"
            if before and not self.driver.locked and self.driver.moves and not self.driver.moves[-1]:
                assert self.connector.is_open, "let go under current"
        return self

    def plug(self, plugged=True):
        self.connector.plugged = plugged
        return self.run(5)

    @property
    def state(self):
        return get_parts.cus(self.bench.box)

    @property
    def setting(self):
        return get_parts.lck(self.bench.box)

    @property
    def seen(self):
        return self.driver.locked, self.connector.close


def test_the_plug_is_locked_before_current_is_offered_and_let_go_with_the_car():
    house = House().run(3)
    house.connector.plugged = True
    house.run(0.4)
    eq((house.outlet.offered_ma, house.outlet.reason, house.state), (0, "locking", UNLOCKED))
    eq(house.run(2).seen, (True, True))
    eq((house.outlet.reason, house.state), ("", LOCKED))
    eq(house.plug(False).seen, (False, False))
    eq(house.driver.moves, [True, False])
    eq((house.outlet.holds, house.outlet.faults.any), ([], False))


def test_it_is_not_locked_while_nobody_may_charge():
    house = House(acs=1).plug()
    eq(house.seen, (False, False))
    house.outlet.trx = 0
    eq(house.run(5).seen, (True, True))
    house.outlet.trx = None
    eq(house.run(5).seen, (False, False))


def test_a_pause_keeps_it_locked():
    house = House().plug()
    eq(house.set(frc=1).seen, (True, False))
    eq(house.set(frc=0).seen, (True, True))
    eq(house.driver.moves, [True])


def test_ust_1_lets_a_full_car_go_and_locks_it_when_it_asks_again():
    house = House(ust=1).plug()
    house.run(10)
    house.connector.letter = "B"
    eq(house.run(50).seen[0], True)
    eq(house.run(20).seen, (False, False))
    house.connector.letter = "C"
    eq(house.run(5).seen, (True, True))


def test_ust_1_lets_it_go_at_the_energy_limit_and_ust_0_does_not():
    for ust, locked in ((0, True), (1, False)):
        house = House(ust=ust).plug()
        house.outlet.session.wh = 1000
        eq(house.set(dwo=1000).seen, (locked, False))


def test_ust_2_keeps_the_cable_for_ever():
    house = House(ust=2, acs=1).plug()
    eq(house.seen, (True, False))
    eq(house.plug(False).seen[0], True)
    eq(house.set(ust=0).seen[0], False)


def test_ust_3_opens_it_and_takes_the_current_away_first():
    house = House().plug()
    eq(house.seen, (True, True))
    eq(house.set(ust=3).seen, (False, False))
    eq((house.outlet.reason, house.setting), ("locking", 3))


def test_a_lock_that_does_not_move_is_a_fault_and_no_current_flows():
    house = House()
    house.driver.stuck = True
    house.plug()
    eq(house.outlet.faults.names(), [])
    house.run(20)
    eq((len(house.driver.moves), house.outlet.faults.names(), house.connector.close), (5, ["lock"], False))
    eq(house.state, LOCK_FAILED)
    house.driver.stuck = False
    house.plug(False)
    house.outlet.faults.unplugged()
    eq(house.outlet.faults.any, False)
    eq(house.plug().seen, (True, True))


def test_feedback_lost_while_charging_withdraws_the_offer_and_it_is_locked_again():
    house = House().plug()
    house.driver.wire = False
    house.run(1)
    eq((house.connector.close, house.outlet.reason), (False, "locking"))
    house.driver.wire = True
    eq(house.run(5).seen, (True, True))
    eq(house.driver.moves, [True, True])


def test_a_welded_contactor_keeps_it_locked():
    house = House().plug()
    house.outlet.faults.set("weld")
    eq(house.set(ust=3).seen[0], True)
    house.let_go()
    eq(house.run(20).seen[0], True)
    eq((house.state == UNLOCKED, house.driver.moves), (False, [True]))


def test_a_contactor_that_is_not_proven_open_keeps_it_locked():
    house = House().plug()
    house.connector.tick = lambda now_ms: None  # it hangs
    eq(house.set(ust=3).seen, (True, True))


def test_the_mains_fails():
    for upo, locked in ((False, True), (True, False)):
        house = House(upo=upo).plug()
        house.driver.power = False
        house.run(0.4)
        eq(house.connector.external_fault, True)  # open at once
        house.run(4)
        eq((house.driver.locked, house.state), (locked, POWER_OUT))
        house.driver.power = True
        house.run(5)
        eq((house.connector.external_fault, house.seen), (False, (True, True)))


def test_the_mains_fails_and_a_welded_contactor_keeps_it_locked():
    house = House(upo=True).plug()
    house.outlet.faults.set("weld")
    house.driver.power = False
    eq(house.run(10).driver.locked, True)


def test_a_start_finds_it_locked_and_waits_for_the_line_before_it_opens():
    house = House()
    house.driver.locked = True
    house.run(1)
    eq(house.driver.moves, [])
    eq(house.run(4).driver.moves, [False])


def test_a_start_finds_the_plug_locked_and_leaves_it_so():
    house = House()
    house.driver.locked = house.connector.plugged = True
    eq(house.run(5).seen, (True, True))
    eq(house.driver.moves, [])


def test_without_feedback_a_start_makes_sure():
    house = House()
    house.driver = Driver(blind=True)
    house.outlet.holds.clear()
    house.fit()
    eq(house.run(5).driver.moves, [False])
    eq(house.plug().seen, (True, True))


def test_a_plug_is_let_go_only_when_the_offer_has_been_taken_back():
    house = House()
    house.connector.letter = "B"  # it is offered current, and does not ask
    house.plug()
    offered_ma, move = [house.connector.offer_ma], house.driver.move
    house.driver.move = lambda lock: (offered_ma.append(house.connector.offer_ma), move(lock))
    house.let_go()
    house.run(5)
    eq(offered_ma, [16000, 0])


# With a central system


def charging(**settings):
    """A transaction runs, of card A."""
    house = House(ocpp=True, acs=1, **settings)
    house.connector.plugged = True
    house.outlet.authorise("A")
    house.run(5)
    eq(house.seen, (True, True))
    return house


def test_X17_it_is_let_go_when_the_transaction_has_ended():
    house = charging()
    house.outlet.end("Local", "A")
    eq(house.run(5).seen, (False, False))
    eq(house.outlet.transaction, None)
    house.outlet.authorise("B")
    eq(house.run(8).seen, (True, True))


def test_A28_it_stays_locked_when_the_card_turned_out_to_be_invalid():
    house = charging()
    house.outlet.end("DeAuthorized")
    eq(house.run(5).seen, (True, False))
    eq(house.plug(False).seen[0], False)


def test_unplugged_at_the_car_it_is_let_go_or_waits_for_a_card():
    for ocppue, locked in ((True, False), (False, True)):
        house = charging(ocppue=ocppue)
        eq(house.plug(False).driver.locked, locked)
        eq(house.outlet.transaction, None)
        house.outlet.authorise("A")
        eq(house.run(5).driver.locked, False)


def test_S20_a_transaction_that_goes_on_without_its_car_keeps_the_plug_until_its_card_is_shown():
    house = charging(ocppse=False)
    eq(house.plug(False).driver.locked, True)
    house.outlet.tap("A")
    eq(house.run(5).driver.locked, False)


def test_somebody_asks_for_the_plug_until_the_next_charge():
    house = charging(ust=2)
    house.outlet.end("UnlockCommand")
    house.let_go()
    eq((house.run(5).seen, house.state == UNLOCKED, house.setting), ((False, False), True, 3))
    house.outlet.authorise("B")
    eq((house.run(8).seen, house.setting), ((True, True), 2))


def test_the_code_goes_while_nothing_changes_and_comes_back_for_each_thing_that_does():
    def lost(house):
        house.driver.wire = False

    def dark(house):
        house.driver.power = False

    def unplugged(house):
        house.connector.plugged = False

    def key(house):
        house.bench.box.settings.values["ust"] = 3
        house.bench.box.settings.changes += 1

    def trip(house):
        house.outlet.faults.set("rcd")

    def asked(house):
        house.let_go()

    for change in (None, lost, dark, unplugged, key, trip, asked):
        house = House().plug()
        house.run(10)
        eq(house.seen, (True, True))
        for name in ("parts.lock", "core.lock"):
            loader.release(name)
        house.run(60)
        eq((loader.here("parts.lock"), loader.here("core.lock")), (False, False))
        if change:
            change(house)
            house.run(0.4)
            eq((change, loader.here("parts.lock")), (change, True))


def test_without_a_car_it_is_not_asked_and_with_one_that_waits_now_and_then():
    for plugged, most in ((False, 0), (True, 32)):
        house = House(acs=1).plug(plugged)
        house.run(10)
        turns = _turns_of(house, 60)
        assert most - 3 <= turns <= most, turns


def _turns_of(house, seconds):
    """How often its lock decides in this time."""
    turns = []
    piece = loader.lend("core.lock")
    wanted = piece.wanted
    piece.wanted = lambda *what: turns.append(what) or wanted(*what)
    house.run(seconds)
    piece.wanted = wanted
    return len(turns)
