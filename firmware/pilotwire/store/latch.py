"""Faults that only a person may clear are remembered over a power cut: off and on does not heal a welded contactor."""

from pilotwire import loader
from pilotwire.core.faults import FAULTS, KEPT, NAME, RECOVERS
from pilotwire.store import files


class Latch:
    """The latched faults of one outlet in one small file. keep() writes only when they changed."""

    def __init__(self, path, faults, log):
        self._path = path
        self._faults = faults
        self._log = log
        self._kept = ""

    def restore(self):
        """Holds again what was held before the power went."""
        names = loader.use("store.saved").latched(self._path, self._log.error)
        for name in names:
            self._faults.hold(name)
        self._kept = " ".join(names)

    def keep(self):
        """Several times a second. A record that cannot be written is tried again."""
        held = " ".join([row[NAME] for row in FAULTS if row[RECOVERS] in KEPT and self._faults.present(row[NAME])])
        if held == self._kept:
            return
        try:
            files.write(self._path, 1, held.encode())
            self._kept = held
        except OSError as e:
            self._log.error("latched faults could not be saved: %s" % e)
