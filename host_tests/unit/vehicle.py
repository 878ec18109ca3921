"""The car's side of the pilot: what current it reads from a duty."""

from pilotwire.core.duty import LEAST_MA, MOST_MA


def current_for(duty):
    """Current in mA that a car may take at this duty (0..65535), rounded down.

    0 below 8 % (5 % asks for a digital talk we do not have) and above 97 %. Source: Annex A, duty
    cycle as the vehicle reads it.
    """
    percent = duty * 100  # in 1/65535 %
    if percent < 8 * 65535 or percent > 97 * 65535:
        return 0
    if percent < 10 * 65535:
        return LEAST_MA
    if percent <= 85 * 65535:
        return duty * 60000 // 65535
    if percent <= 96 * 65535:
        return (percent - 64 * 65535) * 2500 // 65535
    return MOST_MA
