"""Fetch a 32-bit MicroPython into build/port32/: it has the ESP32's word size.

It is Debian trixie's package for i386 with its libraries, unpacked into a folder; nothing is
installed and the system's own package lists stay as they are. Needs apt-get, dpkg and x86 Linux.

python -m tools.port32                 fetch it, or say why not and end with status 1
python -m tools.port32 --if-possible   the same, but a reason why not is one line and status 0
"""

import os
import platform
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PORT32 = ROOT / "build" / "port32"
LAUNCHER = PORT32 / "micropython"

_PACKAGES = (
    *("micropython", "libc6", "libgcc-s1", "libffi8"),
    *("libmbedtls21", "libmbedx509-7", "libmbedcrypto16"),
)
_KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
_SOURCES = (  # the first that works: signed where this system knows Debian's keys, else over TLS
    f"deb [signed-by={_KEYRING}] http://deb.debian.org/debian trixie main\n",
    "deb [trusted=yes] https://deb.debian.org/debian trixie main\n",
)
_APT_CONF = """\
Dir::State "{0}/apt";
Dir::State::lists "{0}/apt/lists";
Dir::State::status "{0}/apt/status";
Dir::Cache "{0}/apt/cache";
Dir::Etc::SourceList "{0}/apt/sources.list";
Dir::Etc::SourceParts "-";
APT::Architecture "{1}";
APT::Architectures {{"{1}";}};
APT::Sandbox::User "";
APT::Update::Post-Invoke {{}};
Acquire::Languages "none";
Acquire::Retries "2";
"""
_SCRIPT = """\
#!/bin/sh
# Starts the 32-bit MicroPython beside this script with its own loader and libraries.
root=${0%/*}/root
exec "$root/usr/lib/ld-linux.so.2" --library-path "$root/usr/lib/i386-linux-gnu" \\
    "$root/usr/bin/micropython" "$@"
"""


class Impossible(Exception):
    """Why there is no 32-bit port here; the text is for people."""


def main(arguments):
    try:
        ensure()
    except Impossible as e:
        print(f"port32: the memory bench and the 32-bit tests do not run: {e}")
        return 0 if "--if-possible" in arguments else 1
    return 0


def ensure():
    """Make LAUNCHER work. Raises Impossible."""
    if LAUNCHER.exists():
        return
    if platform.system() != "Linux" or platform.machine() not in ("x86_64", "i686"):
        raise Impossible(f"needs Linux on x86, this is {platform.system()} {platform.machine()}")
    for tool in ("apt-get", "dpkg"):
        if not shutil.which(tool):
            raise Impossible(f"there is no {tool} here")
    print("port32: fetching a 32-bit MicroPython from Debian, some 20 MB", flush=True)
    PORT32.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="port32-", dir=PORT32.parent) as folder:
        fetch(Path(folder))
        unpack(Path(folder))
    print("port32: " + try_out())


def fetch(folder, packages=_PACKAGES, architecture="i386"):
    """Leave the packages as folder/*.deb, checked by apt. Raises Impossible."""
    for name in ("apt/lists/partial", "apt/cache/archives/partial"):
        (folder / name).mkdir(parents=True)
    (folder / "apt/status").touch()
    (folder / "apt/apt.conf").write_text(_APT_CONF.format(folder, architecture))
    for source in _SOURCES:
        (folder / "apt/sources.list").write_text(source)
        try:
            apt(folder, "update", "-o", "APT::Update::Error-Mode=any")
            return apt(folder, "download", *packages)
        except Impossible as e:
            reason = e
    raise reason


def apt(folder, *arguments):
    environment = {**os.environ, "APT_CONFIG": str(folder / "apt/apt.conf"), "LC_ALL": "C"}
    return run(["apt-get", "-q", *arguments], folder, environment)


def unpack(folder):
    """Make PORT32 of the packages, whole or not at all."""
    (folder / "port/root").mkdir(parents=True)
    for package in folder.glob("*.deb"):
        run(["dpkg", "-x", str(package), str(folder / "port/root")], folder)
    script = folder / "port/micropython"
    script.write_text(_SCRIPT)
    script.chmod(0o755)
    shutil.rmtree(PORT32, ignore_errors=True)
    os.replace(folder / "port", PORT32)


def try_out():
    """-> what the port says of itself; removes it and raises Impossible when it does not start."""
    say = "import sys; print(sys.implementation[0], *sys.version.split()[:3], sys.maxsize)"
    try:
        said = run([str(LAUNCHER), "-c", say], PORT32)
    except Impossible:
        shutil.rmtree(PORT32)
        raise Impossible("this kernel does not start 32-bit programs") from None
    return said.strip()


def run(command, folder, environment=None):
    """-> what it printed. Raises Impossible with its last line."""
    try:
        done = subprocess.run(
            command,
            check=False,
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=300,
        )
    except (OSError, subprocess.TimeoutExpired) as e:
        raise Impossible(f"{command[0]}: {e}") from e
    if done.returncode:
        lines = done.stdout.strip().splitlines() or [f"status {done.returncode}"]
        raise Impossible(f"{' '.join(command[:3])}: {lines[0]}")
    return done.stdout


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
