"""The way in of a chip with a console: as start.py, and when main.py has ended the REPL is there, as on the chip.

The interpreter is told to (MICROPYINSPECT), and has the console as its standard input and output.
"""

try:
    pass
except SystemExit:
    pass  # boot.py and main.py have ended, or there are none
