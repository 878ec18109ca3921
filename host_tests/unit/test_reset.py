"""Reset."""

from box import Plain
from central import Central
from check import eq

from pilotwire.ocpp import reset


class Patience:
    """In place of asyncio: time passes at once; .then: {ms: what happens then}."""

    def __init__(self):
        self.ms = 0
        self.then = {}

    async def sleep_ms(self, ms):
        self.ms += ms
        for at in sorted(self.then):
            if at <= self.ms:
                self.then.pop(at)()


class Gone(Exception):
    """The chip has restarted."""


class Bench(Central):
    """restart() plays the task that a Reset starts. .stuck: so often it does not happen."""

    def __init__(self, kind="Soft"):
        super().__init__()
        self.pieces = [("the answer", False)]
        self.kind = kind
        self.time = Patience()
        self.box.settings.waiting = []
        self.box.point = self
        self.triggers = []
        self.stuck = 0
        self.box.restart = self.restarted

    def restarted(self, reason):
        self.box.restarts.append((reason, self.time.ms))
        self.box.restarting = reason
        if len(self.box.restarts) > self.stuck:
            raise Gone

    def end(self, reason, id_tag=None):
        self.did("end", reason)

    async def restart(self):
        """-> how long it took, in ms."""
        was, reset.asyncio = reset.asyncio, self.time
        try:
            await reset._restart(self.box, self.kind)
        except Gone:
            eq(len(self.box.restarts), self.stuck + 1)
        finally:
            reset.asyncio = was
        return self.time.ms


async def test_RS01_the_answer_comes_before_anything_stops():
    for kind in ("Hard", "Soft"):
        central = Central()
        eq(await central.ask("Reset", {"type": kind}), {"status": "Accepted"})
        eq(central.done, [("task", "reset", kind)])


async def test_RS04_without_a_transaction_it_restarts_at_once():
    for kind in ("Hard", "Soft"):
        assert await Bench(kind).restart() <= 2000


async def test_RS02_a_soft_reset_waits_until_the_stop_is_answered():
    bench = Bench("Soft")
    bench.outlet.begin(7)
    bench.box.journal.pending = 2

    def booked():
        bench.outlet.transaction = None

    def answered():
        bench.box.journal.pending = 0

    bench.time.then = {4000: booked, 9000: answered}
    took_ms = await bench.restart()
    assert 9000 <= took_ms < 10_000, took_ms
    eq(set(bench.done), {(1, "end", "SoftReset")})


async def test_RS03_a_hard_reset_waits_until_the_stop_is_on_flash():
    bench = Bench("Hard")
    bench.outlet.begin(7)
    bench.box.journal.pending = 2

    def booked():
        bench.outlet.transaction = None

    bench.time.then = {4000: booked}
    took_ms = await bench.restart()
    assert 4000 <= took_ms < 5000, took_ms
    eq(set(bench.done), {(1, "end", "HardReset")})


async def test_RS06_without_an_answer_it_restarts_all_the_same():
    bench = Bench("Soft")
    bench.box.settings.set("ocppmt", 10)
    bench.box.journal.pending = 1
    assert 10_000 <= await bench.restart() < 50_000


async def test_without_a_connection_nobody_is_waited_for():
    bench = Bench("Soft")
    bench.box.ocpp.accepted = False
    bench.box.journal.pending = 5
    assert await bench.restart() < 2000


async def test_RS09_settings_that_wait_for_the_flash_are_waited_for():
    bench = Bench("Hard")
    bench.box.settings.waiting = ["amp"]

    def saved():
        bench.box.settings.waiting = []

    bench.time.then = {6000: saved}
    assert await bench.restart() >= 6000


async def test_a_car_that_never_lets_go_does_not_stop_the_restart():
    bench = Bench("Hard")
    bench.outlet.transaction = Plain(id=7)
    assert await bench.restart() < 70_000


async def test_RS07_while_an_update_is_received_or_written_it_is_rejected():
    for state, status in (("receiving", "Rejected"), ("installing", "Rejected"), ("failed", "Accepted")):
        central = Central()
        central.box.update = state, 0, 0, ""
        eq(await central.ask("Reset", {"type": "Hard"}), {"status": status})
        eq(len(central.done), int(status == "Accepted"))


async def test_RS08_a_restart_that_does_not_happen_is_tried_again_and_then_told():
    bench = Bench("Hard")
    bench.box.settings.set("ocpprr", 2)
    bench.stuck = 2
    await bench.restart()
    first, second, third = [ms for _, ms in bench.box.restarts]
    assert second - first >= 30_000 and third - second >= 30_000
    eq(bench.triggers, [])
    bench = Bench("Hard")
    bench.box.settings.set("ocpprr", 2)
    bench.stuck = 9
    await bench.restart()
    eq((len(bench.box.restarts), bench.box.restarting, bench.triggers), (3, None, [("ResetFailure", 0)]))


async def test_RS10_without_stop_tx_on_reset_no_transaction_is_ended():
    for kind in ("Hard", "Soft"):
        bench = Bench(kind)
        bench.box.settings.set("ocppsx", False)
        bench.outlet.begin(7)
        assert await bench.restart() <= 2000
        eq(bench.done, [])


async def test_fields():
    for payload, code in (
        ({}, "FormationViolation"),
        ({"type": "soft"}, "PropertyConstraintViolation"),
        ({"type": 1}, "TypeConstraintViolation"),
    ):
        eq((payload, await Central().refused("Reset", payload)), (payload, code))
