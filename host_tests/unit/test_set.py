"""Setting keys over HTTP: the table of facts goe-api 1.3 to 1.5, case by case."""

import json

from box import Box, Plain
from check import eq

from pilotwire.api import set as api_set
from pilotwire.api.door import Door
from pilotwire.proto.http import Request


async def put(box, query):
    """-> (status, decoded body)."""
    status, kind, body, _ = await api_set.answer(box, query)
    eq(kind, "application/json")
    return status, json.loads(body)


async def ask(box, target, method="GET", **headers):
    """-> (status, body as text, extra head lines) of a whole request."""
    lines = ["%s %s HTTP/1.1" % (method, target)]
    headers.setdefault("Host", "192.168.0.75")
    lines += ["%s: %s" % (k.replace("_", "-"), v) for k, v in headers.items()]
    request = Request()
    request.connection = Plain(peer="192.168.0.9")
    assert request.feed(("\r\n".join(lines) + "\r\n\r\n").encode())
    status, kind, body, extra = await Door(box).answer(request)
    return status, (body if isinstance(body, bytes) else b"".join(body)).decode(), extra


async def test_a_good_value_is_taken_and_answered_true():
    box = Box()
    eq(await put(box, "amp=10"), (200, {"amp": True}))
    eq(box.settings.get("amp"), 10)


async def test_several_keys_are_taken_together():
    box = Box()
    eq(await put(box, "frc=2&amp=8&lmo=3"), (200, {"frc": True, "amp": True, "lmo": True}))
    eq(box.settings.written, ["frc", "amp", "lmo"])


async def test_each_key_stands_alone_and_one_bad_makes_it_500():
    box = Box()
    status, said = await put(box, "amp=8&ama=99&nope=1&frc=1")
    eq(status, 500)
    eq((said["amp"], said["frc"], said["nope"]), (True, True, "nope: unknown key"))
    assert said["ama"].startswith("ama: failed: Value 99 exceeds range 6 to 32"), said
    eq(box.settings.written, ["amp", "frc"])


async def test_what_is_wrong_is_said_in_go_es_words():
    for query, want in (
        ("alw=true", "alw: tried to set api key without setter (true)"),
        ("amp=-1", "amp: failed: value must be uint8_t (-1)"),
        ("amp=null", "amp: failed: null not allowed (null)"),
        ("amp=5", "amp: failed: Value 5 exceeds range 6 to 32 (5)"),
        ("amp=16.5", "amp: failed: value must be uint8_t (16.5)"),
        ("amp=true", "amp: failed: value must be uint8_t (true)"),
        ("amp=%2216%22", 'amp: failed: value must be uint8_t ("16")'),
        ("fna=ab", "fna: failed: String length 2 exceeds range 4 to 64 (ab)"),
    ):
        status, said = await put(Box(), query)
        eq((status, said), (500, {query.split("=")[0]: want}))
    for query in ("amp={", "amp=", "amp", "amp=1x"):
        status, said = await put(Box(), query)
        eq(status, 500)
        assert said["amp"].startswith("amp: "), said


async def test_bad_percent_encoding_names_its_key():
    status, said = await put(Box(), "fna=50%&amp=8")
    eq((status, said), (500, {"fna": "fna: bad percent-encoding (50%)", "amp": True}))
    status, said = await put(Box(), "fna=%ff")
    eq((status, said["fna"]), (500, "fna: percent-encoding is not UTF-8 (%ff)"))
    status, said = await put(Box(), "f%zz=1")
    eq((status, said), (500, {"f%zz": "f%zz: bad percent-encoding"}))


async def test_names_and_values_may_be_encoded_or_raw():
    box = Box()
    for query, want in (
        ("fna=%22my%20box%22", "my box"),
        ('fna="my box"', "my box"),
        ("fna=my+box", "my box"),
        ("f%6ea=K%C3%BCche", "Küche"),
        ("fna=Küche", "Küche"),
    ):
        eq((await put(box, query))[0], 200)
        eq(box.settings.get("fna"), want)


async def test_zero_and_one_are_booleans():
    box = Box()
    for text, want in (("1", True), ("0", False), ("true", True), ("false", False)):
        eq(await put(box, "ocppe=" + text), (200, {"ocppe": True}))
        eq(box.settings.get("ocppe"), want)


async def test_an_unquoted_address_is_taken():
    box = Box()
    eq(await put(box, "ocppe=true&ocppu=ws://127.0.0.1:9000/box1"), (200, {"ocppe": True, "ocppu": True}))
    eq(box.settings.get("ocppu"), "ws://127.0.0.1:9000/box1")


async def test_null_takes_a_limit_away():
    box = Box()
    eq(await put(box, "dwo=5000.7"), (200, {"dwo": True}))
    eq(box.settings.get("dwo"), 5000)
    eq(await put(box, "dwo=null"), (200, {"dwo": True}))
    eq(box.settings.get("dwo"), None)


async def test_commands_act_once_after_all_settings_are_written():
    box = Box()
    eq(await put(box, "trx=0&acs=1&ack=true"), (200, {"trx": True, "acs": True, "ack": True}))
    eq(box.settings.written, ["acs"])
    eq(box.outlets[0].acted, [("trx", 0), ("ack", True)])
    await put(box, "trx=null")
    eq(box.outlets[0].acted[-1], ("trx", None))


async def test_a_restart_is_asked_for_and_only_with_true():
    box = Box()
    eq(await put(box, "rst=false"), (500, {"rst": "rst: failed: value must be true"}))
    eq(box.restarts, [])
    eq(await put(box, "rst=true"), (200, {"rst": True}))
    eq(len(box.restarts), 1)


async def test_the_clock_is_set():
    box = Box()
    eq(await put(box, "utc=%222026-07-02T08:00:00.500%22"), (200, {"utc": True}))
    eq((box.clock.s, box.clock.milli, box.clock.source), (1782979200, 500, "user"))
    for text in ("2026-13-02T08:00:00", "2001-01-01T00:00:00", "yesterday at ten o'clock", "null"):
        status, said = await put(box, "utc=" + text)
        eq(status, 500)
        assert said["utc"].startswith("utc: "), said
    eq(box.clock.s, 1782979200)


async def test_a_full_flash_is_a_500_that_names_the_key_and_changes_nothing():
    box = Box()
    box.settings.full = True
    status, said = await put(box, "amp=8")
    eq(status, 500)
    assert said["amp"].startswith("amp: could not be saved"), said
    eq(box.settings.get("amp"), 16)


async def test_a_key_of_the_console_does_not_exist_here():
    box = Box()
    eq(await put(box, "installer_max_ma=32000"), (500, {"installer_max_ma": "installer_max_ma: unknown key"}))


async def test_a_key_given_twice_keeps_its_error():
    eq((await put(Box(), "amp=99&amp=8"))[0], 500)
    eq((await put(Box(), "amp=8&amp=99"))[0], 500)


async def test_nothing_to_set_is_a_400():
    for query in ("", "&", "&&"):
        status, said = await put(Box(), query)
        eq(status, 400)
        assert "nothing to set" in said["error"], said


async def test_more_keys_than_anyone_needs_are_refused():
    status, said = await put(Box(), "&".join("k%d=1" % i for i in range(200)))
    eq(status, 500)
    assert len(said) < 50 and "error" in said, said


async def test_a_set_by_http_is_refused_from_another_web_site():
    box = Box()
    status, text, _ = await ask(box, "/api/set?amp=8", Origin="http://evil.example")
    eq(status, 403)
    assert "another site" in text, text
    eq((await ask(box, "/api/status", Host="evil.example"))[0], 403)
    eq(box.settings.written, [])
    eq((await ask(box, "/api/set?amp=8"))[:2], (200, '{"amp": true}'))


async def test_late_modules_are_gone_after_a_set():
    import sys

    await ask(Box(), "/api/set?amp=8")
    eq("pilotwire.api.set" in sys.modules, False)
    eq("pilotwire.api.values" in sys.modules, False)


async def test_what_is_not_there_is_404_and_other_methods_405_in_json():
    for target in ("/nope", "/api", "/api/status/", "/api/set/x", "/../api/status", "/favicon.ico"):
        status, text, _ = await ask(Box(), target)
        eq(status, 404)
        assert "error" in json.loads(text)
    for method in ("HEAD", "POST", "PUT", "DELETE", "OPTIONS", "get"):
        status, text, extra = await ask(Box(), "/api/set?amp=8", method)
        eq((status, extra), (405, "Allow: GET\r\n"))
        assert "error" in json.loads(text)


async def test_the_status_is_filtered_in_both_forms():
    for query in (
        "filter=amp,car",
        'filter=["amp","car"]',
        "filter=%5B%22amp%22%2C%22car%22%5D",
        "x=1&filter=amp%2Ccar",
        "filter=amp,+car,nope",
    ):
        status, text, _ = await ask(Box(), "/api/status?" + query)
        eq((status, json.loads(text)), (200, {"amp": 16, "car": 1}))
    status, text, _ = await ask(Box(), "/api/status?filter=%zz")
    eq((status, json.loads(text)), (400, {"error": "filter: bad percent-encoding"}))
    assert len(json.loads((await ask(Box(), "/api/status"))[1])) > 50
    assert len(json.loads((await ask(Box(), "/api/status?filter="))[1])) > 50


async def test_the_page_is_one_file_that_asks_nobody_else():
    status, text, extra = await ask(Box(), "/")
    eq(status, 200)
    assert len(text) < 1600 and "fetch(" in text and "innerHTML" not in text, len(text)
    assert "http://" not in text and "https://" not in text, "external resource"
    assert "default-src 'none'" in text and extra == "X-Frame-Options: DENY\r\n", extra


async def test_one_phase_is_refused_on_a_board_that_cannot_switch():
    box = Box()
    eq(await put(box, "psm=1"), (500, {"psm": "psm: this board cannot switch phases"}))
    eq(await put(box, "psm=2"), (200, {"psm": True}))
    box.board.LIMITS = {"ma": 16000, "phases": 1}
    eq(await put(box, "psm=2"), (500, {"psm": "psm: this board cannot switch phases"}))
    eq(await put(box, "psm=1"), (200, {"psm": True}))


async def test_phases_are_not_switched_while_a_contactor_is_stuck():
    box = Box()
    box.board.PHASES = {"coil": 13}
    eq(await put(box, "psm=1"), (200, {"psm": True}))
    box.outlet.faults.set("weld")
    eq(await put(box, "psm=2"), (500, {"psm": "psm: a contactor is stuck closed, no phases are switched"}))
    eq(box.settings.get("psm"), 1)


async def test_the_currents_of_the_button_are_a_list_and_five_numbers():
    box = Box()
    eq(await put(box, "clp=[8,12,16]"), (200, {"clp": True}))
    eq([box.settings.get("al%d" % n) for n in range(1, 6)], [8, 12, 16, 0, 0])
    status, text, _ = await ask(box, "/api/status?filter=clp,al2")
    eq(json.loads(text), {"clp": [8, 12, 16], "al2": 12})
    eq(await put(box, "al4=32&al1=0"), (200, {"al4": True, "al1": True}))
    eq(json.loads((await ask(box, "/api/status?filter=clp"))[1]), {"clp": [12, 16, 32]})
    for wrong in ("[6,5]", "[33]", "[6,7,8,9,10,11]", "[6.5]", "[true]", '["6"]', "[null]", "[[6]]", "6", "null", "{}"):
        status, said = await put(box, "clp=" + wrong)
        eq((wrong, status), (wrong, 500))
        assert said["clp"].startswith("clp: failed: "), said
    for wrong in ("5", "33", "-1", "null", "[6]"):
        eq((wrong, (await put(box, "al1=" + wrong))[0]), (wrong, 500))
    eq(json.loads((await ask(box, "/api/status?filter=clp"))[1]), {"clp": [12, 16, 32]})


async def test_whether_the_button_is_locked_has_four_values_and_had_two():
    box = Box()
    for text, want in (("1", 1), ("true", 3), ("2", 2), ("false", 0), ("3", 3)):
        eq(await put(box, "bac=" + text), (200, {"bac": True}))
        eq(box.settings.get("bac"), want)
    for wrong in ("4", "-1", "null", '"true"', "yes"):
        eq((wrong, (await put(box, "bac=" + wrong))[0]), (wrong, 500))


async def test_a_charge_that_a_power_cut_interrupted_ends_or_goes_on():
    box = Box()
    for before, text, after in (
        ("resume", "true", "stop"),
        ("restart", "true", "stop"),
        ("stop", "false", "resume"),
        ("restart", "false", "restart"),
        ("stop", "true", "stop"),
    ):
        box.settings.values["ocpppl"] = before
        eq(await put(box, "osr=" + text), (200, {"osr": True}))
        eq((before, text, box.settings.get("ocpppl")), (before, text, after))
        eq(json.loads((await ask(box, "/api/status?filter=osr"))[1]), {"osr": text == "true"})


async def test_the_box_is_taken_out_of_service_and_back():
    box = Box()
    for text, kept in (("true", 1), ("false", 0)):
        eq(await put(box, "ocppio=" + text), (200, {"ocppio": True}))
        eq(
            (box.settings.get("ocppiv"), json.loads((await ask(box, "/api/status?filter=ocppio"))[1])["ocppio"]),
            (kept, bool(kept)),
        )


async def test_a_decimal_number_is_kept_to_hundredths():
    box = Box()
    for text, kept, told in (("18.5", 1850, 18.5), ("7", 700, 7), ("0.019", 1, 0.01), ("100", 10000, 100), ("0", 0, 0)):
        eq(await put(box, "cco=" + text), (200, {"cco": True}))
        eq(box.settings.get("cco"), kept)
        eq(json.loads((await ask(box, "/api/status?filter=cco"))[1]), {"cco": told})
    eq((await put(box, "cco=100.01"))[1], {"cco": "cco: failed: Value 100 exceeds range 0 to 100 (100.01)"})
    for wrong in ("-1", "1.", ".5", "1e2", "null", '"1"', "[1]", "1.2.3", "1" * 40, "1.-2", "NaN", ""):
        status, said = await put(box, "cco=" + wrong)
        eq((wrong, status), (wrong, 500))
        assert said["cco"].startswith("cco: failed: "), said
