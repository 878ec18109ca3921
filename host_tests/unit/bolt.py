"""A lock as its driver shows it, for tests above it; time passes as the test's outlet steps."""


class Driver:
    """.moves: what it was told; stuck: the bolt does not move, blind: nothing feels it."""

    pulse_ms, settle_ms, pause_ms = 300, 700, 1000

    def __init__(self, locked=False, blind=False):
        self.locked, self.blind = locked, blind
        self.stuck = False
        self.wire = True  # to the switch
        self.power = True  # there is mains
        self.moves = []
        self.part = None

    def move(self, lock):
        self.moves.append(lock)
        if not self.stuck:
            self.locked = lock

    def poll(self):
        felt = self.feedback()
        if self.part and (felt not in (None, self.part.locked) or self.power == self.part.dark):
            self.part.awake = True

    def feedback(self):
        return None if self.blind else self.locked and self.wire

    def mains(self):
        return self.power
