"""A wallbox with a socket outlet, its lock and the cable in it, for the tests of both."""

from tools import build
from tools.session import clear, wait
from tools.wallbox import Wallbox


def started(board, data, *options):
    build.build(board)
    box = Wallbox(board, data, *options)
    box.start()
    return box


def at_rest(box):
    """As after a start: no car, no cable, no faults, the lock open, keys as new."""
    box.set(ocppe=False, acs=0, frc=0, amp=16, dwo=None, trx=None, ust=0, upo=False)
    clear(box)
    box.set(ack=1)
    wait(box, lambda: box.status("car", "cus") == {"car": 1, "cus": 1}, "it does not come to rest")


def state(box, *fields):
    found = box.ask("state")
    return tuple(found[field] for field in fields)


def closed(box):
    wait(box, lambda: box.ask("state")["contactor"], "the contactor did not close")
    assert box.ask("state")["locked"], "closed, and the plug not locked"


def opened(box):
    wait(box, lambda: not box.ask("state")["contactor"], "the contactor did not open")


def unlocked(box):
    wait(box, lambda: not box.ask("state")["locked"], "the plug was not let go")
    assert not box.ask("state")["contactor"], "let go, and the contactor closed"


def pass_s(box, seconds):
    """Simulated time passes."""
    until_ms = box.ask("state")["at_ms"] + seconds * 1000
    box.wait_for(lambda: box.ask("state")["at_ms"] >= until_ms, 10 + seconds)
