# Freezes the application into a MicroPython image of one's own: its code then runs from flash and
# leaves the heap free. Named in a MicroPython build as FROZEN_MANIFEST=.../devkit/manifest.py; who
# flashes the tree of .mpy files onto a stock image does not need it.
# ruff: noqa: F821
include("$(PORT_DIR)/boards/manifest.py")
module("board.py")
module("boot.py", base_path="../../firmware")
module("main.py", base_path="../../firmware")
module("application.py", base_path="../../firmware")
package("pilotwire", base_path="../../firmware")
