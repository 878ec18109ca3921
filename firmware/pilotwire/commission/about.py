"""What the wizard has to know before it begins."""

import board
from machine import ADC, Pin

from pilotwire import VERSION, commission, loader

_KEYS = ("installer_max_ma", "ama", "fna", "phase_rotation", "pilot_levels", "commissioned")


def run(outlet):
    """closed: outlets whose mirror contact says so; pilot_mv: of the line; exact: as adc_reader.reader() says it."""
    box = commission.box()
    outlets = (1, 2) if hasattr(board, "OUTLET_2") else (1,)
    pilot_mv, exact = _pilot(outlet)
    return {
        "version": VERSION,
        "serial": box.serial,
        "hostname": box.hostname,
        "board": {name: value for name, value in board.__dict__.items() if name.isupper()},
        "settings": {key: box.settings.peek(key) for key in _KEYS},
        "notes": box.notices,
        "closed": [n for n in outlets if commission.driver(n, "CONTACTOR").feedback()],
        "pilot_mv": pilot_mv,
        "exact": exact,
    }


def _pilot(outlet):
    pilot, spec = commission.driver(outlet, "PILOT"), commission.view(outlet).PILOT
    if spec.get("disconnect") is not None:
        Pin(spec["disconnect"], Pin.OUT, value=0)
    pilot.read, exact = loader.use("hal.adc_reader").reader(ADC(Pin(spec["adc"]), atten=ADC.ATTN_11DB))
    pilot.sample()
    return pilot.high_mv, exact
