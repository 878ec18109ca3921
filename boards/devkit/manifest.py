# Freezes the application into a MicroPython image for this board: its code then runs from flash
# and leaves the heap free. Used by a MicroPython build (`make BOARD=ESP32_GENERIC
# FROZEN_MANIFEST=.../boards/devkit/manifest.py`); the flashed tree of .mpy files needs none of it.
include("$(PORT_DIR)/boards/manifest.py")  # noqa: F821
module("board.py", base_path="$(MPY_DIR)/../boards/devkit")  # noqa: F821
package("pilotwire", base_path="$(MPY_DIR)/../firmware")  # noqa: F821
