"""What settings must be beyond type and range; certificates, which are too long for a setting."""

import json
import os

from box import Box
from check import eq, raises
from nor import Mounted, formatted

from pilotwire.api import get_settings, status, table, values
from pilotwire.api import set as api_set
from pilotwire.store import files, pem

pem._FOLDER = get_settings._PEMS = "/nor/pem"
_PEM = "-----BEGIN CERTIFICATE-----\n%s\n-----END CERTIFICATE-----\n" % "\n".join(["TUlJQ" * 12 + "abcd"] * 20)


def parse(key, text):
    return values.parse(table.row(key), text)


def test_an_address_is_a_scheme_a_host_and_a_name():
    for text in (
        "",
        "ws://10.0.0.9:9000/ocpp/box-1",
        "wss://cs.example/box-1",
        "WS://user:pass@cs.example/steve/websocket/CentralSystemService/box-1",
        "ws://cs.example/box-1?a=b/",
        "ws://cs.example/RDAM 123",
    ):
        eq(parse("ocppu", text), text)
    for text, want in (
        ("http://cs.example/box-1", "want ws:// or wss://"),
        ("cs.example/box-1", "no scheme"),
        ("ftp://cs.example/box-1", "unknown scheme"),
        ("ws:///box-1", "no host"),
        ("ws://cs.example", "name of this wallbox"),
        ("ws://cs.example/", "name of this wallbox"),
        ("ws://cs.example/ocpp/", "name of this wallbox"),
        ("ws://cs.example/ocpp/?id=box-1", "name of this wallbox"),
        ("ws://cs.example:0/box-1", "bad port"),
        ("ws://cs.example:http/box-1", "bad port"),
        ("ws://cs example/box-1", "blank"),
    ):
        e = str(raises(ValueError, parse, "ocppu", text))
        assert e.startswith("ocppu: failed: ") and want in e, e


def test_choices_and_gaps():
    for key, good, bad in (
        ("ocppai", ("0", "5", "900", "86400"), ("1", "4", "-1", "86401")),
        ("ocpppl", ("resume", "restart", "stop"), ("Resume", "", "off", "resumes")),
    ):
        for text in good:
            eq(str(parse(key, text)), text)
        for text in bad:
            raises(ValueError, parse, key, text)


async def put(box, key, text):
    """-> what /api/set says of it; True when it was taken."""
    code, _, body, _ = await api_set.answer(box, "%s=%s" % (key, "".join("%%%02x" % b for b in text.encode())))
    said = json.loads(body)[key]
    eq(code, 200 if said is True else 500)
    return said


def kept(key):
    with open("/nor/pem/" + key, "rb") as f:
        return f.read()


def there(box, key):
    return json.loads(b"".join(status.stream(box, [key])))[key]


async def test_a_certificate_is_kept_in_a_file_and_read_as_a_bool():
    with Mounted(formatted()):
        box = Box()
        for key in ("ocppck", "ocppcc", "ocppsc"):
            eq(there(box, key), False)
            eq(await put(box, key, _PEM), True)
            eq(there(box, key), True)
        eq(kept("ocppck"), files.record(1, _PEM.encode()))
        eq(await put(box, "ocppck", json.dumps(_PEM)), True)  # as a JSON string
        eq(kept("ocppck"), files.record(1, _PEM.encode()))
        for text in ("null", "", '""'):
            eq((text, await put(box, "ocppck", text), there(box, "ocppck")), (text, True, False))
        eq(sorted(os.listdir("/nor/pem")), ["ocppcc", "ocppsc"])
        assert "MIIC" not in str(box.log.lines)


def test_each_block_of_what_is_stored_is_given_as_tls_takes_it():
    one = "-----BEGIN %s-----\n%s\n-----END %s-----\n"
    parameters = one % ("EC PARAMETERS", "BggqhkjOPQMBBw==", "EC PARAMETERS")
    key, long = one % ("EC PRIVATE KEY", "YWJj", "EC PRIVATE KEY"), one % ("CERTIFICATE", "TUlJQ" * 12 + "abcd", "X")
    for text, want in (
        (_PEM, [b"MII"]),
        (parameters + key, [b"abc"]),
        (key.replace("\n", "\r\n"), [b"abc"]),
        (key + "a remark\n" + key.replace("YWJj", "eHl6\nYWJj"), [b"abc", b"xyzabc"]),
        (long + "-----BEGIN CERTIFICATE-----\nYWJj\n-----", [b"MII"]),
        (parameters, []),
    ):
        with Mounted(formatted()):
            pem.keep(Box(), "msc", text)
            eq([block[: len(part)] for block, part in zip(list(pem.blocks("msc")), want)], want)
            eq(len(list(pem.blocks("msc"))), len(want))
    with Mounted(formatted()):
        eq(list(pem.blocks("msc")), [])


def test_a_phase_rotation_is_one_of_ocpps_for_each_outlet():
    row = table.row("phase_rotation")
    for text in ("", "RST", "TSR", "NotApplicable", "Unknown;SRT", ";RTS"):
        eq((text, table.wrong(row, text)), (text, None))
    for text in ("RSS", "rst", "RS", "RSTR", "1.RST", "RST,RST", "RST;TTT"):
        assert table.wrong(row, text), text


def test_cms_tells_the_commissioning_and_nobody_else_does():
    box = Box()
    box.settings.set("commissioned", "2026-07-01 Erika, 10 A, in order", console=True)
    told = [b"".join(status.stream(box, keys)) for keys in (["cmr", "commissioned"], None)]
    eq(json.loads(told[0]), {"cmr": "2026-07-01 Erika, 10 A, in order"})
    assert "Erika" not in str(told[1], "utf-8")


async def test_what_is_no_certificate_is_refused_and_the_old_one_stays():
    with Mounted(formatted()):
        box = Box()
        eq(await put(box, "ocppsc", _PEM), True)
        for text in ("true", "hello", "-----BEGIN CERTIFICATE-----\nTUlJQ", "x" * 4097, "5", "{}"):
            said = await put(box, "ocppsc", text)
            assert said is not True and said.startswith("ocppsc: "), said
        eq(there(box, "ocppsc"), True)


async def test_a_certificate_waits_for_the_open_contactor():
    with Mounted(formatted()):
        box = Box()
        box.outlet.connector.is_open = False
        for text in (_PEM, "null"):
            said = await put(box, "ocppsc", text)
            assert "a car charges" in said, said
        eq(there(box, "ocppsc"), False)


def test_a_full_flash_names_the_key():
    def full(path, version, payload):
        raise OSError(28)

    with Mounted(formatted()):
        was, pem.files.write = pem.files.write, full
        try:
            assert "ocppck: could not be saved" in str(raises(OSError, pem.keep, Box(), "ocppck", _PEM))
        finally:
            pem.files.write = was
