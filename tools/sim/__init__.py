"""The simulated wallbox: the firmware on a simulated chip, in a world that is played over a
control port.
"""
