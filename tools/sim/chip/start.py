"""The way in: the chip's code goes where it does not weigh on the firmware's heap, then power comes on.

    CHIP=SETTINGS MICROPYPATH=THIS_FOLDER micropython -m start

The settings are told in power.py.
"""

import sys

import rom

folder = [path for path in sys.path if path.startswith("/")][0]
folder = rom.use(folder)
sys.path.insert(0, folder)
del sys.modules["rom"], rom

import power  # noqa: E402

power.on(folder)
