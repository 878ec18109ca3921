"""How often the wallbox has started: one small record, written once a start."""

from pilotwire.store import files

_PATH = "/boots"
_FORMAT = 1


def count(path=_PATH):
    """Starts so far with this one, which is saved. A lost record begins again at 1; a full flash is no reason not to
    start."""
    try:
        boots = int(files.read(path, _FORMAT) or 0) + 1
    except (OSError, ValueError):
        boots = 1
    try:
        files.write(path, _FORMAT, str(boots).encode())
    except OSError:
        pass
    return boots
