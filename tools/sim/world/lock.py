"""The lock of a socket: a bolt that a motor or a solenoid moves, and the switch that feels it.

A motor turns as long as its two outputs differ, and its bolt stays where it is without power; the bolt of a solenoid is
pulled while its output is on, and a spring brings it back. Faults: `lock` is a bolt that does not move, `lock_wire` a
broken wire to the switch, which then says open.
"""

SLOW = 8  # times slower: trouble "slow"


class Lock:
    """data: the board's LOCK. faults: names of those that are on. changed(): is called when the bolt has moved.

    trouble, for tests: "slow" (cold grease: a pulse is too short for it), None. `shorts` counts how often both outputs
    were on against the board's own rest: a bridge burns.
    """

    def __init__(self, data, timeline, faults, changed):
        self.shorts = 0
        self.pulses = 0
        self.longest_us = 0  # of all pulses
        self.trouble = None
        self.locked = False  # the bolt is all the way in
        self.mains = True  # as told to a board with a hold-up supply
        self._data = data
        self._rest = data.get("rest", 0)
        self._timeline = timeline
        self._faults = faults
        self._changed = changed
        self._levels = {data["a"]: 0, data["b"]: 0}
        self._way = 0.0  # 0: open, 1: locked
        self._pull = 0  # 1: to the locked side, -1: to the other, 0: not
        self._since_us = 0
        self._arrival = None

    @property
    def travel_us(self):
        """Half of a pulse takes it from end to end."""
        return self._data["pulse_ms"] * 500 * (SLOW if self.trouble == "slow" else 1)

    def output(self, pin, level):
        """The chip drives one of its outputs (None: not driven, which is low)."""
        if pin is None or pin not in self._levels:
            return
        self._levels[pin] = level or 0
        if self._data["b"] is not None and not self._rest and all(self._levels.values()):
            self.shorts += 1
        self.settle()

    def settle(self):
        """Turn as outputs and faults want it now."""
        pull = self._wanted()
        if pull == self._pull:
            return
        now_us = self._timeline.now_us
        self._timeline.cancel(self._arrival)
        self._stand(now_us)
        if self._pull and self._data["b"] is not None:
            self.pulses += 1
            self.longest_us = max(self.longest_us, now_us - self._since_us)
        self._pull, self._since_us = pull, now_us
        if pull:
            left = 1 - self._way if pull > 0 else self._way
            self._arrival = self._timeline.after(left * self.travel_us + 1, self._arrived)

    def _wanted(self):
        if "lock" in self._faults:
            return 0
        a, b = self._levels[self._data["a"]], self._levels.get(self._data["b"], 0)
        return (1 if a else -1) if self._data["b"] is None else a - b

    def _stand(self, now_us):
        self._way += self._pull * (now_us - self._since_us) / self.travel_us
        self._way = min(1.0, max(0.0, self._way))
        self.locked = self._way >= 1

    def _arrived(self):
        self._way = float(self._pull > 0)
        self.locked = self._way >= 1
        self._changed()

    def levels(self):
        """(pin, level): of the switch, and of what tells the mains. With both outputs high at rest the switch has its
        supply from them."""
        data = self._data
        if data["feedback"] is not None:
            supplied = not self._rest or all(self._levels.values())
            seen = self.locked and supplied and "lock_wire" not in self._faults
            yield data["feedback"], data["locked"] if seen else 1 - data["locked"]
        if data.get("holdup") is not None:
            yield data["holdup"], int(self.mains)

    def kept(self):
        """What a power cut leaves of it: a spring opens, a motor stays."""
        return self._way if self._data["b"] is not None else 0.0

    def restore(self, way):
        self._way = way
        self.locked = way >= 1
