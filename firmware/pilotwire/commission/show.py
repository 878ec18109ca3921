"""The light."""

from pilotwire import commission


def run(outlet, *levels):
    """A colour, 0..255 each; of plain LEDs which are lit."""
    commission.driver(outlet, "INDICATOR").show(*levels)
