"""Tell a wallbox its Wi-Fi over the serial console.

    python -m tools.wifi --port /dev/ttyUSB0 --ssid home [--slot 1]

The password is asked for, or taken from the environment's WIFI_PASSWORD; an open network has an empty one. The
application is stopped (the contactor is open then), the record written, and the chip starts anew.
"""

import getpass
import json
import os
import runpy

from mpremote.transport import TransportError

from tools.build import FIRMWARE
from tools.flash import arguments, opened, report, told
from tools.flash_plan import Refused

_FILES = runpy.run_path(str(FIRMWARE / "pilotwire" / "store" / "files.py"))
_FORMAT = 1  # of a network, net/wifi_store.py
_SLOTS = 4


def record(ssid, password):
    """The file of a network. Raises Refused: no such network can be."""
    if not 1 <= len(ssid.encode()) <= 32:
        raise Refused("a network's name has 1 to 32 bytes")
    if password and not 8 <= len(password.encode()) <= 63:
        raise Refused("a password has 8 to 63 characters; an open network none")
    return _FILES["record"](_FORMAT, json.dumps([ssid, password, None]).encode())


def store(chip, slot, data, say):
    """Writes it, reads it again and starts the application -> the health report."""
    if chip.stop():
        chip.restart()
        raise Refused("the contacts of a contactor are closed although its coil is off")
    path = f"/wifi/{slot - 1}"
    chip.run("folder('/wifi')")
    chip.write(path, [data])
    chip.flush()
    if chip.ask(f"text({path!r})").encode() != data:
        raise TransportError("the network could not be written")
    say("stored; restart")
    chip.restart()
    return report(chip, say)


def ask(question):
    """-> what is typed, not shown. Raises Refused: there is nobody to ask."""
    try:
        return getpass.getpass(question)
    except EOFError:
        raise Refused("nobody typed a password; a script gives it as WIFI_PASSWORD") from None


def main():
    parser = arguments("wifi", __doc__)
    parser.add_argument("--ssid", required=True, help="the network's name")
    parser.add_argument("--slot", type=int, default=1, choices=range(1, _SLOTS + 1), help="which of four (1)")
    options = parser.parse_args()
    with told("wifi", "whether the network is stored is not known: try again"):
        password = os.environ.get("WIFI_PASSWORD")
        if password is None:
            password = ask(f"password of {options.ssid} (empty: an open network): ")
        data = record(options.ssid, password)
        with opened(options.port, options.board, options.baud) as chip:
            store(chip, options.slot, data, print)


if __name__ == "__main__":
    main()
