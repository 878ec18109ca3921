"""What the outlet makes of the parts that not every board has: one module each, loaded only where the board names it.

A module has `make(outlet, driver, safety)`, which returns an object with `step(now_ms)`, called five times a second. It
may set and clear faults, hold the outlet back (`outlet.hold`), set its own slot of the limits, and hand the safety path
a function that looks with every burst (`safety.polls`); nothing of it can close the contactor.
"""
