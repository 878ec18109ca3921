"""A wallbox and its central system, for plays in which either dies: made, connected and taken down."""

from tools.csms import BackgroundCentralSystem
from tools.session import world_clock
from tools.wallbox import Wallbox

OFF = 75  # how the simulated wallbox ends after a power cut


class Pair:
    """Both are on the clock of the world. A context; inside, the boot was accepted.

    folder: where flash and world are kept. keys: those of the wallbox.
    """

    def __init__(self, board, folder, speed, keys):
        self.box = Wallbox(board, folder, "--speed", speed)
        self.csms = BackgroundCentralSystem()
        self._keys = keys

    def __enter__(self):
        self.csms.__enter__()
        try:
            self.box.start()
            self.prepare()
            self.csms.follow(world_clock(self.box))
            self.box.set(ocppu=self.csms.url, ocppe=True, **self._keys)
            self.until(lambda: self.box.status("ocppa"), "accepted")
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *error):
        self.box.stop()
        self.csms.__exit__()

    def prepare(self):
        """What has to be before OCPP is switched on."""

    def until(self, condition, what):
        """Waits for a true condition(). Raises AssertionError: it never came."""
        raise NotImplementedError
