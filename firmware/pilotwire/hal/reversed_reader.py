"""A reader whose UIDs have the first byte last: `reverse` in the board's READER."""


class ReversedReader:
    """contract.Reader: another one, turned round."""

    def __init__(self, reader):
        self._reader = reader

    @property
    def at_ms(self):
        return self._reader.at_ms

    def poll(self):
        uid = self._reader.poll()
        return uid and bytes(reversed(uid))


def make(reader):
    return ReversedReader(reader)
