"""What the system tests stand on: the built firmware on the simulated chip, and a central system.

def test_it(box):
    box.set(amp=10)
    box.do("plug", on=True)
    box.wait_for(lambda: box.ask("state")["contactor"], 10)

One wallbox serves a whole test file (starting one takes a second), the one of SHARED where the file says so; each test
finds it as `_at_rest` leaves it. A test that needs its own, because it cuts the power or wants other options, asks for
`make_box`.
"""

import pytest

from tools import build
from tools.csms import BackgroundCentralSystem
from tools.session import clear
from tools.wallbox import Wallbox

BOARD = "devkit"
SHARED = BOARD, "--speed", 20  # idle time passes so much faster


@pytest.fixture(scope="session")
def built():
    """The tree that is flashed, up to date."""
    build.build(BOARD)


@pytest.fixture(scope="module")
def shared_box(request, tmp_path_factory):
    board, *options = getattr(request.module, "SHARED", SHARED)
    build.build(board)
    with Wallbox(board, tmp_path_factory.mktemp("data"), *options) as box:
        yield box


@pytest.fixture
def box(shared_box):
    """A running Wallbox (tools/wallbox.py) without a car, without faults, with keys as new."""
    _at_rest(shared_box)
    yield shared_box
    print(shared_box.last_words(60))  # pytest shows it when the test failed


@pytest.fixture
def make_box(built, tmp_path):
    """-> make(*options, board=BOARD): a started Wallbox of one's own; its data stay when it starts again."""
    boxes = []

    def make(*options, board=BOARD):
        build.build(board)
        box = Wallbox(board, tmp_path / "data", *options)
        boxes.append(box)
        box.start()
        return box

    yield make
    for box in boxes:
        box.stop()
        print(box.last_words(60))


@pytest.fixture
def csms():
    """A central system (tools/csms.py) that listens on csms.url."""
    with BackgroundCentralSystem() as system:
        yield system


def _at_rest(box):
    clear(box)
    box.set(ocppe=False, acs=0, frc=0, amp=16, dwo=None, trx=None)
    box.wait_for(lambda: not box.ask("state")["contactor"] and box.status("car") == 1, 10)
