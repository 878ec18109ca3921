import micropython
from check import eq, raises
from vehicle import current_for

from pilotwire.core.duty import OFF, STEADY, duty_for


def percent(hundredths):
    """Duty of so many hundredths of a percent, rounded down."""
    return hundredths * 65535 // 10000


def test_the_norms_offers_are_its_duties_rounded_down():
    for ma, hundredths in ((6000, 1000), (10000, 1666), (16000, 2666), (32000, 5333), (51000, 8500)):
        got = duty_for(ma) * 10000 // 65535
        assert hundredths - 1 <= got <= hundredths, (ma, got)
    for ma, hundredths in ((63000, 8920), (70000, 9200), (80000, 9600)):
        got = duty_for(ma) * 10000 // 65535
        assert hundredths - 1 <= got <= hundredths, (ma, got)


def test_nothing_offered_is_steady_12_v():
    eq(duty_for(0), STEADY)
    eq((STEADY, OFF), (65535, 0))


def test_currents_the_norm_cannot_say_are_refused():
    for ma in (-1, 1, 5999, 80001, 1000000):
        raises(ValueError, duty_for, ma)


def test_no_car_ever_reads_more_than_was_offered():
    for ma in range(6000, 80001, 10):
        assert current_for(duty_for(ma)) <= ma, ma


def test_a_car_reads_what_was_offered_within_4_ma_outside_the_overlap():
    for ma in list(range(6000, 51001, 10)) + list(range(52600, 80001, 10)):
        assert ma - 4 <= current_for(duty_for(ma)), ma


def test_between_51_and_52_and_a_half_a_car_reads_less():
    for ma in range(51010, 52490, 10):
        assert 50600 <= current_for(duty_for(ma)) < ma, ma


def test_a_car_reads_every_breakpoint_of_the_norm():
    for hundredths, ma in (
        (0, 0),
        (299, 0),
        (500, 0),  # digital communication, which we do not have
        (700, 0),
        (799, 0),
        (801, 6000),
        (999, 6000),
        (9601, 80000),
        (9699, 80000),
        (9702, 0),
        (10000, 0),
    ):
        eq(current_for(percent(hundredths)), ma)
    assert 5997 <= current_for(percent(1001)) <= 6006
    assert 50990 <= current_for(percent(8499)) <= 50994
    assert 52490 <= current_for(percent(8502)) <= 52550
    assert 79980 <= current_for(percent(9600)) <= 80000


def test_the_offer_allocates_nothing():
    offer = duty_for
    micropython.heap_lock()
    try:
        offer(6000)
        offer(51000)
        offer(51001)
        offer(80000)
        offer(0)
    finally:
        micropython.heap_unlock()
