# Freezes the application into a MicroPython image of one's own, as boards/devkit/manifest.py does. The board is frozen
# as the build has joined and checked it: `make build BOARD=blueprint` first.
# ruff: noqa: F821
include("$(PORT_DIR)/boards/manifest.py")
freeze_mpy("../../build/blueprint", "board.mpy")
module("boot.py", base_path="../../firmware")
module("main.py", base_path="../../firmware")
module("application.py", base_path="../../firmware")
package("pilotwire", base_path="../../firmware")
