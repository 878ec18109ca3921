"""The keys of the second outlet, where a board has one: /api/status?outlet=2, /api/set?outlet=2&trx=0. Without it they
are the first one's, as go-e's clients know no other. Settings are the box's and the same for both.
"""

from pilotwire.api.door import Door
from pilotwire.proto.http_answer import problem


class Doors:
    """As Door: finds the outlet that a request means."""

    def __init__(self, box, door):
        self._doors = [door] + [_Beside(door, _Seen(box, outlet)) for outlet in box.outlets[1:]]

    async def answer(self, request):
        """An http.Request -> as Door.answer()."""
        words = request.query.split("&")
        numbers = [word[7:] for word in words if word.startswith("outlet=")]
        known = [str(n + 1) for n in range(len(self._doors))]
        if not numbers:
            return await self._doors[0].answer(request)
        if len(numbers) > 1 or numbers[0] not in known:
            return problem(400, "outlet: want one of " + ", ".join(known))
        request.query = "&".join([word for word in words if not word.startswith("outlet=")])
        return await self._doors[int(numbers[0]) - 1].answer(request)


class _Beside(Door):
    """A door to another outlet: keys are set through one of them at a time."""

    def __init__(self, first, box):
        self._first = first
        super().__init__(box)

    @property
    def setting(self):
        return self._first.setting

    @setting.setter
    def setting(self, on):
        self._first.setting = on


class _Seen:
    """The box, in which the outlet that the keys speak of is this one."""

    def __init__(self, box, outlet):
        self._all = box
        self.outlet = outlet

    def __getattr__(self, name):
        return getattr(self._all, name)
