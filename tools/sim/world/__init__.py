"""The CPython half of the simulated wallbox: everything outside the chip, and the process that
owns the chip.
"""
