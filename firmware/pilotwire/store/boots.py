"""How often the wallbox has restarted: one small record, written once a start."""

from pilotwire.store import files, records

_PATH = "/boots"
_FORMAT = 1


def count(path=_PATH):
    """Restarts so far, 0 at the first start. A lost record begins again; a full flash is no reason not to start."""
    try:
        boots = int(records.read(path, _FORMAT)) + 1
    except (OSError, ValueError, TypeError):  # TypeError: an empty file, which is no record
        boots = 0
    try:
        files.write(path, _FORMAT, str(boots).encode())
    except OSError:
        pass
    return boots
