"""esp32: the little that the firmware asks of it."""

HEAP_DATA = 4


def idf_heap_info(capabilities):
    """One region (total, free, largest free block, least ever free), bytes; facts 1.2: while on Wi-Fi."""
    return [(160_000, 40_000, 20_000, 30_000)]
