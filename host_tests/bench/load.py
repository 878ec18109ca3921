"""Clients that ask the wallbox for its status again and again, at a pace in simulated time."""

import http.client
import itertools
import json
import threading
import time

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
