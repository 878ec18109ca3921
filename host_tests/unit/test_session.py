from check import eq

from pilotwire.core.session import Session

REGISTER_WH = 12_345_678_901  # beyond 32 bits, and beyond what a single-precision float can count


def begun(register_wh=REGISTER_WH):
    session = Session()
    session.begin(register_wh, 1000)
    return session


def test_energy_is_what_the_register_rose_since_plug_in():
    session = begun()
    eq(session.wh, 0)
    session.update(REGISTER_WH + 1)
    eq(session.wh, 1)
    session.update(REGISTER_WH + 45678)
    eq(session.wh, 45678)


def test_energy_never_falls():
    session = begun()
    session.update(REGISTER_WH + 500)
    session.update(0)
    session.update(REGISTER_WH + 400)
    session.update(None)
    eq(session.wh, 500)
    session.update(REGISTER_WH + 501)
    eq(session.wh, 501)


def test_a_meter_that_was_silent_at_plug_in_counts_from_its_first_reading():
    session = begun(None)
    session.update(None)
    eq(session.wh, 0)
    session.update(REGISTER_WH)
    session.update(REGISTER_WH + 7)
    eq(session.wh, 7)


def test_before_the_first_car_nothing_is_counted():
    session = Session()
    session.update(5)
    session.update(9)
    eq((session.wh, session.began_ms), (0, None))


def test_the_next_car_starts_at_zero():
    session = begun()
    session.update(REGISTER_WH + 500)
    session.charged(1000, True)
    session.charged(9000, True)
    session.begin(REGISTER_WH + 500, 10000)
    eq((session.wh, session.charging_ms), (0, 0))
    session.update(REGISTER_WH + 600)
    eq(session.wh, 100)


def test_charging_time_counts_only_while_the_contactor_is_closed():
    session = begun()
    for now_ms, closed in ((1000, False), (2000, True), (2200, True), (2400, True), (3000, False), (9000, True)):
        session.charged(now_ms, closed)
    eq(session.charging_ms, 400)
    session.charged(9200, True)
    eq(session.charging_ms, 600)


def test_charging_time_goes_on_across_the_wrap_of_the_ticks():
    session = begun()
    session.charged((1 << 30) - 100, True)
    session.charged(100, True)
    eq(session.charging_ms, 200)


def test_the_energy_limit_is_reached_when_it_is_met():
    session = begun()
    session.update(REGISTER_WH + 999)
    eq(session.limit_reached(1000), False)
    eq(session.limit_reached(None), False)
    session.update(REGISTER_WH + 1000)
    eq(session.limit_reached(1000), True)
