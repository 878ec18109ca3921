"""What the calls into the simulated chip are called, by what they cost: the chip itself keeps no names of them."""

import re
import runpy
from pathlib import Path

_COSTS = runpy.run_path(str(Path(__file__).parents[1] / "chip" / "costs.py"))


def named(cause):
    """The cause of a stall as the chip tells it, "..., until 30 us" -> "..., until flash_read/neopixel_led/uart"."""
    return re.sub(r"\buntil (\d+) us$", lambda found: "until " + _calls(int(found[1])), cause)


def _calls(cost_us):
    names = [name.lower() for name, us in _COSTS.items() if us == cost_us]
    return "/".join(sorted(names)) or ("ticks" if not cost_us else f"a cost of {cost_us} us")
