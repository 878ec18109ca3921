"""Brings a rarely used piece of the firmware in, and lets it go again.

Bytecode lives in the heap (design, "Memory is the budget"), so an OCPP action, a door or a part's driver is imported when it is first
needed and released when no longer. What stays behind is its interned names, a fixed amount.

    values = loader.use("api.values")
    ...
    loader.release("api.values")

The rule for a piece that is to be released: nobody keeps a function or class of it.
"""

import gc
import sys


def use(name):
    """The module pilotwire.NAME, imported when it is not here. Raises ImportError."""
    name = "pilotwire." + name
    if name not in sys.modules:
        gc.collect()  # the file is read into one piece of memory: make room first
        __import__(name)
    return sys.modules[name]


def release(name):
    """Drops pilotwire.NAME; a name that is not loaded is no error."""
    package, _, leaf = ("pilotwire." + name).rpartition(".")
    if sys.modules.pop("pilotwire." + name, None):
        parent = sys.modules.get(package)
        if parent and hasattr(parent, leaf):
            delattr(parent, leaf)
        gc.collect()


def resident():
    """Names of the modules of pilotwire that are in memory now, sorted."""
    return sorted(name for name in sys.modules if name.startswith("pilotwire"))
