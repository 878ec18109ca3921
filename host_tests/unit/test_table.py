"""The key table: rows out of packed blocks, and a meaning for every key."""

from check import eq, raises

from pilotwire import loader
from pilotwire.api import keys, packing, shown, table

ISSUE_KEYS = """amp ama mca frc psm acs trx alw acu car err cbl pha pnp nrg eto wh dwo tma amt cll
modelStatus lmo ust fna sse typ var fwv rbt rbc rst utc loc tof tds cdi fhz tpa ocppe ocppu ocpps
ocppc ocppca ocppa ocppaa ocpple ocpplea ocppd ocpph ocppi why ack notes
installer_max_ma"""


def test_every_row_of_the_source_comes_back_whole():
    eq([tuple(r) for r in table.rows()], packing.in_order(keys.KEYS))
    eq(sorted(row[0] for row in packing.in_order(keys.KEYS)), sorted(row[0] for row in keys.KEYS))
    for source in keys.KEYS:
        eq(tuple(table.row(source[0])), source)


def test_every_key_of_the_issue_is_there():
    eq([k for k in ISSUE_KEYS.split() if table.row(k) is None], [])


def test_what_is_no_key_is_not_found():
    for key in ("", "am", "ampp", "mp", "int", "amp\tint", "amp\tint\trw", "\n", "amp\n", "é"):
        eq(table.row(key), None)


def test_the_source_is_sound():
    names = [row[0] for row in keys.KEYS]
    eq(len(names), len(set(names)))
    for row in keys.KEYS:
        key, type_, access, kind, _, low, high, default, ocpp = row
        assert access in ("r", "w", "rw", ""), key
        assert kind in ("config", "state", "detail", "const", "command", "console", "option", "fixed"), key
        eq((key, access == ""), (key, kind in ("console", "fixed")))
        if kind != "detail":
            eq((key, "w" in access), (key, kind in ("config", "command", "option")))
        eq((key, low is None), (key, high is None))
        assert not ocpp or kind in ("config", "option", "fixed"), key
        assert kind != "fixed" or key == ocpp, key
        where = kind in ("state", "command", "detail") and type(default) is str and _leads_somewhere(key, default)
        assert kind in ("config", "const", "console", "option", "fixed") or default is None or where, key
        if kind in ("config", "console", "option"):
            eq((key, table.wrong(table.row(key), default)), (key, None))


def _leads_somewhere(key, where):
    return where[0] != "@" or hasattr(loader.use(where[1:]), key)


def test_shown_has_a_line_for_each_key_that_may_be_read_over_the_network():
    lines = list(_shown())
    keys_told = [key for _, key, _ in lines if key]
    eq(sorted(keys_told), sorted(row[0] for row in keys.KEYS if "r" in row[2]))
    eq(keys_told[0], "amp")
    by_name = [key for _, key, _ in lines[[mark for mark, _, _ in lines].index("-") + 1 :]]
    eq(sorted(by_name), sorted(row[0] for row in keys.KEYS if "r" in row[2] and row[3] in ("detail", "option")))


def test_each_line_says_where_its_value_comes_from():
    said = {key: (mark, text) for mark, key, text in _shown()}
    eq(said["amp"], ("v", "16"))
    eq(said["ama"], ("@", "api.get_settings"))
    eq(said["car"], (".", "outlet.car"))
    eq(said["nrg"], ("@", "api.get_meter"))
    eq(said["adi"], ("=", "false"))
    eq(said["cards"], ("*", ""))
    for key, (mark, text) in said.items():
        assert mark != "@" or hasattr(loader.use(text), key), (key, text)


def _shown():
    n = 0
    while shown.lines(n):
        for line in shown.lines(n):
            head, text = line.decode().split("\t")
            yield head[0], head[1:], text
        n += 1


def test_keys_whose_values_one_piece_tells_stand_together():
    lines = list(_shown())
    usual = lines[: [mark for mark, _, _ in lines].index("-")]
    where = [text for mark, _, text in usual if mark == "@"]
    where = [text for n, text in enumerate(where) if n == 0 or where[n - 1] != text]
    eq(where, sorted(set(where)))
    assert len(where) >= 5, where


def test_every_key_has_a_meaning_and_every_meaning_a_key():
    with open(keys.__file__.rsplit("/", 1)[0] + "/meanings.txt") as f:
        lines = [line.rstrip("\n").split("\t") for line in f]
    eq(sorted(line[0] for line in lines), sorted(row[0] for row in keys.KEYS))
    for line in lines:
        assert len(line) == 2 and line[1].endswith("."), line


def test_the_packer_refuses_what_would_break_a_line():
    for bad in ("a\tb", "a\nb"):
        try:
            packing.pack((("k", bad),))
        except ValueError:
            continue
        raise AssertionError("taken: " + repr(bad))


def test_other_tables_pack_the_same_way():
    eq(packing.pack((("a", 1, None), ("b", None, "x")), (1,)), b"\na\t1\nb\t\tx\n")


def test_no_row_crosses_the_border_of_two_blocks():
    data = packing.pack(tuple(("key%d" % n, "x" * (n % 90)) for n in range(100)))
    for at in range(0, len(data), packing.BLOCK):
        block = data[at : at + packing.BLOCK]
        assert block[0] == 10 and block[-1] == 10, block


def test_a_row_that_fits_into_no_block_is_refused():
    assert "longer than a block" in str(raises(ValueError, packing.pack, (("key", "x" * 512),)))
