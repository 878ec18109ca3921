"""`make flash` to the simulated chip: a real mpremote, a pseudo terminal, a flash that begins blank.

One wallbox goes through these in order, as a box in the field does: each test begins with what the one before has left.
"""

import os
import re
import select
import shutil
import socket
import threading

import pytest

from tools import build, flash, flash_plan, pull_log, wifi
from tools.flash_chip import Chip, NotThere
from tools.flash_plan import Refused
from tools.session import unplug
from tools.wallbox import Wallbox

BOARD = "devkit"


class Bench:
    """A wallbox with a console, a copy of the tree that may be changed, and what flashing it says."""

    def __init__(self, box, console, tree):
        self.box, self.console, self.tree = box, str(console), tree
        self.said = []

    def flash(self, board=BOARD, chip=None, **options):
        """-> the health report."""
        self.said.clear()
        chip = chip or Chip(self.console)
        try:
            return flash.Flash(chip, board, self.tree, self.said.append, **options).run()
        finally:
            chip.close()

    def ask(self, expression):
        chip = Chip(self.console)
        try:
            chip.stop()
            return chip.ask(expression)
        finally:
            chip.restart()
            assert flash.report(chip, lambda line: None)
            chip.close()

    def report(self):
        """Of a start that goes on without us."""
        chip = Chip(self.console)
        chip.listen()
        try:
            return flash.report(chip, print)
        finally:
            chip.close()

    def line(self, word):
        return next(line for line in self.said if word in line)


@pytest.fixture(scope="module")
def bench(tmp_path_factory):
    build.build(BOARD)
    folder = tmp_path_factory.mktemp("flash")
    shutil.copytree(build.BUILD / BOARD, folder / "tree")
    with Wallbox(BOARD, folder / "data", "--console", folder / "console", "--speed", 50) as box:
        yield Bench(box, folder / "console", folder / "tree")
        print(box.last_words(60))


def test_a_blank_chip_gets_it_all_and_says_how_it_is(bench):
    report = bench.flash()
    assert f"health ok: devkit {flash.version()} in /app_a" in report
    assert "no application" in bench.said[0]
    assert " 0 files to copy on the chip, 0 are there" in bench.line("slot /app_a:")
    assert any("access point pilotwire-" in line and "password " in line for line in bench.said)
    assert bench.box.status("car") == 1


def test_what_is_there_already_is_not_written_again(bench):
    assert " in /app_a" in bench.flash()
    assert bench.line("runs this very application")


def test_one_changed_module_is_all_that_is_sent(bench):
    changed = bench.tree / "texts.mpy"
    changed.write_bytes(changed.read_bytes() + b"\0")
    size = changed.stat().st_size
    report = bench.flash()
    assert " in /app_b" in report
    files, sent = re.match(r"slot /app_b: ([\d,]+) bytes of (\d+) files to send", bench.line("slot /app_b:")).group(
        2, 1
    )
    assert files == "1"
    assert size <= int(sent.replace(",", "")) < size + 4000  # and the head of the pack it is in
    assert bench.line("complete").endswith(f"2 {flash.version()} devkit")


def test_a_file_that_was_spoilt_is_sent_again(bench):
    """The slot that does not run has a wrong board.mpy, an older texts.mpy, and a stranger."""
    bench.ask("[begin('/app_a/' + name) or put(b'AAAA', False) or end() for name in ('board.mpy', 'old.mpy')]")
    report = bench.flash(force=True)
    assert " in /app_a" in report
    assert ": 0 bytes of 0 files to send, 2 files to copy" in bench.line("slot /app_a:")
    assert bench.line("slot /app_a:").endswith(" 1 to remove")


def test_another_boards_box_is_refused_unless_forced(bench):
    with pytest.raises(Refused, match="carries devkit, not devkit_two_outlets"):
        bench.flash(board="devkit_two_outlets")
    with pytest.raises(Refused, match="esp32evse_minimal_s3 has an ESP32S3, this chip is an esp32"):
        bench.flash(board="esp32evse_minimal_s3", force=True)
    assert "ok: devkit" in bench.report()


def test_a_closed_contactor_is_not_disturbed(bench):
    bench.box.do("plug")
    bench.box.do("ready")
    bench.box.wait_for(lambda: bench.box.ask("state")["contactor"], 20)
    with pytest.raises(NotThere, match="While a contactor is closed it does not listen"):
        bench.flash(chip=Chip(bench.console, tries=1))
    assert bench.box.ask("state")["contactor"]
    unplug(bench.box)


def test_a_network_is_stored_over_the_console(bench):
    chip = Chip(bench.console)
    report = wifi.store(chip, 1, wifi.record("home", "secret12"), bench.said.append)
    chip.close()
    assert "Wi-Fi home" in report
    assert bench.ask("look('/wifi/0')") == flash_plan.digest(wifi.record("home", "secret12"))


def test_what_the_box_has_noted_is_fetched_without_passwords(bench, tmp_path):
    chip = Chip(bench.console)
    pull_log.pull(chip, tmp_path, bench.said.append)
    chip.close()
    found = {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file()}
    assert {"boots", "console.txt", "app_a/complete"} <= found
    assert not [path for path in found if path.startswith(("wifi", "app_a/pilotwire"))]
    assert "password (not told)" in (tmp_path / "console.txt").read_text()


def test_a_car_that_asks_meanwhile_gets_nothing(bench):
    """The application's timers would still close the contactor, if nothing stopped them."""
    bench.box.do("plug")
    bench.box.wait_for(lambda: bench.box.ask("trace")["changes"][-1]["duty"] < 65535, 20)  # it may have current
    bench.box.do("play", steps=[[60_000, {"do": "ready"}]])
    chip = Chip(bench.console)
    chip.stop()
    chip.run("import time; [time.sleep(20) or feed() for _ in range(4)]")
    last = bench.box.ask("trace")["changes"][-1]
    assert last["high_mv"] < 7000  # it asks
    assert (last["duty"], last["coil"], last["contacts"]) == (65535, False, False)
    chip.restart()
    assert flash.report(chip, print)
    chip.close()
    unplug(bench.box)
    bench.box.wait_for(lambda: not bench.box.ask("state")["contactor"], 20)


class Pulled(Exception):
    """The cable."""


def test_a_cable_that_is_pulled_leaves_the_old_application(bench):
    for path in bench.tree.rglob("*.mpy"):
        path.write_bytes(path.read_bytes() + b"\0")  # all are sent
    chip = Chip(bench.console, keep_ms=4000)
    later = chip.later

    def some(statement):
        percent = bench.said[-1].split()[0] if bench.said else ""
        if percent.isdigit() and int(percent) > 30:
            raise Pulled
        later(statement)

    chip.later = some
    with pytest.raises(Pulled):
        bench.flash(chip=chip)
    assert 30 < int(bench.said[-1].split()[0]) < 80  # per cent written
    assert "ok: devkit" in bench.report()  # the watchdog has ended it
    about = bench.ask("about()")
    assert about["cwd"] == "/app_a"
    assert [flash_plan.sequence(record) for record, _ in about["slots"]] == [3, 0]


def test_the_console_may_be_a_socket(bench):
    """As of a converter in the network: socket://HOST:PORT."""
    with socket.create_server(("127.0.0.1", 0)) as door:
        threading.Thread(target=_join, args=(door, bench.console), daemon=True).start()
        chip = Chip(f"socket://127.0.0.1:{door.getsockname()[1]}")
        assert chip.stop() is False
        assert chip.ask("about()")["chip"] == "esp32"
        chip.restart()
        assert "ok: devkit" in flash.report(chip, print)
        chip.close()


def _join(door, console):
    """Carries bytes between them until one is closed."""
    peer, _ = door.accept()
    line = os.open(console, os.O_RDWR | os.O_NOCTTY)
    with peer:
        while True:
            ready, _, _ = select.select([peer, line], [], [])
            if peer in ready:
                data = peer.recv(256)
                if not data:
                    break
                os.write(line, data)
            if line in ready:
                peer.sendall(os.read(line, 256))
    os.close(line)
