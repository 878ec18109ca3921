"""A person at the serial console of a wallbox that is off: writes and reads settings that no network door may."""

import json
import runpy

from test_calibrate import Repl

from tools.build import ROOT

_record = runpy.run_path(str(ROOT / "firmware" / "pilotwire" / "store" / "files.py"))["record"]
_FORMAT = 1  # of a setting, store/changes.py
_WRITE = """
import os
if "settings" not in os.listdir("/"):
    os.mkdir("/settings")
with open("/settings/{}", "wb") as file:
    file.write({!r})
"""
_READ = """
with open("/{}") as file:
    print(file.read())
"""
_REGISTER = """
import os
[name] = [name for name in os.listdir("/tx") if name.endswith("v")]
print(open("/tx/" + name).read())
"""


def write(folder, key, value):
    """Puts a setting onto the flash that a wallbox has in this folder, or will have."""
    _run(folder, _WRITE.format(key, _record(_FORMAT, json.dumps(value).encode())))


def read(folder, key):
    """-> the value on flash. Raises TransportError where there is none."""
    return json.loads(_run(folder, _READ.format("settings/" + key)).split(b" ", 2)[2])


def register(folder):
    """-> [ms since its start, Wh], as the journal has kept them of the one transaction that runs."""
    return json.loads(_run(folder, _REGISTER).split(b" ", 2)[2])


def _run(folder, program):
    """-> what it prints. The tree of devkit has to be built."""
    repl = Repl(folder)
    try:
        repl.transport.enter_raw_repl(soft_reset=False)
        return repl.transport.exec(program)
    finally:
        repl.end()
