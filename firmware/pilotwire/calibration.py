"""What the pilot's ADC tells on this very unit. Needed when the wallbox starts, and not in memory after that.

Five levels that were measured on it (setting `pilot_levels`, written by tools/calibrate.py) take the place of the board
file's. An old ESP32 has no reference burnt into it: its ADC may be 10 % off, and the 9 V of a car that does not ask for
current could be taken for the 6 V of one that does. Such a unit does not charge without levels of its own.
"""

from pilotwire import loader


def calibrate(box, boards):
    """Sets the pilots of a box that is about to start. boards: as each outlet sees the board."""
    texts = box.settings.get("pilot_levels").split(";")
    for n, board in enumerate(boards):
        pilot, text = box.paths[n].pilot, texts[n] if n < len(texts) else ""
        own = loader.use("core.pilot_levels").parse(text, board.PILOT["levels"])
        if own:
            pilot.levels = own
        elif text:
            box.settings.notice("pilot %d: the saved levels cannot be, those of the board are used" % (n + 1))
        if not pilot.exact and not own:
            box.settings.notice("pilot %d: the chip's ADC has no reference, calibrate it" % (n + 1))
            box.outlets[n].hold("uncalibrated", True)
    loader.release("hal.adc_reader")
    loader.release("core.pilot_levels")
