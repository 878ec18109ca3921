"""The way in of a chip with a console: as start.py, and when main.py has ended the REPL is there, as on the chip.

The interpreter has the console as its standard input and output. It is asked for its REPL only once the flash is the
root: a chip that did not start must never let anybody at the files of the PC.
"""

import os

import vfs

try:
    import start  # noqa: F401
except SystemExit:  # boot.py and main.py have ended, or there are none
    if [type(system) for system, path in vfs.mount() if path == "/"] != [vfs.VfsLfs2]:
        raise
    os.putenv("MICROPYINSPECT", "1")
