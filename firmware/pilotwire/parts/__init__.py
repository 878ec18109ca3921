"""What the outlet makes of the parts that not every board has: one module each, there only where the board names it.

Code is the largest thing in memory, and most parts have nothing to do most of the time. So what a part remembers is a
Part, which stays, and what it does is lent, two functions of its module:

    begin(part, safety)     once, at the start: sets what it remembers as attributes of the part, and hands the safety
                            path what it shall look at with every burst (`safety.polls`: functions of the driver, which
                            stays, that allocate nothing and only set faults, or `part.awake`)
    step(part, now_ms)      its turn -> ms until its next one at the latest; it comes sooner when something about the
                            outlet has changed, or when `part.awake` was set. now_ms: ticks

It may set and clear faults, hold the outlet back (`outlet.hold`) and set its own slot of the limits; nothing of it can
close the contactor. Nobody keeps a function or an object of a class of the lent module.

Where something is to be done all the time, the module has `make(outlet, driver, safety)` instead, which returns an
object with step(now_ms), called five times a second.
"""

from pilotwire import loader
from pilotwire.core import ticks


class Part:
    """.outlet .driver; .awake: it shall have its turn now; .short: there was no memory for it, and until there is the
    outlet is held back.
    """

    def __init__(self, name, outlet, driver, safety):
        self.outlet = outlet
        self.driver = driver
        self.awake = True
        self.short = False
        self._piece = "parts." + name
        self._news = None
        self._due_ms = 0
        loader.lend(self._piece).begin(self, safety)

    def step(self, now_ms):
        news = _news(self.outlet)
        if not self.awake and news == self._news and ticks.diff(now_ms, self._due_ms) < 0:
            return
        self.awake = False
        try:
            self._due_ms = ticks.add(now_ms, loader.lend(self._piece).step(self, now_ms))
            self._news = news
            run_short(self, False)
        except MemoryError:
            self.awake = True
            run_short(self, True)
            loader.let_go()


def run_short(part, yes):
    """There was no memory for what a part does, or there is again: until then its outlet is held back."""
    if yes != part.short:
        part.short = yes
        part.outlet.hold("memory", any([getattr(each, "short", False) for each in part.outlet.parts.values()]))


def _news(outlet):
    connector = outlet.connector
    return (
        connector.changed_ms,
        connector.plugged,
        connector.is_open,
        connector.faults.effect(),
        outlet.allowed,
        outlet.reason,
        outlet.transaction,
        outlet.ending,
        outlet.id_tag,
        outlet.settings.changes,
    )
