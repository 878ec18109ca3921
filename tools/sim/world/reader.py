"""The card reader of a board: which model plays which kind."""

from .ds1990a import Ds1990a
from .mfrc522 import Mfrc522
from .reader_base import UID_SIZES
from .reader_pn532 import Pn532I2c, Pn532Spi, Pn532Uart
from .wiegand import Wiegand

__all__ = ["KINDS", "UID_SIZES", "make_reader"]

KINDS = {
    "ds1990a": Ds1990a,
    "pn532": Pn532I2c,
    "pn532_spi": Pn532Spi,
    "pn532_uart": Pn532Uart,
    "mfrc522": Mfrc522,
    "wiegand": Wiegand,
}


def make_reader(board, timeline, faults, tell):
    """The reader a board has, or None. ValueError when its kind is not simulated."""
    data = board.READER
    if data is None:
        return None
    if data["kind"] not in KINDS:
        raise ValueError("reader {!r} is not simulated; known: {}".format(data["kind"], " ".join(sorted(KINDS))))
    return KINDS[data["kind"]](data, timeline, faults, tell)
