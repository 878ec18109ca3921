"""The tables of messages, fields and keys in docs/ocpp.md say what the firmware does (tools/ocpp_matrix.py)."""

import ast
import runpy

from tools import ocpp_matrix

_WORDS = ("ocpp/*.py", "core/*.py", "*.py")
_MADE_BY_HAND = {"configurationKey[]", "unknownKey[]", "readonly"}  # configuration.py writes them as text


def test_every_message_of_the_schemas_has_its_row():
    schemas = {path.stem for path in ocpp_matrix._SCHEMAS.glob("*.json") if not path.stem.endswith("Response")}
    assert {message for message, *_ in ocpp_matrix.MESSAGES} == schemas


def test_every_action_with_a_handler_is_said_to_be_built():
    rows = list(ocpp_matrix.messages())
    for action in ocpp_matrix.heard():
        assert [row for row in rows if row.startswith(f"| {action} |") and " later " not in row]
    assert len([row for row in rows if " later |" in row]) > 10


def test_every_field_that_is_said_to_be_used_is_named_in_the_firmware():
    source = "".join(path.read_text() for glob in _WORDS for path in ocpp_matrix.FIRMWARE.glob(glob))
    unused = set()
    for row in list(ocpp_matrix.fields())[2:]:
        message, _, path, _, _, ours, _ = row.strip("| ").split(" | ")
        name = path.rpartition(".")[2]
        if ours == "yes" and name not in _MADE_BY_HAND and f'"{name.removesuffix("[]")}"' not in source:
            unused.add((message, name))
    assert unused == set()


def test_every_key_that_the_central_system_may_write_says_so():
    keys = runpy.run_path(str(ocpp_matrix.FIRMWARE / "api" / "keys.py"))["KEYS"]
    rows = dict(row.strip("| ").split(" | ")[0:3:2] for row in list(ocpp_matrix.keys()))
    written = {row[8] for row in keys if row[8] and "w" in row[2]}
    assert {key for key, access in rows.items() if "W" in access} == written
    assert rows["AuthorizationKey"] == "W"


def test_every_action_is_either_handled_or_known_as_one_that_is_not():
    tree = ast.parse((ocpp_matrix.FIRMWARE / "ocpp" / "others.py").read_text())
    lines = next(ast.literal_eval(node.value) for node in tree.body if isinstance(node, ast.Assign))
    refused, handled = " ".join(lines).split(), ocpp_matrix.heard()
    assert sorted(refused + handled) == sorted(message for message, *_ in ocpp_matrix.MESSAGES)
