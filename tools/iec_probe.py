"""Inside MicroPython, on the simulated chip: what the pilot's driver reads of lines, and as which letters.

    micropython tools/iec_probe.py JSON     {"pwm", "adc", "noise_mv", "levels", "lines": [[high ADC mV, low, duty]],
                                             "offers": [mA]}

A line of JSON for each line: {"letters", "high_mv", "low_mv"}: the letters it is read as, whatever the last letter was,
and the least and the most of each plateau. One for each offer: {"duty", "period_us"} at the pin.
"""

import json
import sys

import clock
import link

from pilotwire.core.duty import duty_for
from pilotwire.core.levels import letter
from pilotwire.hal.pilot import AdcPilot

_BURSTS = 60
_APART_US = 10_137  # a burst begins anywhere in the period


def main(asked):
    pilot = AdcPilot(asked["pwm"], asked["adc"], asked["levels"])
    for high_mv, low_mv, duty in asked["lines"]:
        link.set_analog(asked["adc"], high_mv, low_mv, asked["noise_mv"], asked["pwm"])
        pilot.offer(duty)
        print(json.dumps(_read(pilot)))
    for ma in asked["offers"]:
        pilot.offer(duty_for(ma))
        duty, period_us = link.outputs[asked["pwm"]]
        print(json.dumps({"duty": duty, "period_us": period_us}))


def _read(pilot):
    letters, highs, lows = set(), [], []
    for _ in range(_BURSTS):
        clock.cost(_APART_US)
        pilot.sample()
        highs.append(pilot.high_mv)
        lows.append(pilot.low_mv)
        for last in "ABCDEF":
            letters.add(letter(pilot.high_mv, last))
    return {"letters": sorted(letters), "high_mv": [min(highs), max(highs)], "low_mv": [min(lows), max(lows)]}


main(json.loads(sys.argv[1]))
