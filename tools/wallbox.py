"""A simulated wallbox as an object: started, talked to, stopped. For `make run`, the tests and the bench.

    with Wallbox("devkit", folder) as box:
        box.set(amp=10)                       # the keys over HTTP, as any client of the network would
        box.do("plug", on=True)               # the world, over the control port
        box.wait_for(lambda: box.ask("state")["contactor"], 10)
        print(box.status("car", "wh"))

It is all plain blocking code: `python -m tools.sim` runs beside it as a process of its own and ends with
this one, even when this one is killed.
"""

import ctypes
import http.client
import json
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import deque
from pathlib import Path
from urllib.parse import quote

ROOT = Path(__file__).resolve().parents[1]
_PR_SET_PDEATHSIG = 1
_PRCTL = getattr(ctypes.CDLL(None), "prctl", None)  # Linux


class WallboxError(Exception):
    """The wallbox did not start, did not answer, or said no; the text says which and why."""


class Control:
    """One connection to the control port. Safe to use from several threads."""

    def __init__(self, host, port, timeout_s=20):
        self._socket = socket.create_connection((host, port), timeout_s)
        self._lines = self._socket.makefile("r", encoding="utf-8")
        self._lock = threading.Lock()

    def send(self, **request):
        """-> the answer. Raises WallboxError with its error, or when the connection is gone."""
        with self._lock:
            try:
                self._socket.sendall(json.dumps(request).encode() + b"\n")
                line = self._lines.readline()
            except OSError as e:
                raise WallboxError(f"control port: {e}") from e
        if not line:
            raise WallboxError("control port: closed, the simulated wallbox has ended")
        answer = json.loads(line)
        if not answer.pop("ok"):
            raise WallboxError(answer["error"])
        return answer

    def events(self):
        """Every change of the world from now on, as dicts; ends with the connection."""
        self._socket.settimeout(None)
        self._socket.sendall(b'{"do":"watch"}\n')
        for line in self._lines:
            event = json.loads(line)
            if "event" in event:
                yield event

    def close(self):
        self._socket.close()


EVERY_PART = ("--heap", 480 * 1024)  # blueprint: all parts with OCPP want PSRAM, or the application frozen in


class Wallbox:
    """board: a folder of boards/. data: a folder that keeps flash and world. options: more words for
    the simulator's command line ("--speed", 10). http, control: HOST:PORT, port 0 takes a free one.

    .log  the newest lines of what the firmware and the simulator said
    """

    def __init__(self, board, data, *options, http="127.0.0.1:0", control="127.0.0.1:0", log=None):
        self._command = [sys.executable, "-m", "tools.sim", "--board", board, "--data", str(data)]
        self._command += ["--http", http, "--control", control, *map(str, options)]
        self._log_file = log
        self.log = deque(maxlen=500)
        self.process = None

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *error):
        self.stop()

    def start(self, timeout_s=30):
        """Power on. Raises WallboxError when its doors are not open in time."""
        self._ready, self._addresses = threading.Event(), None
        self.process = subprocess.Popen(
            self._command,
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",
            start_new_session=True,  # Ctrl-C is for us, we end it in order
            preexec_fn=end_with_parent,  # noqa: PLW1509 - one system call, nothing that locks
        )
        # The event goes along: who reads the log of the last time may still be at it.
        threading.Thread(target=self._read_log, args=(self.process.stderr, self._ready), daemon=True).start()
        self._ready.wait(timeout_s)
        if not self._addresses:
            self.stop()
            said = "\n".join(self.log) or "nothing"
            raise WallboxError(f"the wallbox did not start within {timeout_s} s, it said:\n{said}")
        self.control = self.new_control()

    def stop(self, timeout_s=10):
        """End it in order (the data stays) -> the status it ended with. Killed when it takes too long."""
        self.process.terminate()
        try:
            return self.process.wait(timeout_s)
        except subprocess.TimeoutExpired:
            self.process.kill()  # the chip dies with its parent
            return self.process.wait()

    @property
    def url(self):
        return f"http://{self._addresses[0]}"

    @property
    def control_address(self):
        return self._addresses[1]

    def new_control(self):
        """One more connection to the control port."""
        host, _, port = self._addresses[1].rpartition(":")
        return Control(host, int(port))

    def do(self, request, /, **fields):
        """Play the world: box.do("fault", name="diode"). Raises WallboxError."""
        return self.control.send(do=request, **fields)

    def ask(self, request, /, **fields):
        """-> the world's answer: box.ask("state")["contactor"]. Raises WallboxError."""
        return self.control.send(ask=request, **fields)

    def get(self, path, timeout_s=20, **headers):
        """GET -> (status, headers, body). Raises OSError or http.client.HTTPException."""
        connection = http.client.HTTPConnection(self._addresses[0], timeout=timeout_s)
        try:
            connection.request("GET", path, headers=headers)
            response = connection.getresponse()
            return response.status, response.headers, response.read()
        finally:
            connection.close()

    def status(self, *keys):
        """-> the keys asked for (all without any) as a dict; the value itself when it is one key."""
        path = "/api/status" + ("?filter=" + ",".join(keys) if keys else "")
        code, _, body = self.get(path)
        if code != 200:
            raise WallboxError(f"GET {path}: {code} {body.decode(errors='replace')}")
        values = json.loads(body)
        return values[keys[0]] if len(keys) == 1 else values

    def set(self, **keys):
        """Set keys. Raises WallboxError with what the wallbox says of those it did not take."""
        words = "&".join(f"{key}={quote(json.dumps(value), safe='')}" for key, value in keys.items())
        code, _, body = self.get("/api/set?" + words)
        if code == 500:  # an entry per key: true or what is wrong
            raise WallboxError("; ".join(said for said in json.loads(body).values() if said is not True))
        if code != 200:
            raise WallboxError(f"GET /api/set?{words}: {code} {body.decode(errors='replace')}")

    def wait_for(self, condition, timeout_s):
        """-> condition()'s first true value. timeout_s is the PC's time. Raises WallboxError."""
        end = time.monotonic() + timeout_s
        while not (value := condition()):
            if time.monotonic() > end:
                raise WallboxError(f"waited {timeout_s} s in vain; the log ends:\n{self.last_words()}")
            time.sleep(0.02)
        return value

    def last_words(self, lines=15):
        return "\n".join(list(self.log)[-lines:])

    def _read_log(self, pipe, ready):
        with pipe:
            for line in pipe:
                self.log.append(line.rstrip())
                if self._log_file:
                    self._log_file.write(line)
                if line.startswith("ready "):
                    words = line.split()
                    self._addresses = words[2], words[4]
                    ready.set()
        ready.set()  # it ended: nobody need wait for it any longer


def end_with_parent():
    """In the child: Linux ends it when the thread that started it ends, however that came."""
    if _PRCTL:
        _PRCTL(_PR_SET_PDEATHSIG, signal.SIGTERM)
