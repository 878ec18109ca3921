"""Run one unit test file inside MicroPython and bring back what each of its tests said.

Believed is only a result line of the test itself, and only when the interpreter's own exit
status agrees with the lines. A crash, a time-out, a missing line or a test that nobody collected
is a failure.
"""

import ast
import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

from tools.wallbox import end_with_parent

ROOT = Path(__file__).resolve().parents[1]
UNIT = ROOT / "host_tests" / "unit"
_PATH = ("firmware", "host_tests/unit", ".frozen")
_CHIP = "tools/sim/chip"  # its time, socket and select hide the port's own, so only for files that say
_CHIP_MARK = "# Runs on the simulated chip."  # a line of its own


def interpreters():
    """-> {name: command}: the wheel (or a micropython on PATH), the 32-bit port when built."""
    wheel = Path(sys.executable).parent / "micropython"
    found = {"wheel": str(wheel) if wheel.exists() else shutil.which("micropython")}
    port32 = ROOT / "build" / "port32" / "micropython"
    if port32.exists():
        found["port32"] = str(port32)
    if not found["wheel"]:
        raise FileNotFoundError("no micropython in .venv/bin nor on PATH: run `make setup`")
    return found


def test_names(path):
    """-> names of the test functions written in the file, in order; the file is not imported.

    Raises ValueError for a name that is written twice: the second would hide the first.
    """
    nodes = ast.parse(path.read_text(), str(path)).body
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    names = [n.name for n in nodes if isinstance(n, functions) and n.name.startswith("test_")]
    twice = sorted({n for n in names if names.count(n) > 1})
    if twice:
        raise ValueError(f"{path.name}: written twice: {', '.join(twice)}")
    return names


def run(interpreter, path, names, timeout_s, root=ROOT, stop=False):
    """Run the named tests of the file -> {name: "" when it passed, else why it failed}.

    root: the tree that they test. stop: the first that fails is the last.
    """
    output, status = _run_process(interpreter, path, names, timeout_s, root, stop)
    lines = list(_result_lines(output))
    said = {line["test"]: line for line in lines if "test" in line}
    results = {}
    for name in names:
        line = said.get(name)
        if line is None:
            results[name] = f"no result: {status}\n{output[-4000:]}"
        else:
            results[name] = "" if line["ok"] is True else line["text"] or "failed without a text"
    complaint = "" if set(names) - set(said) else _complaint(path, lines, status, results)
    return {name: text or complaint for name, text in results.items()}


def _run_process(interpreter, path, names, timeout_s, root, stop):
    runner = [str(root / "host_tests/unit/runner.py")] + ["-x"] * stop
    command = [interpreter, "-X", "heapsize=8m", *runner, str(path), *names]
    environment = {**os.environ, "MICROPYPATH": ":".join(_path(path, root))}
    process = subprocess.Popen(
        command,
        cwd=root,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
        preexec_fn=end_with_parent,  # noqa: PLW1509 - one system call, nothing that locks
    )
    try:
        output, _ = process.communicate(timeout=timeout_s)
        status = f"the interpreter ended with status {process.returncode}"
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        output, _ = process.communicate()
        status = f"not done after {timeout_s:g} s, killed"
    return output.decode(errors="replace"), status


def _path(file, root):
    names = (_CHIP, *_PATH) if _CHIP_MARK in file.read_text().splitlines() else _PATH
    return [name if name == ".frozen" else str(root / name) for name in names]


def _result_lines(output):
    for text in output.splitlines():
        try:
            line = json.loads(text)
        except ValueError:
            continue
        if isinstance(line, dict):
            yield line


def _complaint(path, lines, status, results):
    """-> what is wrong with the run as a whole, "" when nothing is."""
    found = next((line["tests"] for line in lines if "tests" in line), None)
    unknown = sorted(set(found or ()) - set(test_names(path)))
    if found is None or unknown:
        return f"the file's tests differ from what was collected: {unknown or 'no list came'}"
    want = f"the interpreter ended with status {int(any(results.values()))}"
    return "" if status == want else f"{status}, its result lines say otherwise"
