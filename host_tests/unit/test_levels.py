from check import eq

from pilotwire.core.levels import Filter, letter


def believed(*bursts):
    """The letter after bursts (mV) with the contactor open, 100 ms apart."""
    line = Filter(30)
    for mv in bursts:
        line.feed(mv, 100, False)
    return line.letter


def in_c(release_ms=30):
    line = Filter(release_ms)
    line.feed(6000, 20, False)
    line.feed(6000, 20, False)
    return line


def test_each_nominal_level_has_its_letter():
    for last in "ABCDEF":
        for name, mv in (("A", 12000), ("B", 9000), ("C", 6000), ("D", 3000), ("E", 0), ("F", -12000)):
            eq(letter(mv, last), name)


def test_what_the_norm_accepts_for_a_letter_is_that_letter_whatever_came_before():
    ranges = (("A", 11000, 13000), ("B", 8000, 10000), ("C", 5000, 7000), ("D", 2000, 4000), ("E", -1000, 1000))
    for last in "ABCDEF":
        for name, low, high in ranges:
            for mv in range(low, high + 1, 50):
                eq(letter(mv, last), name)


def test_a_letter_is_left_0_3_v_beyond_the_midpoint():
    for upper, lower, midpoint in (("A", "B", 10500), ("B", "C", 7500), ("C", "D", 4500), ("D", "E", 1500)):
        eq(letter(midpoint - 300, upper), upper)
        eq(letter(midpoint - 301, upper), lower)
        eq(letter(midpoint + 299, lower), lower)
        eq(letter(midpoint + 300, lower), upper)


def test_a_bound_that_is_not_the_last_letters_is_the_midpoint():
    eq(letter(10500, "C"), "A")
    eq(letter(10499, "C"), "B")
    eq(letter(1500, "B"), "D")
    eq(letter(1499, "B"), "E")


def test_below_minus_10_v_the_line_is_in_f():
    eq(letter(-9999, "A"), "E")
    eq(letter(-10001, "A"), "F")


def test_a_letter_is_believed_after_two_bursts_that_agree():
    eq(believed(), "")
    eq(believed(9000), "")
    eq(believed(9000, 9000), "B")
    eq(believed(9000, 9000, 6000), "B")
    eq(believed(9000, 9000, 6000, 9000, 6000), "B")
    eq(believed(9000, 9000, 6000, 6000), "C")


def test_with_the_contactor_closed_three_bad_bursts_leave_c_even_if_they_disagree():
    line = in_c()
    line.feed(9000, 20, True)
    line.feed(0, 10, True)
    eq(line.letter, "C")
    line.feed(12000, 10, True)
    eq(line.letter, "A")
    eq(line.glitches, 0)


def test_three_bad_bursts_leave_c_however_quickly_they_came():
    line = in_c()
    for mv, want in ((9000, "C"), (0, "C"), (12000, "A")):
        line.feed(mv, 10, True)
        eq(line.letter, want)


def test_with_a_slow_contactor_two_bad_bursts_leave_c():
    for release_ms, letters in ((35, "CCB"), (36, "CBB"), (45, "CBB")):
        line = in_c(release_ms)
        for want in letters:
            line.feed(9000, 19, True)
            eq(line.letter, want)


def test_bad_bursts_when_three_should_have_come_leave_c_however_few_they_are():
    for release_ms, latest_ms in ((35, 40), (36, 25)):
        line = in_c(release_ms)
        line.feed(9000, latest_ms - 1, True)
        eq(line.letter, "C")
        line.feed(9000, 1, True)
        eq(line.letter, "B")
        line = in_c(release_ms)
        line.feed(9000, latest_ms, True)
        eq(line.letter, "B")


def test_a_good_burst_starts_the_count_anew_and_the_run_counts_as_a_glitch():
    line = in_c()
    for _ in range(10):
        line.feed(9000, 20, True)
        line.feed(9000, 10, True)
        line.feed(6000, 10, True)
    eq((line.letter, line.glitches), ("C", 10))


def test_after_forgetting_nothing_is_believed():
    line = in_c()
    line.forget()
    eq(line.letter, "")
    line.feed(9000, 100, False)
    eq(line.letter, "")
