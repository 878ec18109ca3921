"""Power is cut at every single program and erase while settings are written; after each cut the
flash must mount and every key must have its old or its new value.

The script is long enough for littlefs to compact its log, so that cuts fall into erases too.
"""

import gc

from check import eq
from nor import TORN, Mounted, Nor, formatted

from pilotwire.api import table
from pilotwire.store.settings import Settings

_FOLDER = "/nor/settings"


class Quiet:
    def info(self, text):
        pass

    warn = info


def opened():
    settings = Settings(lambda: table, _FOLDER, Quiet())
    settings.load()
    return settings


def script(count):
    """count changes (key, value), no two alike: numbers, bools, null, short and long strings."""
    for i in range(count):
        yield (
            ("amp", 6 + i % 27),
            ("fna", "wallbox number %d" % i),
            ("dwo", None if i % 2 else i * 1000),
            ("ocppu", "ws://10.0.0.%d/%s" % (i % 256, "x" * (1 + i * 37 % 180))),
            ("ocppe", i % 12 < 6),
            ("ocpph", 60 + i),
        )[i % 6]


def play(settings, changes, done):
    """Sets one after the other; done gets each key's last value that was confirmed. -> the change
    that was cut, None when power lasted."""
    for key, value in changes:
        try:
            settings.set(key, value)
        except OSError:
            return key, value
        done[key] = value
    return None


def worn(writes):
    """The bytes of a flash on which so many settings were written, and what they are."""
    nor, done = formatted(), {}
    with Mounted(nor):
        eq(play(opened(), script(writes), done), None)
    return nor.image, done


def cut_everywhere(image, before, changes, torn):
    """-> (cut points tried, cuts that fell into an erase). Every one of them is checked."""
    cut_at = erases = 0
    while True:
        cut_at += 1
        nor, done = Nor(image=image), dict(before)
        nor.cut_at, nor.torn = cut_at, torn
        with Mounted(nor):
            cut = play(opened(), changes, done)
        eq(nor.misuses, 0)
        if not nor.dead:
            eq(cut, None)
            return cut_at - 1, erases
        erases += nor.cut_in_erase
        check(nor.image, done, cut, cut_at)
        gc.collect()


def check(image, done, cut, cut_at):
    """What a box finds that starts on this flash: every confirmed value, the cut one old or new,
    no notice; and it can be written again."""
    with Mounted(Nor(image=image)):
        settings = opened()
        eq((cut_at, settings.notices), (cut_at, []))
        for row in table.rows():
            if row.kind in ("config", "option"):
                got, want = settings.get(row.key), done.get(row.key, row.default)
                if cut and row.key == cut[0] and got == cut[1]:
                    continue
                eq((cut_at, row.key, got), (cut_at, row.key, want))
        settings.set("amp", 31 if settings.get("amp") != 31 else 30)
        eq(opened().get("amp"), settings.get("amp"))


def test_the_first_settings_of_a_new_box_survive_every_cut():
    nor = formatted()
    for torn in TORN:
        points, _ = cut_everywhere(nor.image, {}, list(script(8)), torn)
        assert points > 15, points


def test_settings_survive_a_cut_at_every_program_and_erase():
    image, before = worn(30)
    changes = list(script(125))[30:]
    points = erases = 0
    for torn in TORN:
        p, e = cut_everywhere(image, before, changes, torn)
        assert p > 100 and e > 5, (p, e)
        points, erases = points + p, erases + e
    print("%d cuts, %d of them in an erase" % (points, erases))


def test_what_waited_while_the_contactor_was_closed_survives_every_cut():
    image, before = worn(30)
    cut_at = 0
    while True:
        cut_at += 1
        nor = Nor(image=image)
        nor.cut_at = cut_at
        with Mounted(nor):
            settings = opened()
            settings.flush(0, True)
            settings.set("amp", 11)
            settings.set("fna", "set while charging")
            settings.flush(200, True)
            settings.flush(60_300, True)
            waiting = [key for key in ("amp", "fna") if key in settings.waiting]
        with Mounted(Nor(image=nor.image)):
            again = opened()
            eq(again.notices, [])
            for key, value in (("amp", 11), ("fna", "set while charging")):
                old = before[key] if key in waiting else value
                assert again.get(key) in (old, value), (cut_at, key, again.get(key))
        if not nor.dead:
            break
    assert cut_at > 2


def erases_per_setting(writes=1000):
    """-> (erases, programs, bytes) for each of so many settings written, times 1000."""
    nor = formatted(64)
    with Mounted(nor):
        settings = opened()
        nor.erases = nor.programs = nor.bytes = 0
        for i in range(writes):
            settings.set("amp", 6 + i % 27)
    return tuple(count * 1000 // writes for count in (nor.erases, nor.programs, nor.bytes))


def test_a_setting_costs_hardly_an_erase():
    erases, programs, size = erases_per_setting(500)
    print("a setting: 0.%03d erases, %d bytes" % (erases, size // 1000))
    assert erases < 60 and programs < 3000, (erases, programs, size)
