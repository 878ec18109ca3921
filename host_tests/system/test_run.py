"""The front door: `make run` as a new user meets it."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tools.wallbox import ROOT

_LINUX = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs /proc")


@pytest.fixture
def start(built, tmp_path):
    """-> start(*options): `python -m tools.run` with output in .said()."""
    started = []

    def start_it(*options):
        output = (tmp_path / f"out{len(started)}").open("w+")
        process = subprocess.Popen(
            [sys.executable, "-u", "-m", "tools.run", "--data", str(tmp_path / "data"), *options],
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        process.said = lambda: Path(output.name).read_text()
        started.append(process)
        return process

    yield start_it
    for process in started:
        if process.poll() is None:
            process.terminate()
            process.wait(10)
        print(process.said())


def wait_for_text(process, pattern, timeout_s=60):
    end = time.monotonic() + timeout_s
    while not (found := re.search(pattern, process.said())):
        assert time.monotonic() < end and process.poll() is None, process.said()
        time.sleep(0.05)
    return found


def family(pid):
    """pid and all that descend from it."""
    pids = {pid}
    while True:
        children = {p for p, parent in _parents() if parent in pids}
        if children <= pids:
            return pids
        pids |= children


def _parents():
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            pid, rest = stat.read_text().split(" (", 1)
        except OSError:
            continue  # it has just ended
        yield int(pid), int(rest.rpartition(")")[2].split()[1])


def alive(pids):
    """Those that run: an ended process whose parent has not asked yet is a zombie."""
    found = set()
    for pid in pids:
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except OSError:
            continue
        if state != "Z":
            found.add(pid)
    return found


def await_end(pids, timeout_s=10):
    end = time.monotonic() + timeout_s
    while alive(pids):
        assert time.monotonic() < end, f"still there: {alive(pids)}"
        time.sleep(0.05)


def test_once_tells_the_story_and_ends_with_the_energy_that_was_booked(start):
    process = start("--once", "--speed", "10")
    assert process.wait(60) == 0, process.said()
    lines = process.said().splitlines()
    assert re.fullmatch(r"charged 1[789]\d Wh: OK", lines[-1]), lines
    told = [line.split(None, 3)[2] for line in lines if re.match(r" +\d+\.\d\d s ", line)]
    assert {"car", "wallbox", "card", "pilot", "contactor", "energy", "OCPP"} <= set(told)
    story = process.said()
    steps = ("Hold your card", "Authorize", "StartTransaction", "contactor  closed", "MeterValues", "StopTransaction")
    places = [story.index(step) for step in steps]
    assert places == sorted(places), story
    times = [float(line.split()[0]) for line in lines if re.match(r" +\d+\.\d\d s ", line)]
    assert times == sorted(times)


def test_a_taken_port_is_left_and_the_next_free_one_is_printed(start):
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            taken.bind(("127.0.0.1", 8080))
            taken.listen()
        except OSError:
            pass  # someone else has it: as good
        process = start("--speed", "10")
        port = int(wait_for_text(process, r"page +http://127.0.0.1:(\d+)/")[1])
        assert port > 8080
        wait_for_text(process, "contactor +closed")


@_LINUX
@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_however_it_ends_no_process_is_left(start, sign):
    process = start("--speed", "10")
    wait_for_text(process, "car +plugged in")
    pids = family(process.pid)
    assert len(pids) == 3, "the story, the world and the chip"
    os.kill(process.pid, sign)
    process.wait(10)
    await_end(pids)


@_LINUX
def test_without_a_terminal_it_goes_on_without_a_prompt_and_without_spinning(start):
    process = start("--speed", "10")
    wait_for_text(process, r"charged \d+ Wh: OK\n(.*\n)*no terminal")
    before = _cpu_s(process.pid)
    time.sleep(2)
    assert process.poll() is None
    assert _cpu_s(process.pid) - before < 0.5
    assert "> " not in process.said().replace("-> ", "")


def _cpu_s(pid):
    user, system = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")
