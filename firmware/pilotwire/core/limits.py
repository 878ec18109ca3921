"""Who wants less current: a slot for each owner. The least wins, and the name of its owner is the
answer to "why only 10 A?"."""

# In this order named when two want the same
OWNERS = (
    "board",
    "installer",
    "user",
    "temporary",
    "cable",
    "temperature",
    "imbalance",
    "grid",
    "station",  # whose share is the least of its own only where there are others
    "failsafe",
    "fallback",  # without the central system
    "restart",
    "ocpp",
    "force",
)


class Limits:
    """Current limits in mA by owner. An owner without a limit has no say."""

    def __init__(self):
        self._ma = {}

    def set(self, owner, ma):
        """ma: 0.. mA, below 6000 nothing is offered. ValueError: unknown owner, negative current."""
        if owner not in OWNERS or ma < 0:
            raise ValueError("limit of " + owner)
        self._ma[owner] = ma

    def clear(self, owner):
        """The owner has no limit any more; it need not have had one."""
        self._ma.pop(owner, None)

    def least(self):
        """The current that all agree to, in mA; 0 when nobody said anything."""
        return min(self._ma.values()) if self._ma else 0

    def owner(self):
        """Name of who wants the least, "" when nobody said anything."""
        least_ma = self.least()
        for name in OWNERS:
            if self._ma.get(name) == least_ma:
                return name
        return ""

    def items(self):
        """[(owner, mA)] of those who have a limit, in the order of the owners."""
        return [(name, self._ma[name]) for name in OWNERS if name in self._ma]
