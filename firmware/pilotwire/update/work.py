"""An update from its first byte to the restart: who may begin one, what is told of it, and that no car charges then.

Charging waits while an update is received and installed: each 4 KB erased stop the chip for 45 ms, 400 ms at worst,
and with a closed contactor nothing may stop it for more than 20. So it does not begin while a car charges, a car that
comes waits with a sentence, and whoever sends nothing any more is given up after some seconds.
"""

import asyncio
import os

from micropython import const

from pilotwire import loader

PATH = "/update.pw"
_SETTLED_MS = const(600)  # until each outlet has taken notice of the hold, and a contactor that was closing is closed
MOST = const(1 << 20)  # bytes of an update
_TRIES = const(8)
_PAUSE_MS = const(1000)
_FLUSH = const(16384)  # bytes that a power cut may lose
_SPARE = const(16 * 4096)  # bytes that stay free for bills, settings and what littlefs needs to move
_BUSY = "receiving", "checking", "installing"


def busy(box):
    return box.update and box.update[0] in _BUSY


def tell(box, state, done=0, size=0, why=""):
    """What the key `upd` says from now on."""
    box.update = state, done, size, why


def received():
    """Bytes of an update that are on flash."""
    try:
        return os.stat(PATH)[6]
    except OSError:
        return 0


async def begin(box, start, size):
    """An update of so many bytes shall be received from the byte `start` on. Raises OSError with the reason against it;
    nothing has changed then. Who begins comes to failed() or to finish().
    """
    if busy(box) or box.restarting:
        raise OSError("another update is under way")
    if _charges(box):
        raise OSError("a car charges, the update has to wait")
    if start != received() and start:
        raise OSError("%d bytes are here, go on there" % received())
    if size > MOST:
        raise OSError("%d bytes are too much for an update" % size)
    tell(box, "receiving", start, size)
    _hold(box, True)
    try:
        await asyncio.sleep_ms(_SETTLED_MS)
        if _charges(box):
            raise OSError("a car charges, the update has to wait")
        check_room(size - received())
        loader.let_go()  # from here on nothing is as important, and the heap shall be in large pieces
    except BaseException as e:
        failed(box, str(e))
        raise


def failed(box, why, forget=False):
    """It ends here, charging goes on. forget: nothing of what was received can be used."""
    if forget:
        try:
            os.remove(PATH)
        except OSError:
            pass
    tell(box, "failed", received(), box.update[2], why)
    box.log.warn("update: " + why)
    _hold(box, False)


async def check(box):
    """All is received: is it good? -> what install() wants. Raises ValueError with the reason; failed() was called."""
    tell(box, "checking")
    try:
        return await _roomy(lambda: loader.use("update.check").check(PATH, box.board.NAME, turn))
    except BaseException as e:
        failed(box, str(e), isinstance(e, ValueError))
        raise
    finally:
        loader.release("update.check")


async def finish(box, version, at):
    """The task that installs what check() has let pass, and restarts. Failed, all is as before."""
    held = ("update.work",)
    loader.hold(held)
    try:
        tell(box, "installing", 0, 0, version)
        box.log.info("update: installing version " + version)
        await _roomy(lambda: loader.use("update.install").install(PATH, at, version, box.board.NAME, turn))
        os.remove(PATH)
        tell(box, "installed", 0, 0, version)
        box.restart("update to version " + version)
    except OSError as e:
        failed(box, "the flash is full or failing (%s)" % e)
    except Exception as e:
        failed(box, "%s" % (e or type(e).__name__))
    finally:
        loader.release("update.install")
        loader.free(held)


async def _roomy(make):
    """await make(); short of memory again, when others are done with theirs. Raises MemoryError."""
    tries = _TRIES
    while True:
        loader.let_go()
        try:
            return await make()
        except MemoryError:
            tries -= 1
            if not tries:
                raise
        await asyncio.sleep_ms(_PAUSE_MS)


async def turn():
    """Between two pieces: others have their turn."""
    await asyncio.sleep_ms(0)


def _charges(box):
    return any([not outlet.connector.is_open for outlet in box.outlets])


def _hold(box, on):
    """No car charges, and the link to the central system ends: beside it there is no memory to check a signature."""
    box.alone = on
    for outlet in box.outlets:
        outlet.hold("update", on)


def check_room(size):
    """Raises OSError."""
    if size + _SPARE > free("/"):
        raise OSError("the flash has no room for it")


def free(folder):
    """Bytes of the flash. A littlefs that is full may count some blocks twice, and more of them than there are."""
    _, unit, blocks, left = os.statvfs(folder)[:4]
    return left * unit if 0 < left <= blocks else 0


class Inbox:
    """The file being received. What was flushed survives a power cut."""

    def __init__(self, start):
        self._file = open(PATH, "ab" if start else "wb")
        self.size = start
        self._due = start + _FLUSH

    def write(self, data):
        self._file.write(data)
        self.size += len(data)
        if self.size >= self._due:
            self._due += _FLUSH
            self._file.flush()

    def close(self):
        self._file.close()
