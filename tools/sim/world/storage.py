"""What the world keeps in DIR while no simulator runs: car, cable, meter register, wear, weld,
faults, network.

`world.json` is replaced as a whole, so that a kill at any instant leaves the old or the new one.
"""

import json
import os

_NAME = "world.json"
_FORMAT = 1


def kept(world):
    """The world as a JSON object."""
    return {
        "format": _FORMAT,
        "network": world.network,
        "outlets": {str(n): _kept_outlet(outlet) for n, outlet in world.outlets.items()},
    }


def _kept_outlet(outlet):
    car = outlet.car
    return {
        "faults": sorted(outlet.faults),
        "meter_wh": outlet.meter.wh if outlet.meter else None,
        "energy_wh": outlet.energy_wh,
        "wear": outlet.contactor.wear,
        # Without power only a weld keeps main contacts closed.
        "closed": outlet.contactor.closed and outlet.contactor.welded,
        "car": car and {"settings": car.settings, "wants": car.wants, "taken_wh": car.taken_wh},
    }


def restore(world, data):
    """Make a fresh world what kept() saw. ValueError: not ours, or of a newer format."""
    if data.get("format") != _FORMAT:
        raise ValueError("format {!r}, this simulator knows {}".format(data.get("format"), _FORMAT))
    world.network = data["network"]
    for number, outlet in world.outlets.items():
        if str(number) in data["outlets"]:
            _restore_outlet(outlet, data["outlets"][str(number)])


def _restore_outlet(outlet, data):
    if data["car"]:
        outlet.plug(**data["car"]["settings"])
        outlet.car.wants = data["car"]["wants"]  # it closes S2 again when it is offered current
        outlet.car.taken_wh = data["car"]["taken_wh"]
    outlet.energy_wh = data["energy_wh"]
    if outlet.meter and data["meter_wh"] is not None:
        outlet.meter.wh = data["meter_wh"]
    outlet.contactor.wear.update(data["wear"])
    outlet.contactor.closed = data["closed"]
    outlet.faults.update(data["faults"])
    outlet.faults_changed()


class Shelf:
    """The file in a folder."""

    def __init__(self, folder):
        self._path = os.path.join(folder, _NAME)
        self._saved = None

    def load(self, world):
        """Restore a world from the file, if there is one. ValueError names a file that cannot be
        read.
        """
        try:
            with open(self._path) as file:
                restore(world, json.load(file))
        except FileNotFoundError:
            return
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise ValueError(f"{self._path}: {error}; move it away to start afresh") from None

    def save(self, world):
        """Write the file when something differs from the last time."""
        text = json.dumps(kept(world), indent=1)
        if text == self._saved:
            return
        with open(self._path + ".new", "w") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.replace(self._path + ".new", self._path)
        self._saved = text
