"""Faults that only a person may clear are remembered over a power cut: off and on does not heal a welded contactor."""

from pilotwire.core.faults import FAULTS, NAME, RECOVERS
from pilotwire.store import files

_FORMAT = 1


class Latch:
    """The latched faults of one outlet in one small file. keep() writes only when they changed."""

    def __init__(self, path, faults, log):
        self._path = path
        self._faults = faults
        self._log = log
        self._kept = b""

    def restore(self):
        """Holds again what was held before the power went. Nobody knows what a damaged record said: then all that it may
        have said is held."""
        try:
            self._kept = files.read(self._path, _FORMAT) or b""
            names = self._kept.decode().split()
        except OSError:
            return
        except ValueError:
            self._log.error("record of latched faults is damaged: all are held until a person looks")
            names = _latching()
        for name in names:
            if name in _latching():
                self._faults.hold(name)

    def keep(self):
        """Several times a second. A record that cannot be written is tried again."""
        held = " ".join([name for name in _latching() if self._faults.present(name)]).encode()
        if held == self._kept:
            return
        try:
            files.write(self._path, _FORMAT, held)
            self._kept = held
        except OSError as e:
            self._log.error("latched faults could not be saved: %s" % e)


def _latching():
    return [row[NAME] for row in FAULTS if row[RECOVERS] == "person"]
