"""The walk: whatever dies at whatever step of a session, it is billed once, and rightly.

One wallbox, one flash and one central system go through all of it; a step that fails gives the next one fresh ones.
`make soak` walks every step, this file the ones that differ.
"""

import pytest
from walk_play import Cut, Walk

from tools.hitches import ANSWERED, BOOKED, HEARD
from tools.session import CARD

_ACTIONS = ("StartTransaction", "MeterValues", "StopTransaction")
_MOMENTS = (HEARD, BOOKED, ANSWERED)
_PROGRAMS = 12  # more than a session has


class Walker:
    """.walk() -> the Walk of this file, a new one after a failure."""

    def __init__(self, tmp_path_factory, card):
        self._folders = tmp_path_factory
        self._card = card
        self._walk = None

    def walk(self):
        if self._walk is None:
            self._walk = Walk(self._folders.mktemp("walk"), self._card).__enter__()
        return self._walk

    def end(self):
        if self._walk:
            self._walk.__exit__()
        self._walk = None


@pytest.fixture(scope="module")
def walker(built, tmp_path_factory):
    """Anyone may charge."""
    walker = Walker(tmp_path_factory, card=False)
    yield walker
    walker.end()


@pytest.fixture(scope="module")
def card_walker(built, tmp_path_factory):
    """A card is needed."""
    walker = Walker(tmp_path_factory, card=True)
    yield walker
    walker.end()


@pytest.fixture
def step(walker):
    """-> step(*cuts): as Walk.step()."""
    return stepper(walker)


@pytest.fixture
def card_step(card_walker):
    return stepper(card_walker)


def stepper(walker):
    def go(*cuts):
        try:
            walk = walker.walk()
            session = walk.step(*cuts)
            assert walk.struck == len(cuts) or cuts[-1].what == "flash", "not every step came"
            return session
        except BaseException:
            walker.end()
            raise

    return go


def cuts(*what):
    return [Cut(w, moment, action) for w in what for action in _ACTIONS for moment in _MOMENTS]


def test_a_session_in_which_nothing_dies_is_booked(step):
    session = step()
    assert session.samples and session.reason == "EVDisconnected"


@pytest.mark.parametrize("cut", cuts("link", "silence", "server"), ids=str)
def test_X34_a_session_is_billed_once_whoever_goes_away(step, cut):
    step(cut)


@pytest.mark.parametrize("cut", cuts("power"), ids=str)
def test_X31_X34_a_session_is_billed_once_though_the_power_goes(step, cut):
    step(cut)


@pytest.mark.parametrize("nth", range(1, _PROGRAMS + 1))
def test_X34_a_session_is_billed_once_though_the_power_goes_in_the_middle_of_a_flash_program(step, nth):
    step(Cut("flash", nth=nth))


@pytest.mark.parametrize("nth", range(1, _PROGRAMS + 1, 2))
def test_X34_and_though_it_goes_once_more_while_that_is_cleared_up(step, nth):
    step(Cut("flash", nth=nth), Cut("flash", nth=1 + nth % 3))


def test_a_session_with_a_card_is_booked_under_its_id(card_step):
    session = card_step()
    assert (session.id_tag, session.reason) == (CARD, "Local")


@pytest.mark.parametrize("moment", _MOMENTS)
@pytest.mark.parametrize("what", ["link", "silence", "server", "power"])
def test_a_card_that_cannot_be_asked_about_is_held_again_and_billed_once(card_step, what, moment):
    assert card_step(Cut(what, moment, "Authorize")).id_tag == CARD


@pytest.mark.parametrize("cut", cuts("power"), ids=str)
def test_X31_a_session_with_a_card_is_billed_once_though_the_power_goes(card_step, cut):
    assert card_step(cut).id_tag == CARD
