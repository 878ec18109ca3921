"""Power is cut at every single program and erase while an update is received, checked and installed.

After each cut the slot that boot.py would start is the old application or the new one, every byte of it; settings and
journal are as they were; and the update can be done again.
"""

import asyncio
import gc
import os
import sys

import update_play as play
from box import Box, Plain
from check import eq
from nor import TORN, Mounted, Nor, fill, formatted

_RTC = bytearray()


class Rtc:
    """What a reset leaves, of the chip: empty after a power cut."""

    def memory(self, data=None):
        if data is not None:
            _RTC[:] = data
        return bytes(_RTC)


sys.modules["machine"] = Plain(RTC=Rtc)

from pilotwire import loader, slots  # noqa: E402
from pilotwire.api import table  # noqa: E402
from pilotwire.store.journal import Journal  # noqa: E402
from pilotwire.store.settings import Settings  # noqa: E402
from pilotwire.update import signature, work  # noqa: E402

A, B = slots.SLOTS = ["/nor/app_a", "/nor/app_b"]
work.PATH = "/nor/update.pw"
signature.__path__ = "/nor"  # whose keys are those of the firmware that runs
loader.hold(("slots", "update.signature", "update.work"))  # or what was changed here would come anew
_HOME = os.getcwd()
_PIECE = 190
_START = b"a start"
_KEPT = []  # what kept() has to be


class Wallbox(Box):
    """With the application of slot A running."""

    def __init__(self):
        super().__init__()
        self.board.NAME = "test"
        self.outlet.held = []
        self.outlet.hold = lambda name, on: self.outlet.held.append(on)
        self.restarting = None


def prepared(other=None):
    """The image of a flash with slot A complete, bills and settings, and perhaps a slot B with these files."""
    nor = formatted(96)
    with Mounted(nor):
        play.write("/nor/update_keys.bin", play.KEYS)
        if other:
            installed(B, other)
        installed(A, play.OLD)
        opened_settings().set("amp", 13)
        journal, _ = opened_journal()
        journal.peer = "1a2b3c4d"
        journal.begin(_START)
        _KEPT[:] = kept()
    return nor.image


def kept():
    """Every byte of settings and journal."""
    return tree_of("/nor/settings") + tree_of("/nor/tx")


def installed(slot, files):
    slots.begin(slot)
    play.tree(slot, files)
    slots.finish(slot, "1.0", "test")
    slots.mark_good(slot)


def opened_settings():
    settings = Settings(lambda: table, "/nor/settings", Box().log)
    settings.load()
    return settings


def opened_journal():
    told = []
    journal = Journal(told.append, "/nor/tx", "/nor/dead")
    running = journal.load()
    eq(told, [])
    return journal, running


def receive(data, start=0):
    inbox = work.Inbox(start)
    try:
        for at in range(start, len(data), _PIECE):
            inbox.write(data[at : at + _PIECE])
    finally:
        inbox.close()


async def update(box, data):
    """As receive.py does it. -> whether it is installed."""
    try:
        receive(data)
        version, at = await work.check(box)
    except (OSError, ValueError):
        return False
    await work.finish(box, version, at)
    return box.update[0] == "installed"


def run(data):
    box = Wallbox()
    os.chdir(A)
    try:
        return asyncio.run(update(box, data)), box
    finally:
        os.chdir(_HOME)


def check(image, before, cut_at):
    """What a box finds that starts on this flash. -> whether it is the new application."""
    _RTC[:] = b""
    with Mounted(Nor(image=image)):
        slot = slots.order()[0]
        new = slot == B and not play.differs(B, play.NEW)
        eq((cut_at, slot if not new else A), (cut_at, A))
        eq((cut_at, play.differs(A, play.OLD)), (cut_at, []))
        if before and not new and B in slots.order():
            eq((cut_at, play.differs(B, before)), (cut_at, []))
        eq((cut_at, kept()), (cut_at, _KEPT))
        return new


def cut_everywhere(image, before, torn, data):
    """-> (cut points tried, after how many of them the new application starts)."""
    cut_at = news = 0
    while True:
        cut_at += 1
        nor = Nor(image=image)
        nor.cut_at, nor.torn = cut_at, torn
        with Mounted(nor):
            run(data)
        eq(nor.misuses, 0)
        new = check(nor.image, before, cut_at)
        news += new
        if not nor.dead:
            eq(new, True)
            return cut_at - 1, news
        if not new and cut_at % 9 == 0:
            done_again(nor.image, data, cut_at)
        gc.collect()


def done_again(image, data, cut_at):
    nor = Nor(image=image)
    with Mounted(nor):
        done, box = run(data)
        eq((cut_at, done, box.update[3]), (cut_at, True, "2.0"))
        eq("update.pw" in os.listdir("/nor"), False)
    eq(check(nor.image, None, cut_at), True)


def test_an_update_into_an_empty_slot_survives_every_cut():
    image, data = prepared(), play.Parts().whole()
    for torn in TORN[1:2]:
        points, news = cut_everywhere(image, None, torn, data)
        print("%d cuts, %d with the new application" % (points, news))
        assert points > 60 and 0 < news < 12, (points, news)


def test_an_update_over_an_older_application_survives_every_cut():
    older = {"board.mpy": b"older", "pilotwire/app.mpy": b"older " * 300, "pilotwire/gone.mpy": b"gone"}
    image, data = prepared(older), play.Parts().whole()
    for torn in (TORN[0], TORN[2]):
        points, news = cut_everywhere(image, older, torn, data)
        print("%d cuts, %d with the new application" % (points, news))
        assert points > 60 and 0 < news < 12, (points, news)


def test_settings_and_bills_are_read_after_an_update_as_before():
    nor = Nor(image=prepared())
    with Mounted(nor):
        eq(run(play.Parts().whole())[0], True)
        eq(opened_settings().get("amp"), 13)
        eq([row[:2] for row in opened_journal()[1]], [(0, _START)])


def test_nothing_of_an_older_application_stays_in_the_slot():
    nor = Nor(image=prepared({"pilotwire/gone.mpy": b"gone", "board.mpy": b"older"}))
    with Mounted(nor):
        done, box = run(play.Parts().whole())
        eq((done, box.update[3]), (True, "2.0"))
        eq("gone.mpy" in os.listdir(B + "/pilotwire"), False)
        eq(sorted(os.listdir(B)), ["board.mpy", "complete", "pilotwire"])
        with open(B + "/complete") as f:
            eq(f.read(), "3 2.0 test")


def test_what_is_refused_changes_nothing_but_the_file_itself():
    for change in ("board other", "version 0.0.1"):
        parts = play.Parts()
        parts.lines[change.startswith("b")] = change
        nor = Nor(image=prepared(play.OLD))
        with Mounted(nor):
            before = tree_of(B)
            done, box = run(parts.whole())
            eq((done, box.update[0], box.restarts), (False, "failed", []))
            eq(tree_of(B), before)
            eq("update.pw" in os.listdir("/nor"), False)
            eq(slots.order(), [A, B])


def tree_of(folder):
    found = []
    for name in sorted(os.listdir(folder)):
        name = folder + "/" + name
        found.append((name, tree_of(name) if os.stat(name)[0] & 0x4000 else open(name, "rb").read()))
    return found


def test_a_flash_without_room_refuses_it_and_the_older_application_stays():
    nor = Nor(image=prepared(play.OLD))
    with Mounted(nor):
        receive(play.Parts().whole())
        fill("/nor")
        before = tree_of(B)
        box = Wallbox()
        os.chdir(A)
        try:
            version, at = asyncio.run(work.check(box))
            asyncio.run(work.finish(box, version, at))
        finally:
            os.chdir(_HOME)
        assert "no room" in box.update[3], box.update
        eq(tree_of(B), before)
        eq(box.outlet.held, [False])


class Forgetful(Nor):
    """One that writes something else into a file of the new application."""

    forgets = False

    def writeblocks(self, block, buf, offset):
        if self.forgets and b"new app new app" in bytes(buf):
            buf = bytes(len(buf))
        return super().writeblocks(block, buf, offset)


def test_a_flash_that_does_not_keep_what_is_written_leaves_the_slot_unfinished():
    nor = Forgetful(image=prepared())
    with Mounted(nor):
        box = Wallbox()
        receive(play.Parts().whole())
        version, at = asyncio.run(work.check(box))
        nor.forgets = True
        os.chdir(A)
        asyncio.run(work.finish(box, version, at))
        os.chdir(_HOME)
        assert "the flash is full or failing" in box.update[3], box.update
        eq(slots.order(), [A])
        eq(loader.here("update.install"), False)
