"""A real MQTT broker for the tests: Debian trixie's mosquitto with its libraries, unpacked into build/mosquitto/ and
started with its own loader; nothing is installed. Needs apt-get, dpkg and x86 Linux.

    with Mosquitto() as broker:
        broker.url              # mqtt://127.0.0.1:PORT
"""

import os
import platform
import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path

from tools import port32
from tools.port32 import Impossible

FOLDER = port32.ROOT / "build" / "mosquitto"
_PACKAGES = ("mosquitto", "libmosquitto1", "libcjson1", "libdlt2", "libsystemd0", "libwebsockets19t64", "libwrap0")
_PACKAGES += ("libssl3t64", "libcap2", "libc6", "zlib1g", "libzstd1")


def ensure():
    """Make FOLDER. Raises Impossible."""
    if FOLDER.exists():
        return
    if platform.system() != "Linux" or platform.machine() != "x86_64":
        raise Impossible(f"needs Linux on x86, this is {platform.system()} {platform.machine()}")
    for tool in ("apt-get", "dpkg"):
        if not shutil.which(tool):
            raise Impossible(f"there is no {tool} here")
    FOLDER.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="mosquitto-", dir=FOLDER.parent) as folder:
        port32.fetch(Path(folder), _PACKAGES, "amd64")
        for package in Path(folder).glob("*.deb"):
            port32.run(["dpkg", "-x", str(package), str(Path(folder) / "root")], folder)
        os.replace(Path(folder) / "root", FOLDER)


class Mosquitto:
    """settings: more lines of its configuration file. It listens on the same port each time it is started."""

    def __init__(self, settings="allow_anonymous true\n"):
        self._settings = settings
        self._folder = tempfile.TemporaryDirectory(prefix="mosquitto-")
        self._process = None
        with socket.socket() as s:
            s.bind(("127.0.0.1", 0))
            self.port = s.getsockname()[1]
        self.url = f"mqtt://127.0.0.1:{self.port}"

    def __enter__(self):
        ensure()
        self.start()
        return self

    def __exit__(self, *error):
        self.stop()
        self._folder.cleanup()

    def start(self):
        """Start it, without what it kept before. Raises OSError when it does not listen."""
        file = Path(self._folder.name) / "mosquitto.conf"
        file.write_text(f"listener {self.port} 127.0.0.1\n" + self._settings)
        lib = FOLDER / "usr/lib/x86_64-linux-gnu"
        command = [lib / "ld-linux-x86-64.so.2", "--library-path", lib, FOLDER / "usr/sbin/mosquitto", "-c", file]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        end = time.monotonic() + 20
        while True:
            try:
                return socket.create_connection(("127.0.0.1", self.port), 1).close()
            except OSError:
                if time.monotonic() > end:
                    raise
                time.sleep(0.05)

    def stop(self):
        self._process.terminate()
        self._process.wait()
