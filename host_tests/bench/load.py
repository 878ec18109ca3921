"""Who asks the wallbox again and again, at a pace in simulated time: clients of its keys, and the central system."""

import http.client
import itertools
import json
import threading
import time

from tools.csms import Refused

_TIMEOUT_S = 20
_SET_EVERY = 10  # each tenth request sets the current instead


class Load:
    """rate: requests per simulated second by all clients together, None: as fast as it serves. speed: the wallbox's
    --speed. A context: starts the clients, and ends them.

    .asked .served .refused (503) .failed (no answer)
    """

    def __init__(self, box, rate, speed=1, clients=None):
        self._box = box
        self._clients = clients or max(4, 2 * rate)
        self._pause_s = rate and self._clients / rate / speed
        self._amps = itertools.cycle((10, 12, 14, 16))
        self._lock = threading.Lock()
        self._ended = threading.Event()
        self.asked = self.served = self.refused = self.failed = 0

    def __enter__(self):
        self._threads = [threading.Thread(target=self._client, args=(n,)) for n in range(self._clients)]
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *error):
        self._ended.set()
        for thread in self._threads:
            thread.join()

    def _client(self, number):
        """Clients begin one after the other, so that requests are spread evenly."""
        pause_s = self._pause_s or 0
        at = time.monotonic() + pause_s * number / self._clients
        while not self._ended.wait(max(0, at - time.monotonic())):
            self._request()
            at = max(at + pause_s, time.monotonic())  # who is answered late asks less often, as people do

    def _request(self):
        with self._lock:
            self.asked += 1
            path = "/api/status" if self.asked % _SET_EVERY else f"/api/set?amp={next(self._amps)}"
        try:
            code, _, body = self._box.get(path, _TIMEOUT_S)
            outcome = {200: "served", 503: "refused"}.get(code, "failed")
            if code == 200:
                json.loads(body)
        except (OSError, ValueError, http.client.HTTPException):
            outcome = "failed"
        with self._lock:
            setattr(self, outcome, getattr(self, outcome) + 1)


class Chatter:
    """The central system asks for all settings and triggers a Heartbeat, both once a simulated second. A context.

    .asked .failed (refused, no answer, no connection)
    """

    def __init__(self, csms, speed=1):
        self._csms, self._pause_s = csms, 1 / speed
        self._ended = threading.Event()
        self.asked = self.failed = 0

    def __enter__(self):
        self._thread = threading.Thread(target=self._talk)
        self._thread.start()
        return self

    def __exit__(self, *error):
        self._ended.set()
        self._thread.join()

    def _talk(self):
        at = time.monotonic()
        while not self._ended.wait(max(0, at - time.monotonic())):
            self._ask("GetConfiguration")
            self._ask("TriggerMessage", requestedMessage="Heartbeat")
            at = max(at + self._pause_s, time.monotonic())

    def _ask(self, action, **payload):
        self.asked += 1
        try:
            self._csms.call(action, timeout_s=_TIMEOUT_S, **payload)
        except (Refused, TimeoutError, ConnectionError):
            self.failed += 1
