"""The control pilot as a circuit: a source of +-12 V behind 1 kOhm, a cable, a car's resistors and
diode.

Values: IEC 61851-1:2017 Annex A. B loads with 2.74 kOhm, C adds 1.3 kOhm and D 270 Ohm in
parallel, all behind one diode, so that only the positive half of the PWM is loaded.
"""

SOURCE_MV = 12000
SOURCE_OHM = 1000
DIODE_MV = 700
STEADY = 65535  # duty of a constant +12 V
OFF = 0  # duty of a constant -12 V

_B_OHM = 2740


def _parallel(a, b):
    return a * b / (a + b)


LOAD_OHM = {"A": None, "B": _B_OHM, "C": _parallel(_B_OHM, 1300), "D": _parallel(_B_OHM, 270)}


def plateaus(letter, *, diode_shorted=False, shorted=False, broken=False):
    """Pilot voltage while the source is high and while it is low -> (high_mv, low_mv), whole mV.

    letter: the car's resistors, "A" (no car) to "D". broken: the pilot wire ends before the car.
    shorted: the wire touches PE (state E).
    """
    if shorted:
        return 0, 0
    ohm = None if broken else LOAD_OHM[letter]
    if ohm is None:
        return SOURCE_MV, -SOURCE_MV
    share = ohm / (ohm + SOURCE_OHM)
    if diode_shorted:
        return round(SOURCE_MV * share), round(-SOURCE_MV * share)
    return round((SOURCE_MV - DIODE_MV) * share) + DIODE_MV, -SOURCE_MV


def adc_mv(pilot_mv, levels):
    """What the ADC pin sees of a pilot voltage, in whole mV, never negative.

    levels: the board's calibration, pairs (ADC mV, pilot mV); linear between them, the outer
    pieces go on beyond the ends.
    """
    points = sorted((pilot, adc) for adc, pilot in levels)
    pieces = list(zip(points, points[1:]))  # noqa: B905 (one shorter on purpose)
    low, high = next((p for p in pieces if pilot_mv <= p[1][0]), pieces[-1])
    slope = (high[1] - low[1]) / (high[0] - low[0])
    return max(0, round(low[1] + (pilot_mv - low[0]) * slope))


def current_for(duty):
    """The current a duty allows a car, in mA. duty: 0..65535; None when the car sees no pilot.

    IEC 61851-1:2017 Table A.8 (vehicle side); 3..7 % asks for digital communication, which this
    car does not speak.
    """
    percent = 0 if duty is None else duty * 100 / 65535
    if percent < 8 or percent > 97:
        return 0
    if percent < 10:
        return 6000
    if percent <= 85:
        return round(600 * percent)
    return min(80000, round(2500 * (percent - 64)))
