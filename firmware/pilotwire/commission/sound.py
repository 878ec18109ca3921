"""The buzzer."""

from time import sleep_ms

from pilotwire import commission

_TONE_MS = 500


def run(outlet, hertz):
    buzzer = commission.driver(outlet, "BUZZER")
    buzzer.tone(hertz)
    sleep_ms(_TONE_MS)
    buzzer.tone(0)
