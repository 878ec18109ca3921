"""Texts that come in over the key API and over OCPP, and what becomes of them."""

from check import eq, raises

from pilotwire.api import table, values


def parse(key, text):
    return values.parse(table.row(key), text)


def ocpp(key, text):
    return values.parse_ocpp(table.row(key), text)


def refused(key, text, want, reader=parse):
    eq(str(raises(ValueError, reader, key, text)), want)


def test_good_values_of_every_type():
    for key, text, want in (
        ("amp", "16", 16),
        ("tof", "-60", -60),
        ("dwo", "5000", 5000),
        ("dwo", "3.94", 3),
        ("dwo", "1e3", 1000),
        ("dwo", "null", None),
        ("trx", "null", None),
        ("trx", "0", 0),
        ("ocppe", "true", True),
        ("ocppe", "false", False),
        ("ocppe", "1", True),
        ("ocppe", "0", False),
        ("fna", '"my charger"', "my charger"),
        ("fna", "my charger", "my charger"),
        ("fna", "1234", "1234"),
        ("fna", '"caf\\u00e9"', "café"),
        ("fna", '"car \\ud83d\\ude97"', "car \U0001f697"),
        ("fna", '"half \\ud83d"', "half \ufffd"),
        ("ocppu", "", ""),
        ("ocppu", '""', ""),
        ("ocppu", "ws://10.0.0.1:9000/a?b=c", "ws://10.0.0.1:9000/a?b=c"),
        ("rst", "true", True),
        ("rst", "now", "now"),
        ("ack", '{"a":1}', {"a": 1}),
    ):
        got = parse(key, text)
        eq((key, got, type(got)), (key, want, type(want)))


def test_out_of_range_is_said_as_go_e_says_it():
    refused("amp", "5", "amp: failed: Value 5 exceeds range 6 to 32 (5)")
    refused("amp", "33", "amp: failed: Value 33 exceeds range 6 to 32 (33)")
    refused("tof", "-721", "tof: failed: Value -721 exceeds range -720 to 840 (-721)")
    refused("fna", "ab", "fna: failed: String length 2 exceeds range 4 to 64 (ab)")
    refused(
        "ocppd",
        "x" * 21,
        "ocppd: failed: String length 21 exceeds range 1 to 20 (%s)" % ("x" * 21),
    )


def test_the_length_of_a_string_counts_bytes():
    eq(parse("fna", "éé"), "éé")
    refused("fna", "é" * 33, "fna: failed: String length 66 exceeds range 4 to 64 (%s)" % ("é" * 33))


def test_the_wrong_type_is_named():
    refused("amp", "-1", "amp: failed: value must be uint8_t (-1)")
    for text in ("16.0", "16.5", "true", '"16"', "[16]", "1e1"):
        refused("amp", text, "amp: failed: value must be uint8_t (%s)" % text)
    refused("ocpph", "false", "ocpph: failed: value must be uint32_t (false)")
    refused("tof", '"x"', 'tof: failed: value must be int32_t ("x")')
    for text in ("2", "-1", '"true"', "1.0"):
        refused("ocppe", text, "ocppe: failed: value must be bool (%s)" % text)
    refused("dwo", '"5"', 'dwo: failed: value must be null or number ("5")')
    refused("dwo", "1e999", "dwo: failed: value must be null or number (1e999)")
    refused("trx", "true", "trx: failed: value must be null or uint8_t (true)")


def test_null_is_for_nullable_keys():
    for key in ("amp", "ocppe", "fna"):
        refused(key, "null", key + ": failed: null not allowed (null)")


def test_what_is_no_json_is_named():
    said = "%s: tried to set api key with invalid json %s (%s)"
    for key in ("amp", "ocppe", "dwo"):
        refused(key, "abc", said % (key, "InvalidInput", "abc"))
        refused(key, "", said % (key, "EmptyInput", ""))
        refused(key, "[1", said % (key, "IncompleteInput", "[1"))
    refused("amp", "1 6", said % ("amp", "InvalidInput", "1 6"))
    refused("amp", "+6", said % ("amp", "InvalidInput", "+6"))
    refused("fna", '"open', said % ("fna", "InvalidInput", '"open'))


def test_a_key_without_setter_says_so():
    refused("alw", "true", "alw: tried to set api key without setter (true)")
    refused("fwv", "9.9", "fwv: tried to set api key without setter (9.9)")


def test_no_text_reaches_the_installer_limit():
    for text in ("6000", "32000", "null"):
        raises(ValueError, parse, "installer_max_ma", text)
        raises(ValueError, ocpp, "installer_max_ma", text)


def test_control_characters_and_half_characters_are_refused():
    for text in ("line\r\nfeed", "nul\x00l", "del\x7f.", '"tab\\there"', "half\ud83d"):
        e = raises(ValueError, parse, "fna", text)
        assert "control character not allowed" in str(e), str(e)


def test_a_huge_value_is_refused_and_not_repeated_whole():
    for key, text in (("amp", "9" * 1000), ("fna", "x" * 5000), ("dwo", "9" * 300)):
        assert len(str(raises(ValueError, parse, key, text))) < 250, key


def test_every_writable_key_survives_any_text():
    texts = ("", " ", "null", "true", "-", "--1", "1-", "0x10", "1e999", "-1e999", "NaN", "{", "}")
    texts += ("[", "]", "[]", "{}", "[[[[", '"', '""', '"\\"', "'", "\\", "é", "٣", "1" * 400)
    for row in table.rows():
        for text in texts:
            for read in (values.parse, values.parse_ocpp):
                try:
                    eq(table.wrong(row, read(row, text)), None)
                except ValueError as e:
                    assert str(e).startswith(row.key + ": "), (row.key, text, e)


def test_ocpp_values_are_plain_text():
    eq(ocpp("ocpph", "300"), 300)
    eq(ocpp("ocpph", "+300"), 300)
    eq(ocpp("tof", "-60"), -60)
    eq(ocpp("ocppe", "TRUE"), True)
    eq(ocpp("ocppe", "False"), False)
    eq(ocpp("ocppd", "null"), "null")
    for text in ("", "10.5", "1e3", "+", "+-5", "-+5", " 5", "0", "604801", "true", "9" * 40):
        raises(ValueError, ocpp, "ocpph", text)
    for text in ("", "1", "0", "yes", '"true"'):
        raises(ValueError, ocpp, "ocppe", text)
    raises(ValueError, ocpp, "alw", "true")


def test_values_are_spelt_as_ocpp_spells_them():
    eq([values.to_ocpp(v) for v in (True, False, 60, "x", None)], ["true", "false", "60", "x", ""])
