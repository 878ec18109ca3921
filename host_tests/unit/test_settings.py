"""The settings: what is kept, what is refused, and what a damaged flash does to them."""

import os

from check import eq, raises
from nor import Mounted, fill, formatted, make_room

from pilotwire.api import table
from pilotwire.store import changes, files, records
from pilotwire.store.settings import Settings

FOLDER = "/nor/settings"
WRAP = 1 << 30  # ticks of the ESP32


class Log:
    def __init__(self):
        self.lines = []

    def info(self, text):
        self.lines.append(text)

    warn = info


def loaded():
    settings = Settings(lambda: table, FOLDER, Log())
    settings.load()
    return settings


def test_without_files_every_setting_has_its_default():
    with Mounted(formatted()):
        settings = loaded()
        for row in table.rows():
            if row.kind in ("config", "option", "console"):
                eq(settings.get(row.key), row.default)
        eq(settings.notices, [])


def test_what_is_no_setting_is_a_keyerror():
    with Mounted(formatted()):
        settings = loaded()
        for key in ("alw", "rst", "nonsense", ""):
            raises(KeyError, settings.get, key)
            raises(KeyError, settings.set, key, 1)


def test_a_value_set_is_there_after_a_restart():
    with Mounted(formatted()):
        settings = loaded()
        for key, value in (
            ("amp", 10),
            ("fna", "Garage ünd mehr"),
            ("ocppe", True),
            ("dwo", 5000),
            ("tof", -720),
            ("ocppu", "ws://10.0.0.9:9000/steve/websocket/CentralSystemService/box-1"),
        ):
            settings.set(key, value)
            eq(settings.get(key), value)
            eq(loaded().get(key), value)
        settings.set("dwo", None)
        eq(loaded().get("dwo"), None)
        eq(loaded().notices, [])


def test_a_key_set_back_to_its_default_keeps_its_file():
    with Mounted(formatted()):
        settings = loaded()
        settings.set("amp", 10)
        settings.set("amp", 16)
        eq(records.read(FOLDER + "/amp", 1), b"16")


def test_setting_the_value_in_force_writes_nothing():
    nor = formatted()
    with Mounted(nor):
        settings = loaded()
        settings.set("amp", 10)
        before = nor.programs
        for _ in range(50):
            settings.set("amp", 10)
            settings.set("ocppe", False)
        eq(nor.programs, before)


def test_no_door_can_set_what_the_table_refuses():
    with Mounted(formatted()):
        settings = loaded()
        for key, value in (("amp", 5), ("amp", True), ("amp", 16.0), ("amp", None), ("ocppe", 0)):
            raises(ValueError, settings.set, key, value)
            eq(loaded().get(key), table.row(key).default)
        e = raises(ValueError, settings.set, "amp", 33, "http")
        eq(str(e), "amp: failed: Value 33 exceeds range 6 to 32 (33)")


def test_only_the_console_sets_what_the_installer_allowed():
    with Mounted(formatted()):
        settings = loaded()
        raises(ValueError, settings.set, "installer_max_ma", 20000, "http")
        settings.set("installer_max_ma", 20000, "console", console=True)
        eq(loaded().get("installer_max_ma"), 20000)
        raises(ValueError, settings.set, "installer_max_ma", 6000, "ocpp")


def test_ama_stays_below_what_the_installer_allowed():
    with Mounted(formatted()):
        settings = loaded()
        settings.set("installer_max_ma", 20000, console=True)
        settings.set("ama", 20)
        e = raises(ValueError, settings.set, "ama", 21)
        eq(str(e), "ama: failed: Value 21 exceeds the installer's limit of 20000 mA (21)")
        eq(settings.get("ama"), 20)


def test_a_damaged_file_becomes_the_default_a_notice_and_stays_to_be_looked_at():
    with Mounted(formatted()):
        loaded().set("amp", 10)
        with open(FOLDER + "/amp", "wb") as f:
            f.write(b"\x00\xff junk")
        settings = loaded()
        eq(settings.get("amp"), 16)
        eq(settings.notices, ["amp: the saved setting is lost (damaged), now 16"])
        eq(os.listdir(FOLDER), ["amp.bad"])
        eq(loaded().notices, [])
        settings.set("amp", 12)
        eq(loaded().get("amp"), 12)


def test_a_file_of_a_newer_firmware_becomes_the_default_and_is_kept():
    with Mounted(formatted()):
        loaded()
        files.write(FOLDER + "/fna", 2, b'"later"')
        settings = loaded()
        eq(settings.get("fna"), "Pilotwire")
        eq(settings.notices, ['fna: the saved setting is lost (written by a newer firmware), now "Pilotwire"'])
        eq(records.read(FOLDER + "/fna.bad", 2), b'"later"')


def test_a_value_that_the_table_no_longer_allows_becomes_the_default():
    with Mounted(formatted()):
        loaded()
        for payload in (b"99", b'"16"', b"true", b"16.5", b"null", b"{", b"\xff\xfe"):
            files.write(FOLDER + "/amp", 1, payload)
            settings = loaded()
            eq(settings.get("amp"), 16)
            eq(len(settings.notices), 1)


def test_a_lost_limit_becomes_the_least_and_lost_access_control_lets_no_one_in():
    with Mounted(formatted()):
        loaded()
        for key, want in (("installer_max_ma", 6000), ("ama", 6), ("acs", 1)):
            with open(FOLDER + "/" + key, "wb") as f:
                f.write(b"junk")
            eq(loaded().get(key), want)


def test_a_file_cut_at_its_birth_is_no_setting_and_no_damage():
    with Mounted(formatted()):
        loaded()
        with open(FOLDER + "/ama", "wb"):
            pass
        settings = loaded()
        eq((settings.get("ama"), settings.notices), (32, []))


def test_whatever_lies_in_the_folder_the_box_starts():
    with Mounted(formatted()):
        loaded()
        os.mkdir(FOLDER + "/amp")
        os.mkdir(FOLDER + "/amp/deeper")
        for name in ("unknown", "x.bad", "amp.tmp", "n" * 100):
            with open(FOLDER + "/" + name, "wb") as f:
                f.write(b"?")
        settings = loaded()
        eq(settings.get("amp"), 16)
        eq(len(settings.notices), 1)
        settings.set("amp", 10)
        eq(loaded().get("amp"), 10)


def test_notices_are_bounded_and_said_once():
    with Mounted(formatted()):
        settings = loaded()
        for i in range(20):
            settings.notice("n%d" % i)
            settings.notice("n%d" % i)
        eq(settings.notices, ["n%d" % i for i in range(12, 20)])


def test_a_full_flash_names_the_key_and_changes_nothing():
    with Mounted(formatted()) as folder:
        settings = loaded()
        settings.set("amp", 10)
        fill(folder)
        for i in range(300):  # rewriting a small record finds room in its own block, or says so
            before = settings.get("amp")
            try:
                settings.set("amp", 11 + i % 20)
            except OSError as e:
                assert str(e).startswith("amp: could not be saved, flash full"), e
                eq(settings.get("amp"), before)
        eq(loaded().get("amp"), settings.get("amp"))
        e = raises(OSError, settings.set, "ocppu", "ws://box/" + "x" * 150)
        assert "ocppu: could not be saved" in str(e), e
        eq(settings.get("ocppu"), "")
        eq(loaded().get("ocppu"), "")
        make_room(folder)
        settings.set("ocppu", "ws://later/box")
        eq(loaded().get("ocppu"), "ws://later/box")


def test_without_any_flash_the_box_starts_with_defaults_and_says_so():
    settings = Settings(lambda: table, "/nowhere/at/all", Log())
    settings.load()
    eq(settings.get("amp"), 16)
    eq(len(settings.notices), 1)
    raises(OSError, settings.set, "amp", 10)
    eq(settings.get("amp"), 16)


def closed(settings, now_ms):
    settings.flush(now_ms, True)
    return settings


def test_while_the_contactor_is_closed_a_change_is_in_force_at_once_and_written_by_flush():
    nor = formatted()
    with Mounted(nor):
        settings = closed(loaded(), 1000)
        before = nor.programs
        settings.set("amp", 10)
        eq((settings.get("amp"), settings.waiting, nor.programs), (10, ["amp"], before))
        eq(loaded().get("amp"), 16)
        settings.flush(1200, True)
        eq((settings.waiting, loaded().get("amp")), ([], 10))


def written_in(settings, nor, from_ms, to_ms, is_closed=True):
    """-> the times at which flush(), called five times a second, wrote."""
    times = []
    for ms in range(from_ms, to_ms, 200):
        before = nor.programs + nor.erases
        settings.flush(ms % WRAP, is_closed)
        if nor.programs + nor.erases != before:
            times.append(ms)
    return times


def test_while_it_is_closed_at_most_one_record_a_minute_is_written():
    for start in (0, WRAP - 130_000):  # ticks wrap
        nor = formatted()
        with Mounted(nor):
            settings = closed(loaded(), start)
            for key, value in (("amp", 10), ("frc", 1), ("ocpph", 60), ("ocppe", True)):
                settings.set(key, value)
            times = written_in(settings, nor, start + 200, start + 300_000)
            eq(times, [start + 200 + 60_000 * i for i in range(4)])
            again = loaded()
            eq([again.get(k) for k in ("amp", "frc", "ocpph", "ocppe")], [10, 1, 60, True])


def test_a_key_that_changes_all_the_time_does_not_starve_the_others():
    nor = formatted()
    with Mounted(nor):
        settings = closed(loaded(), 0)
        for minute in range(4):
            for i in range(6):
                settings.set("amp", 10 + i)
                if minute == 1 and i == 3:
                    settings.set("frc", 1)
                written_in(settings, nor, minute * 60_000 + i * 10_000, minute * 60_000 + i * 10_000 + 9_000)
        assert "frc" not in settings.waiting
        eq(loaded().get("frc"), 1)


def test_a_rest_long_ago_is_over_even_when_the_ticks_came_round():
    nor = formatted()
    with Mounted(nor):
        settings = closed(loaded(), 0)
        settings.set("amp", 10)
        settings.flush(200, True)
        for ms in range(60_000, WRAP, 100_000_000):
            settings.flush(ms, True)
        settings.set("amp", 11)
        settings.flush(150, True)
        assert "amp" not in settings.waiting


def test_a_record_of_more_than_128_bytes_waits_for_the_open_contactor():
    nor = formatted()
    with Mounted(nor):
        settings = closed(loaded(), 0)
        settings.set("ocppu", "ws://box/" + "x" * 150)
        settings.set("amp", 10)
        times = written_in(settings, nor, 200, 200_000)
        eq((len(times), settings.waiting), (1, ["ocppu"]))
        settings.flush(200_200, False)
        eq(len(loaded().get("ocppu")), 159)


def test_once_it_is_open_what_waited_is_written_one_record_a_call():
    nor = formatted()
    with Mounted(nor):
        settings = closed(loaded(), 0)
        for key, value in (("amp", 10), ("frc", 1), ("ocpph", 60)):
            settings.set(key, value)
        eq(len(written_in(settings, nor, 200, 800, False)), 3)
        eq([loaded().get(k) for k in ("amp", "frc", "ocpph")], [10, 1, 60])


class Path:
    """A safety path. A look comes with every fourth question, or never; .programs: of the flash, at each question."""

    def __init__(self, nor, looks=True):
        self.contactor = self
        self.commanded = True
        self.nor, self.looks = nor, looks
        self.programs = []

    @property
    def last_ms(self):
        self.programs.append(self.nor.programs)
        return len(self.programs) // 4 if self.looks else 0


def test_while_it_is_closed_a_record_is_written_right_after_a_look_at_the_pilot():
    for looks, questions in ((True, 4), (False, 26)):
        nor = formatted()
        with Mounted(nor):
            settings = closed(loaded(), 0)
            path = Path(nor, looks)
            idle = Path(nor)
            idle.commanded = False
            settings.paths = [path, idle]
            settings.set("amp", 10)
            settings.flush(200, True)
            eq((loaded().get("amp"), settings.waiting), (10, []))
            eq((len(path.programs), len(idle.programs)), (questions, 1))
            eq((len(set(path.programs)), nor.programs > path.programs[-1]), (1, True))


def test_what_still_waits_when_it_is_open_and_is_set_again_is_durable_at_once():
    nor = formatted()
    with Mounted(nor):
        settings = closed(loaded(), 0)
        for key, value in (("amp", 10), ("frc", 1), ("ocpph", 60)):
            settings.set(key, value)
        settings.flush(100, False)
        eq(settings.waiting, ["frc", "ocpph"])
        settings.set("ocpph", 60)
        eq((settings.waiting, loaded().get("ocpph")), (["frc"], 60))


def test_what_must_be_durable_is_so_or_is_refused_while_the_flash_rests_and_then_nothing_waits():
    def durably(key, value, now_ms):
        try:
            changes.durably(settings, key, value, "a test", now_ms)
        except OSError as e:
            return "rests" in str(e)

    with Mounted(formatted()):
        settings = closed(loaded(), 0)
        eq((durably("ocpph", 60, 100), settings.waiting, loaded().get("ocpph")), (None, [], 60))
        eq((durably("ocpph", 90, 200), settings.waiting, settings.get("ocpph")), (True, [], 60))
        eq(durably("ocpph", 60, 300), None)
        settings.flush(60_200, True)
        eq((durably("ocpph", 90, 60_300), loaded().get("ocpph")), (None, 90))


def test_what_must_be_durable_can_ask_whether_the_flash_rests():
    with Mounted(formatted()):
        settings = loaded()
        assert not settings.resting
        settings.flush(0, True)
        assert not settings.resting
        settings.set("amp", 10)
        assert settings.resting
        settings.flush(200, True)
        assert settings.resting
        settings.flush(60_200, True)
        assert not settings.resting


def test_a_waiting_record_that_finds_no_room_is_a_notice_and_is_tried_once_a_minute():
    with Mounted(formatted()) as folder:
        settings = closed(loaded(), 0)
        settings.set("fna", "x" * 60)
        settings.set("ocppu", "ws://box/" + "x" * 150)
        fill(folder)
        for ms in range(200, 130_000, 200):
            settings.flush(ms, False)
        eq(settings.get("fna"), "x" * 60)
        assert "ocppu" in settings.waiting
        assert any("ocppu: could not be saved" in n for n in settings.notices)
        assert len(settings.notices) <= 2
        make_room(folder)
        for ms in range(130_000, 260_000, 200):
            settings.flush(ms, False)
        eq(settings.waiting, [])


def test_the_log_says_who_set_what_and_no_secret():
    with Mounted(formatted()):
        settings = loaded()
        settings.set("ocppu", "ws://user:secret@host/box", "http")
        eq(settings.log.lines, ["ocppu set by http"])


def test_only_what_was_changed_or_is_asked_for_again_and_again_is_in_memory():
    with Mounted(formatted()):
        settings = loaded()
        eq(settings.values, {})
        eq(settings.peek("amp"), 16)
        eq(settings.values, {})
        eq(settings.get("amp"), 16)
        settings.set("frc", 1)
        eq(settings.values["amp"], 16)
        eq(loaded().values, {"frc": 1})
        for key in ("nokey", "car"):
            raises(KeyError, settings.peek, key)
