"""The flash that each trial of peaks.py begins with: a local list of 1000 entries, and 50 messages that wait.

Sessions without a link leave what waits. In a trial the central system refuses its first message once; with
TransactionMessageRetryInterval at an hour all of it waits on, and the line is free for what is asked.
"""

import shutil

from host_tests.bench.memory import SPEED
from tools.session import await_closed, charge, connect, unplug
from tools.wallbox import Wallbox

ENTRIES = 1000
WAITING = 50  # messages
_AT_ONCE = 10  # entries
_SAMPLE_S = 15


def make(folder, csms):
    """Below the folder, by name:

    free      anyone may charge; sessions wait, each a start and a stop
    card      the same, who charges needs a card
    resumed   a transaction, its start answered, its samples wait; its car is there
    off       OCPP is switched off, nothing waits
    """
    with _box(folder / "off") as box:
        box.set(ocppi=300)
    shutil.copytree(folder / "off", folder / "free")
    with _box(folder / "free") as box:
        connect(box, csms)
        box.set(ocppi=300, ocppta=100, ocpptr=3600)
        _fill_list(csms)
    shutil.copytree(folder / "free", folder / "resumed")
    with _box(folder / "resumed") as box:
        _leave_samples(box, csms)
    with _box(folder / "free") as box:
        for n in range(2, WAITING + 1, 2):
            box.do("plug", on=True)
            await_closed(box)
            unplug(box)
            box.wait_for(lambda n=n: box.status("ocppq")["waiting"] == n and box.status("car") == 1, 20)
    shutil.copytree(folder / "free", folder / "card")
    with _box(folder / "card") as box:
        box.set(acs=1)
    csms.start()


def _box(data):
    return Wallbox("devkit", data, "--speed", SPEED)


def _fill_list(csms):
    """Entries of full length."""
    info = {"status": "Accepted", "expiryDate": "2090-01-01T00:00:00.000Z", "parentIdTag": "P" * 20}
    for n in range(0, ENTRIES, _AT_ONCE):
        entries = [{"idTag": f"LIST{i:016}", "idTagInfo": info} for i in range(n, n + _AT_ONCE)]
        payload = {"listVersion": n + 1, "updateType": "Differential", "localAuthorizationList": entries}
        answer = csms.call("SendLocalList", **payload)
        assert answer["status"] == "Accepted", answer


def _leave_samples(box, csms):
    """A session begins, and goes on without a link until so many samples wait; its end is a power cut."""
    box.set(ocppi=_SAMPLE_S)
    box.wait_for(lambda: box.status("ocppa"), 20)
    box.do("plug", on=True)
    box.wait_for(lambda: csms.sessions, 20)
    await_closed(box)
    csms.stop()
    charge(box, WAITING * _SAMPLE_S + 60)
    box.set(ocppi=300)
