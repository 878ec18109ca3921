"""Duty cycle of the control pilot for a current (IEC 61851-1:2017 Annex A).

Duty is in 1/65535 of the period, as the PWM takes it; 1 % is 655.35. Offers are rounded down: a
limit protects a fuse. No product leaves the 31-bit small integers, so `duty_for` allocates nothing.
"""

from micropython import const

STEADY = 65535  # +12 V without PWM: nothing is offered (states x1)
OFF = 0  # -12 V without PWM: not available (state F)
LEAST_MA = 6000  # the norm has no duty for less
MOST_MA = 80000

_LINEAR_MA = const(51000)  # up to here 1 % is 0.6 A, above 2.5 A from 64 % on


def duty_for(ma):
    """Duty that offers a current to the car.

    ma: 0 or 6000..80000 mA. Returns STEADY for 0, else the duty rounded down: no car reads more
    than ma from it.
    Raises ValueError for any other current. Source: Annex A, duty cycle on the supply side.
    Between 51 and 52.5 A the two lines overlap, there a car reads less than is offered.
    """
    if ma == 0:
        return STEADY
    if not LEAST_MA <= ma <= MOST_MA:
        raise ValueError("offer: want 0 or 6000..80000 mA")
    if ma <= _LINEAR_MA:
        return ma * 4369 // 4000  # ma / 60000 of 65535
    return (ma * 13107 + 20000) // 50000 + 41942  # (ma / 2500 + 64) % of 65535
