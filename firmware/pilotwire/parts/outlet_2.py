"""What a board with a second outlet needs: both share the current of the station (core/station.py)."""

from pilotwire.core import ticks
from pilotwire.core.station import Station


class Sharing:
    """Stands in the parts of each outlet, so that it has its turn right before each of them decides what to offer."""

    def __init__(self, box):
        self._box = box
        self._station = Station(len(box.outlets))
        self._now_ms = box.clock.ms()

    def step(self, now_ms):
        dt_ms, self._now_ms = ticks.diff(now_ms, self._now_ms), now_ms
        outlets, most_ma = self._box.outlets, self._most_ma()
        self._station.turn(dt_ms, most_ma, [_seen(outlet) for outlet in outlets])
        for outlet, ma in zip(outlets, self._station.granted_ma):
            outlet.limits.set("station", ma if outlet.plugged else most_ma)

    def _most_ma(self):
        get, limits = self._box.settings.get, self._box.board.LIMITS
        board_ma = limits.get("station_ma", len(self._box.outlets) * limits["ma"])
        return min(board_ma, get("installer_max_ma"), get("mmc"))


def share(box):
    """All outlets of the box share the station's current from now on."""
    sharing = Sharing(box)
    for outlet in box.outlets:
        outlet.parts["station"] = sharing


def _seen(outlet):
    """As Station.turn() wants it. Whom another limit holds back has its share all the same."""
    connector = outlet.connector
    may = outlet.plugged and not outlet.reason and not outlet.faults.any
    return may, connector.letter == "C", connector.duty, connector.is_open
