"""ABB B24: as the B23, behind current transformers, whose ratio the meter applies itself."""

from pilotwire.hal.abb_b23 import make  # noqa: F401
