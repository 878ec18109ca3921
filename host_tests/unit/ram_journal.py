"""A journal (store/journal.py) in RAM, for tests of who works with it."""


class Journal:
    """.full: every write fails. .written: (what, number) in order."""

    dead_folder = "/none/dead"

    def __init__(self):
        self.peer = "0badcafe"
        self.entries = []  # [seq, kind, number, payload], oldest first
        self.records = {}  # number: {"start": bytes, "answer": ..., "register": ...}
        self.buried = []  # (kind, number, why)
        self.written = []
        self.full = False
        self.seq = 0
        self._peers = {}  # number: the central system that it belongs to

    @property
    def _mine(self):
        return [entry for entry in self.entries if self._peers[entry[2]] == self.peer]

    @property
    def pending(self):
        return len(self._mine)

    def begin(self, start):
        self._peers[self.seq] = self.peer
        number = self._append("start", None, start)
        self.records[number] = {"start": start}
        return number

    def restart(self, number, start):
        self._may("restart", number)
        self.records[number]["start"] = start
        for entry in self.entries:
            if entry[1:3] == ["start", number]:
                entry[3] = start

    def answered(self, number, answer):
        self._may("answer", number)
        self.records[number]["answer"] = answer
        self.entries = [e for e in self.entries if e[1:3] != ["start", number]]

    def register(self, number, payload, mark="register"):
        assert len(payload) <= 117, "more than a record"
        self._may(mark, number)
        self.records[number][mark] = payload

    def samples(self, number, payload):
        assert len(payload) <= 117, "more than a record"
        self._peers.setdefault(number, self.peer)  # what belongs to no transaction has none
        self._append("samples", number, payload)

    def stop(self, number, payload):
        self._append("stop", number, payload)

    def head(self):
        return tuple(self._mine[0]) if self._mine else None

    def start(self, number):
        return self.records.get(number, {}).get("start")

    def answer(self, number, mark="answer"):
        return self.records.get(number, {}).get(mark)

    def sent(self, seq):
        _, kind, number, _ = self._take(seq)
        if kind == "stop":
            del self.records[number]

    def bury(self, seq, why):
        if self.full:
            raise OSError("full")
        _, kind, number, _ = self._take(seq)
        self.buried.append((kind, number, why))
        if kind == "start":
            self.records[number]["answer"] = b""

    def _take(self, seq):
        entry = self._mine[0]
        assert entry[0] == seq, (seq, self.entries)
        self.entries.remove(entry)
        return entry

    def _append(self, kind, number, payload):
        number = self.seq if number is None else number
        self._may(kind, number)
        self.entries.append([self.seq, kind, number, payload])
        self.seq += 1
        return number

    def _may(self, what, number):
        if self.full:
            raise OSError("full")
        self.written.append((what, number))
