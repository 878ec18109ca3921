"""Which slot is started, whatever the records say, and whatever a power cut has left of them."""
# Runs on the simulated chip.

import gc
import os
import sys

import machine
from check import eq
from nor import TORN, Mounted, Nor, formatted

from pilotwire import slots

A, B = slots.SLOTS = "/nor/app_a", "/nor/app_b"
COMPLETE = (None, 0), ("", 0), ("x 1.0 devkit", 0), ("7", 7), ("8 1.0 devkit", 8)  # the record, the number it tells
LIVES = (  # good, tries, falls: whether it may be started once more
    (None, None, 0, True),
    (None, "2", 0, True),
    (None, "3", 0, False),
    (None, "200", 0, False),
    (None, "", 4, True),
    (None, "x", 0, True),
    ("", "3", 0, False),
    ("1", "3", 0, True),
    ("1", None, 4, True),
    ("1", None, 5, False),
    (None, "1", 5, False),
)


def remember(a=0, b=0):
    machine.RTC().memory(b"PW" + bytes((a, b)))


def test_every_combination_of_records_gives_the_newest_that_may_be_started():
    known, read = {}, slots.read
    slots.read = lambda slot, name: known.get((slot, name)) or ""
    seen = set()
    try:
        for complete_a, number_a in COMPLETE:
            for complete_b, number_b in COMPLETE:
                for good_a, tries_a, falls_a, may_a in LIVES:
                    for good_b, tries_b, falls_b, may_b in LIVES:
                        known.update({(A, "complete"): complete_a, (A, "good"): good_a, (A, "tries"): tries_a})
                        known.update({(B, "complete"): complete_b, (B, "good"): good_b, (B, "tries"): tries_b})
                        remember(falls_a, falls_b)
                        a, b = may_a and number_a, may_b and number_b
                        want = [A] * bool(a) + [B] * bool(b)
                        if a and b and b >= a:
                            want = [B, A]
                        eq((dict(known), slots.order()), (known, want))
                        seen.add(tuple(want))
    finally:
        slots.read = read
    eq(len(seen), 5)  # none, one, the other, both in either order


def test_rtc_memory_of_somebody_else_counts_nothing():
    for memory in (b"", b"PW", b"PW\x05", b"XX\x05\x05", b"PW\x05\x05\x05"):
        machine.RTC().memory(memory)
        with Mounted(formatted()):
            install(A)
            eq(slots.order(), [A])


def install(slot, version="1.0"):
    if slot.split("/")[-1] not in os.listdir("/nor"):
        os.mkdir(slot)
    slots.begin(slot)
    with open(slot + "/payload", "w") as file:
        file.write(version * 100)
    slots.finish(slot, version, "devkit")


def test_three_starts_without_health_then_the_one_before():
    remember()
    with Mounted(formatted()):
        install(A)
        slots.count(A)
        slots.mark_good(A)
        install(B, "1.1")
        for _ in range(slots.MOST_TRIES):
            eq(slots.order(), [B, A])
            slots.count(B)
        eq(slots.order(), [A])
        machine.RTC().memory(b"")  # a power cut
        eq(slots.order(), [A])
        install(B, "1.2")
        eq(slots.order(), [B, A])
        eq(slots.read(B, "complete"), "2 1.2 devkit")


def test_a_good_one_falls_five_times_until_a_power_cut_or_health_or_a_wanted_restart():
    for forget in (lambda: machine.RTC().memory(b""), lambda: slots.mark_good(B), lambda: slots.calm(B)):
        remember()
        with Mounted(formatted()) as folder:
            install(A)
            slots.mark_good(A)
            install(B)
            slots.mark_good(B)
            before = os.listdir(folder + "/app_b")
            for _ in range(slots.MOST_FALLS):
                eq(slots.order(), [B, A])
                slots.count(B)
            eq(slots.order(), [A])
            eq(os.listdir(folder + "/app_b"), before)  # no flash was written
            forget()
            eq(slots.order(), [B, A])


def test_both_failed_and_counted_afresh():
    remember()
    with Mounted(formatted()):
        install(A)
        install(B)
        for slot in slots.SLOTS:
            for _ in range(slots.MOST_TRIES):
                slots.count(slot)
        eq(slots.order(), [])
        slots.again()
        eq(slots.order(), [B, A])


def test_where_an_update_goes():
    remember()
    with Mounted(formatted()):
        eq((slots.other(A), slots.other(B)), (B, A))
        eq(slots.other("/safe"), A)
        install(A)
        eq(slots.other("/safe"), B)
        install(B)
        eq(slots.other("/safe"), A)


def boards(**found):
    """A folder for each, with a board.py of this text."""
    for name, text in found.items():
        if name not in os.listdir("/nor"):
            os.mkdir("/nor/" + name)
        with open("/nor/" + name + "/board.py", "w") as file:
            file.write(text)


def entered(home="/nor"):
    sys.modules.pop("board", None)
    path, here = sys.path[:], os.getcwd()
    sys.path[:] = [""]
    os.chdir(home)
    try:
        slot, board = slots.enter(home)
        eq(os.getcwd(), home)
        return slot, board and board.NAME
    finally:
        os.chdir(here)
        sys.path[:] = path
        sys.modules.pop("board", None)


def test_a_slot_whose_board_does_not_import_is_not_run():
    remember()
    with Mounted(formatted()):
        install(A)
        install(B)
        boards(app_a="NAME = 'a'", app_b="NAME = 'b'", safe="NAME = 'safe'")
        eq(entered(), (B, "b"))
        for torn in ("1/0", "NAME = ", "import nothing_here"):
            boards(app_b=torn)
            eq(entered(), (A, "a"))
        boards(app_a="1/0")
        eq(entered(), (None, "safe"))
        with open("/nor/board.py", "w") as file:  # frozen in, say
            file.write("NAME = 'home'")
        eq(entered(), ("/nor", "home"))
        os.remove("/nor/board.py")
        boards(safe="1/0")
        eq(entered(), (None, None))


def update():
    """What happens to slot B: an update, two starts, and it is healthy."""
    install(B, "1.1")
    yield "installed"
    slots.count(B)
    yield "1"
    slots.count(B)
    yield "2"
    slots.mark_good(B)
    yield "good"


def check(image, done):
    """There is always one to start; B only when all of it is there; no start that was counted is forgotten."""
    remember()
    with Mounted(Nor(image=image)):
        order = slots.order()
        assert A in order, order
        if B in order:
            with open(B + "/payload") as file:
                eq(file.read(), "1.1" * 100)
        eq("installed" in done and B not in order, False)
        tries = slots._number(slots.read(B, "tries"))
        if "installed" in done:
            assert tries >= len([word for word in done if word.isdigit()]), (tries, done)
        eq("good" in done and slots.read(B, "good") != "1", False)
        install(B, "1.2")  # and the next update goes in
        eq(slots.order()[0], B)


def test_a_power_cut_at_every_write_of_an_update_leaves_a_slot_to_start():
    old = formatted()
    with Mounted(old):
        install(A)
        slots.mark_good(A)
        install(B, "0.9")
        for _ in range(3):
            slots.count(B)
        for n in range(40):  # so that cuts fall into erases, too
            slots.write(A, "tries", str(n))
    points = erases = 0
    for torn in TORN:
        cut_at = 0
        while True:
            cut_at += 1
            nor, done = Nor(image=old.image), []
            nor.cut_at, nor.torn = cut_at, torn
            remember()
            try:
                with Mounted(nor):
                    for word in update():
                        done.append(word)
            except OSError:
                pass
            eq(nor.misuses, 0)
            if not nor.dead:
                eq(len(done), 4)
                break
            erases += nor.cut_in_erase
            points += 1
            check(nor.image, done)
            gc.collect()
    assert points > 50 and erases > 3, (points, erases)
    print("%d cuts, %d in an erase" % (points, erases))
