"""A setting of the console. The rules of the settings hold here, too."""

from pilotwire import commission


def run(key, value):
    """-> the value that is in force then. Raises ValueError, OSError, as Settings.set()."""
    settings = commission.box().settings
    settings.set(key, value, "the installer", True)
    return settings.peek(key)
