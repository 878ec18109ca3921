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
        "air": world.air.kept(),
        "outlets": {str(n): _kept_outlet(outlet) for n, outlet in world.outlets.items()},
    }


def _kept_outlet(outlet):
    car = outlet.car
    return {
        "faults": sorted(outlet.faults),
        "mains": outlet.mains_v,
        "opened": sorted(outlet.contacts.opened),
        "cable": outlet.cable_a,
        "lock": outlet.lock.kept() if outlet.lock else None,
        "meter_wh": outlet.meter.wh if outlet.meter else None,
        "energy_wh": outlet.energy_wh,
        "wear": outlet.contactor.wear,
        # Without power only a weld keeps main contacts closed.
        "closed": outlet.contactor.closed and outlet.contactor.welded,
        "phases_closed": bool(outlet.relay) and outlet.relay.contactor.closed and outlet.relay.contactor.welded,
        "car": car
        and {"settings": car.settings, "wants": car.wants, "taken_wh": car.taken_wh, "takes_ma": car.takes_ma},
    }


def restore(world, data):
    """Make a fresh world what kept() saw. ValueError: not ours, or of a newer format."""
    if data.get("format") != _FORMAT:
        raise ValueError("format {!r}, this simulator knows {}".format(data.get("format"), _FORMAT))
    world.network = data["network"]
    if "air" in data:  # worlds kept by older simulators have none
        world.air.restore(data["air"])
    for number, outlet in world.outlets.items():
        if str(number) in data["outlets"]:
            _restore_outlet(outlet, data["outlets"][str(number)])


def _restore_outlet(outlet, data):
    if data["car"]:
        outlet.plug(**data["car"]["settings"])
        outlet.car.wants = data["car"]["wants"]  # it closes S2 again when it is offered current
        outlet.car.taken_wh = data["car"]["taken_wh"]
        outlet.car.takes_ma = data["car"].get("takes_ma")
    outlet.hold_mains(data.get("mains"))
    outlet.cable_a = data.get("cable", outlet.cable_a)
    if outlet.lock and data.get("lock") is not None:
        outlet.lock.restore(data["lock"])
    outlet.energy_wh = data["energy_wh"]
    if outlet.meter and data["meter_wh"] is not None:
        outlet.meter.wh = data["meter_wh"]
    outlet.contactor.wear.update(data["wear"])
    outlet.contactor.closed = data["closed"]
    if outlet.relay:
        outlet.relay.contactor.closed = data.get("phases_closed", False)
    outlet.faults.update(data["faults"])
    outlet.contacts.opened.update(data.get("opened", ()))
    outlet.faults_changed()


class Shelf:
    """The file in a folder."""

    def __init__(self, folder):
        self._path = os.path.join(folder, _NAME)
        self._saved = None
        self.utc_s = 0  # when the world last stopped: its time never goes back

    def load(self, world):
        """Restore a world from the file, if there is one. ValueError names a file that cannot be
        read.
        """
        try:
            with open(self._path) as file:
                data = json.load(file)
            restore(world, data)
            self.utc_s = data.get("utc_s", 0)
        except FileNotFoundError:
            return
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise ValueError(f"{self._path}: {error}; move it away to start afresh") from None

    def save(self, world, last=False):
        """Write the file when something but the time differs from the last time, or it is the last."""
        text = json.dumps(kept(world), indent=1)
        if text == self._saved and not last:
            return
        with open(self._path + ".new", "w") as file:
            file.write(json.dumps({**kept(world), "utc_s": world.now_utc_s}, indent=1))
            file.flush()
            os.fsync(file.fileno())
        os.replace(self._path + ".new", self._path)
        self._saved = text
