"""A new application that fails is replaced by the one before, by itself; settings and journal stay as they were."""

import shutil

import pytest

from tools import build, flash_image, slot_tree
from tools.wallbox import Wallbox

_SPEED = 100
_NOBODY = "ws://127.0.0.1:9/steve"
_CRASH = b"raise ValueError('broken')\n"
_HANGS = b"import time\nwhile True:\n    time.sleep_ms(100)\n"
_HANGS_LATER = b"""
import time

def hang(box):
    while True:
        time.sleep_ms(50)  # timers run, the main loop does not

def ready(board):
    import whole
    return hang, whole.ready(board)[1]
"""
_PATIENCE_S = 60  # the PC's; hardly any of it is needed


def instead(source):
    """A slot whose application is this."""
    return {"application.mpy": None, "application.py": source, "whole.mpy": _tree()["application.mpy"]}


def _flat(name):
    """The file of a module."""
    return build.modules().flat(name) + ".mpy"


def _tree():
    return slot_tree.slot(build.BUILD / "devkit")


@pytest.fixture(scope="module")
def used(built, tmp_path_factory):
    """The data of a wallbox whose slot a is good: with a setting, and a session that nobody has asked for yet."""
    data = tmp_path_factory.mktemp("used")
    flash_image.put(data / "flash.bin", slot="a", good=True)
    with Wallbox("devkit", data, "--speed", _SPEED) as box:
        box.set(fna="kept", amp=11, ocppu=_NOBODY, ocppe=True)
        box.do("plug", on=True)
        box.wait_for(lambda: box.ask("state")["contactor"], _PATIENCE_S)
        box.do("unplug")
        box.wait_for(lambda: any("transaction 0 ended" in line for line in box.log), _PATIENCE_S)
    return data


@pytest.fixture
def power(used, tmp_path):
    """-> power(): that wallbox, started, with what was done to its image since."""
    shutil.copytree(used, tmp_path / "data")
    boxes = []

    def on():
        boxes.append(Wallbox("devkit", tmp_path / "data", "--speed", _SPEED))
        boxes[-1].start(_PATIENCE_S)
        return boxes[-1]

    on.image = tmp_path / "data" / "flash.bin"
    yield on
    for box in boxes:
        box.stop()
        print(box.last_words(60))


def kept(image):
    """What must never be lost. A life that knows a start may book more behind it."""
    return {path: data for path, data in flash_image.read(image).items() if path.startswith(("/settings/", "/tx/"))}


def is_old_one(box, before):
    """The application of slot a runs, with all it knew."""
    box.wait_for(lambda: any(" in /app_a," in line for line in box.log), _PATIENCE_S)
    assert box.status("fna", "amp") == {"fna": "kept", "amp": 11}
    assert not box.ask("state")["contactor"]
    box.stop()
    after = kept(box.image)
    assert {path: after.get(path) for path in before} == before


@pytest.mark.parametrize("source", [_CRASH, _HANGS, _HANGS_LATER], ids=["crashes", "hangs", "hangs later"])
def test_a_new_application_that_fails_three_times_is_replaced_by_the_one_before(power, source):
    before = kept(power.image)
    assert any(path.startswith("/tx/") for path in before)
    flash_image.put(power.image, slot="b", changes=instead(source))
    box = power()
    box.image = power.image
    box.wait_for(lambda: any(" in /app_a," in line for line in box.log), _PATIENCE_S)
    assert box.ask("state")["resets"] == 3
    assert box.ask("state")["wear"]["closings"] == 1  # of the session before
    is_old_one(box, before)
    files = flash_image.read(power.image)
    assert (files["/app_b/tries"], "/app_b/good" in files) == (b"3", False)
    assert (b"broken" in files.get("/crash", b"")) == (source == _CRASH)
    assert power().ask("state")["resets"] == 0  # and so it stays


def test_a_new_application_that_loses_the_network_is_replaced_in_its_third_start(power, tmp_path):
    before = kept(power.image)
    rtc = (build.BUILD / "devkit" / _flat("net.rtc")).read_bytes()
    broken = shutil.copytree(build.BUILD / "devkit", tmp_path / "tree")
    (broken / _flat("net.wifi_join")).write_bytes(rtc)
    flash_image.put(power.image, slot="b", tree=broken)
    flash_image.write(power.image, {"/app_b/tries": b"2"})
    box = power()
    box.image = power.image
    box.wait_for(lambda: any("not healthy" in line for line in box.log), _PATIENCE_S)
    assert any(" in /app_b," in line for line in box.log)
    is_old_one(box, before)


def test_B17_a_good_application_that_begins_to_crash_gives_way_to_the_other_after_five_starts(power):
    flash_image.put(power.image, slot="b", good=True, changes=instead(_CRASH))
    before = kept(power.image)
    box = power()
    box.image = power.image
    box.wait_for(lambda: any(" in /app_a," in line for line in box.log), _PATIENCE_S)
    assert box.ask("state")["resets"] == 5
    is_old_one(box, before)
    assert "/app_b/tries" not in flash_image.read(power.image)


def test_B17_with_both_broken_there_is_safe_mode(power):
    before = kept(power.image)
    for slot in "ab":
        flash_image.put(power.image, slot=slot, changes=instead(_CRASH))
    box = power()
    box.do("plug", on=True)
    code, head, page = box.get("/")
    assert (code, head["Content-Type"][:9]) == (200, "text/html")
    assert b"Safe mode" in page
    assert len(page) < 3 * 1024
    log = box.get("/log")[2].decode()
    assert "/app_b (2 " in log
    assert "ValueError: broken" in log
    assert "password" not in log
    assert box.get("/update")[0] == 200
    assert box.get("/api/status")[0] == 404
    assert box.get("/log", Origin="http://evil.example")[0] == 403
    state = box.ask("state")
    assert (state["coil"], state["contactor"], state["duty"]) == (False, False, 1.0)
    box.wait_for(lambda: any("on the network home" in line for line in box.log), _PATIENCE_S)
    box.stop()
    assert kept(power.image) == before
    flash_image.put(power.image, slot="a")  # what an upload does
    box = power()
    box.image = power.image
    is_old_one(box, {})


def test_an_application_that_is_healthy_for_minutes_is_good_and_nothing_of_its_trial_stays(power):
    flash_image.put(power.image, slot="b")
    box = power()
    assert "/app_b/good" not in flash_image.read(power.image)
    box.wait_for(lambda: box.ask("state")["uptime_ms"] > 190_000, _PATIENCE_S)
    assert not {"slots", "trial", "app"} & set(box.status("mods"))
    box.stop()
    assert flash_image.read(power.image)["/app_b/good"] == b"1"
