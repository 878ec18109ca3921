"""The packer of tables: blocks of lines out of a source that people read."""

import pytest

from tools import pack

KEYS = pack._API / "keys.py"


def packed(tmp_path, text):
    source, out = tmp_path / "table.py", tmp_path / "keys.bin"
    source.write_text(text)
    pack.pack(source, out)
    return out.read_bytes()


def test_a_row_becomes_a_line_those_with_an_ocpp_name_first(tmp_path):
    text = 'ROWS = (("a", "int", "", "", "", 1, 2, "x", ""), ("b", "", "", "", "", None, None, [], "O"))'
    assert packed(tmp_path, text) == b'\nb\t\t\t\t\t\t\t[]\tO\na\tint\t\t\t\t1\t2\t"x"\n'


def test_the_key_table_packs_to_60_bytes_a_row(tmp_path):
    assert 1000 < pack.pack(KEYS, tmp_path / "keys.bin") < 60 * len(pack.rows_of(KEYS))


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "want one table, found 0"),
        ('A = (("a",),)\nB = (("b",),)', "want one table, found 2"),
        ('A = (("a", 1), ("b",))', "row of another length"),
        ('A = (("a", 1), ("a", 2))', "twice: a"),
        ('A = (("a\\tb", 1),)', "no tab or newline"),
        ("A = (open('x'),)", "malformed"),
    ],
)
def test_a_table_that_cannot_be_right_is_refused(tmp_path, text, complaint):
    with pytest.raises(ValueError, match=complaint):
        packed(tmp_path, text)
