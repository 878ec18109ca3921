"""What `make run` calls a session holds, and every broken link of its chain is found and named."""

import pytest

from tools.session import CARD, play
from tools.wallbox import WallboxError


@pytest.fixture
def attempt(box, csms, monkeypatch):
    """-> attempt(): plays a short session, returns what it returns; with less patience than `make run`."""
    monkeypatch.setattr("tools.session._PATIENCE_S", 4)
    monkeypatch.setattr("tools.session._SAMPLE_S", 1)
    return lambda: play(box, csms, 4, lambda *words: None)


def test_a_session_is_booked_with_the_energy_that_went_into_the_car(attempt, csms):
    assert attempt() == csms.sessions[0].energy_wh > 5
    assert (csms.sessions[0].id_tag, csms.sessions[0].reason) == (CARD, "Local")
    assert [p["idTag"] for p in csms.calls("Authorize")] == [CARD]
    assert csms.violations == []


def test_a_boot_that_is_not_accepted_fails(attempt, csms):
    refusal = {"status": "Rejected", "currentTime": "2026-01-01T00:00:00Z", "interval": 60}
    csms.answers["BootNotification"] = lambda payload: refusal
    with pytest.raises(WallboxError, match="does not take its boot as accepted; the wallbox says: .*Rejected"):
        attempt()


def test_a_contactor_that_stays_open_fails_with_the_reason(make_box, csms, monkeypatch):
    monkeypatch.setattr("tools.session._PATIENCE_S", 5)  # at this speed less than the 30 s for which a refusal is told
    csms.refused.add(CARD)
    with pytest.raises(WallboxError, match="the contactor did not close: .*" + CARD):
        play(make_box("--speed", 5), csms, 4, lambda *words: None)


def test_energy_that_differs_from_the_cars_fails(attempt, csms):
    def start(payload):
        return csms.book(csms.connected[-1], "StartTransaction", {**payload, "meterStart": payload["meterStart"] - 50})

    csms.answers["StartTransaction"] = start
    with pytest.raises(WallboxError, match="booked [0-9]+ Wh, but"):
        attempt()


def test_a_message_that_breaks_the_schema_fails(attempt, csms):
    csms.violations.append("a broken message")
    with pytest.raises(WallboxError, match="broke schema or rules"):
        attempt()
