"""The proximity contact: the resistor in the plug of a cable, which says what that may carry (IEC 61851-1, B.2)."""

_OHM = ((63, 100), (32, 220), (20, 680), (13, 1500))
_NOISE_MV = 3


def resistor_ohm(cable_a):
    """Of a cable that carries so much: the greatest rating that is not above it."""
    return next((ohm for amps, ohm in _OHM if cable_a >= amps), 1500)


def adc_mv(data, ohm):
    """What the ADC sees. data: the board's PROXIMITY; ohm: None for an open contact."""
    supply_mv = data["supply_mv"]
    return supply_mv if ohm is None else round(supply_mv * ohm / (ohm + data["pull_up_ohm"]))


def inputs(data, cable_a, faults):
    """As Outlet.inputs(). cable_a: of the cable in the socket, None without one."""
    ohm = 0 if "pp_short" in faults else None if cable_a is None else resistor_ohm(cable_a)
    mv = adc_mv(data, ohm)
    return {("A", data["adc"]): (mv, mv, _NOISE_MV, -1)}
