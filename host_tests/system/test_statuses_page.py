"""The table of a connector's states against the transitions of OCPP 1.6, 4.9."""

from tools.docs_statuses import FACTS, ROWS, can_be, edges, state

_NEXT = {  # the state: which others may follow at once; Reserved is not built
    "Available": "Preparing Charging SuspendedEV SuspendedEVSE Unavailable Faulted",
    "Preparing": "Available Charging SuspendedEV SuspendedEVSE Finishing Faulted",
    "Charging": "Available SuspendedEV SuspendedEVSE Finishing Unavailable Faulted",
    "SuspendedEV": "Available Charging SuspendedEVSE Finishing Unavailable Faulted",
    "SuspendedEVSE": "Available Charging SuspendedEV Finishing Unavailable Faulted",
    "Finishing": "Available Preparing Unavailable Faulted",
    "Unavailable": "Available Preparing Charging SuspendedEV SuspendedEVSE Faulted",
    "Faulted": "Available Preparing Charging SuspendedEV SuspendedEVSE Finishing Unavailable",
}
_OURS = {  # docs/ocpp.md, where we differ
    ("Preparing", "Unavailable"),
    ("Unavailable", "Finishing"),
}


def test_S01_one_state_follows_another_as_the_table_of_OCPP_has_it():
    ways = set(edges())
    assert {(a, b) for a, b in ways if b not in _NEXT[a].split()} == _OURS
    reached = {b for _, b in ways}
    assert reached == set(_NEXT)


def test_every_row_of_the_table_is_the_first_that_fits_somewhere():
    every = [facts for facts in range(2 * max(FACTS.values())) if can_be(facts)]
    first = {next(n for n, (matters, true, _) in enumerate(ROWS) if facts & matters == true) for facts in every}
    assert first == set(range(len(ROWS)))
    assert {state(facts) for facts in every} == set(_NEXT)
