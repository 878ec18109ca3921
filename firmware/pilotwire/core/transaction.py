"""A transaction that runs, as outlet and charge point share it. What makes the bill is in the journal
(store/journal.py) from its first moment; here is what is needed while it runs.
"""


class Transaction:
    """phase, with who sets it:
    "waiting"    nobody has accepted its id yet: the central system's answer to StartTransaction is awaited
    "running"    the contactor may be closed
    "suspended"  not accepted, and to be kept open all the same (StopTransactionOnInvalidId false)
    "resuming"   left open by a power cut: is it the same plug-in?
    "stopping"   over, but its stop could not be written down yet
    """

    def __init__(self, number, start, born_ms):
        """number: in the journal. start: what is written there, a list: connector, id, register in Wh, then unix s and
        ms, or while the clock is unknown None, up_ms and the number of the boot. born_ms: up_ms of the start, below 0
        for one from before this boot."""
        self.number = number
        self.start = start
        self.connector_id, self.id_tag, self.meter_start_wh = start[:3]
        self.born_ms = born_ms
        self.peer = None  # the central system that it belongs to, as the journal calls it
        self.phase = "waiting"
        self.id = None  # the central system's, once it has answered; -1: it never took the start
        self.parent = None  # parentIdTag of its card: another card of this group may end it
        self.left = None  # MaxEnergyOnInvalidId: the register in Wh at which it ends; see resume.py too
        self.samples = []  # meter samples that are not on flash and not answered, oldest first (sampling.py)
        self.sampled_ms = self.kept_ms = self.due_ms = 0  # ticks: last sample, last record, next of the two
        self.last_wh = None  # registers of the last samples, periodic and at round times
