"""The keys of another outlet: /api/status?outlet=2, /api/set?outlet=2&trx=0. Without it they are the first one's, as
go-e's clients know no other. Settings are the box's and the same for all. Lent when a query says so.
"""


def seen(box, query):
    """-> (the box as the outlet shows it that the query names, the query without that). Raises ValueError."""
    words = query.split("&")
    names = [word for word in words if word.startswith("outlet=")]
    for outlet in box.outlets:
        if names == ["outlet=%d" % outlet.number]:
            return Seen(box, outlet), "&".join([word for word in words if word not in names])
    raise ValueError("outlet: want one of 1 to %d" % len(box.outlets))


class Seen:
    """The box, in which the outlet that the keys speak of is this one."""

    def __init__(self, box, outlet):
        self._all = box
        self.outlet = outlet

    def __getattr__(self, name):
        return getattr(self._all, name)
