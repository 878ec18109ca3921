"""A reader's driver on the simulated chip, and at the other end of its wires the simulated reader: as meter_play.py.

with ReaderBench("mfrc522") as bench:
    bench.hold("04A1B2C3D4E5F6")
    assert bench.card() == "04A1B2C3D4E5F6"
"""

from types import SimpleNamespace

from meter_play import Bench, as_flashed, flash, flash_with
from world_play import DEVKIT

from tools import build
from tools.board_parts import drivers
from tools.boards import check, load
from tools.wallbox import Wallbox

SPI = {"sck": 14, "miso": 19, "mosi": 23, "cs": 5}
SPECS = {
    "pn532": {"sda": 21, "scl": 22, "address": 0x24},
    "pn532_spi": SPI,
    "pn532_uart": {"uart": 2, "tx": 22, "rx": 21},
    "mfrc522": {**SPI, "reset": 17},
    "wiegand": {"d0": 21, "d1": 22},
    "ds1990a": {"pin": 21},
}
_SPELL_POLLS = 40  # of 120 ms: longer than any reader needs to say that it is silent
_MAIN = """
import asyncio, json, board
from pilotwire import hal
reader = hal.make(board, "READER")
async def run():
    while True:
        said = {"error": None, "uid": None}
        try:
            uid = reader.poll()
            said["uid"] = uid and uid.hex().upper()
        except OSError as e:
            said["error"] = str(e)
        said["at_ms"] = reader.at_ms
        print(json.dumps(said))
        await asyncio.sleep_ms(120)
asyncio.run(run())
"""


class ReaderBench(Bench):
    """kind: a reader's kind; spec: what of its READER is not as in SPECS."""

    def __init__(self, kind, **spec):
        super().__init__("sdm630")
        reader = {"kind": kind, **SPECS[kind], **spec}
        self.world = type(self.world)(SimpleNamespace(**{**vars(DEVKIT), "READER": reader}))

    @property
    def reader(self):
        """The simulated reader."""
        return self.world.reader

    def hold(self, uid, seconds=3600):
        """A card is held to it; seconds 0: it is taken away."""
        self.do(lambda: self.world.hold_card(bytes.fromhex(uid), seconds))

    def fault(self, on):
        self.do(lambda: self.world.fault(1, "reader", on))

    def card(self):
        """The next UID that the driver tells."""
        return self.until(lambda got: got.uid).uid

    def spell(self):
        """All that it says for a while -> ({UIDs}, {errors})."""
        said = [self.reading() for _ in range(_SPELL_POLLS)]
        return {got.uid for got in said} - {None}, {got.error for got in said} - {None}

    def _tree(self, tree):
        flash(tree, READER=self.world.board.READER)
        (tree / "boot.py").unlink()
        (tree / "main.py").write_text(as_flashed(_MAIN))
        return tree


_OTHER_ROOT = """
import sys
from pathlib import Path
from tools.sim import __main__
from tools.sim.world import options
options.ROOT = Path(sys.argv.pop(1))
sys.exit(__main__.main())
"""


class KitBox(Wallbox):
    """A wallbox with a board of its own, which starts from the devkit and has these parts. folder: takes the board, its
    build and the data."""

    def __init__(self, folder, parts, *options):
        lay_out(folder, parts)
        super().__init__("kit", folder / "data", *options)
        at = self._command.index("-m")
        self._command[at : at + 2] = ["-c", _OTHER_ROOT, str(folder)]


class DerivedBox(KitBox):
    """The same with another reader."""

    def __init__(self, folder, kind, *options, **spec):
        super().__init__(folder, {"READER": {"kind": kind, **SPECS[kind], **spec}}, *options)


def lay_out(folder, parts):
    """Under folder what the simulator looks for under the project's: boards/, build/ and the chip's sources."""
    boards, tree = folder / "boards", folder / "build" / "kit"
    (boards / "kit").mkdir(parents=True)
    (folder / "build").mkdir()
    (folder / "tools").symlink_to(build.ROOT / "tools")
    (folder / "build" / "chip").symlink_to(build.BUILD / "chip")
    (boards / "devkit").symlink_to(build.ROOT / "boards" / "devkit")
    board = boards / "kit" / "board.py"
    own = "".join(f"{name} = {spec!r}\n" for name, spec in parts.items())
    board.write_text('PARENT = "devkit"\nNAME = "kit"\n' + own)
    (boards / "kit" / "README.md").write_text((boards / "devkit" / "README.md").read_text())
    errors, _ = check(board)
    assert not errors, errors
    flash_with(tree, drivers(load(board)) | {part.lower() for part in parts})
    build.compile_board(board, tree / "board.mpy")
