"""What clients made for a go-e charger insist on, on a board with most parts and on one with hardly any, at rest and
while a car charges. Source: facts goe-api, section 4; there is a line for each in docs/http.md.
"""

import csv
import re
import runpy

import pytest

from tools.build import ROOT, build
from tools.wallbox import Wallbox

FACTS = ROOT.parent / "shared" / "facts" / "goe-keys.csv"
ROWS = runpy.run_path(str(ROOT / "firmware" / "pilotwire" / "api" / "keys.py"))["KEYS"]
BY_NAME = [row[0] for row in ROWS if "r" in row[2] and row[3] in ("detail", "option")]
BOARDS = ("devkit", "evcharger_wroom")  # the second has neither meter, reader, lock, light nor button


def whole(x):
    return type(x) is int


def number(x):
    return type(x) in (int, float)


def text(x):
    return type(x) is str


def truth(x):
    return type(x) is bool


def number_or_null(x):
    return x is None or number(x)


def whole_or_null(x):
    return x is None or whole(x)


def one_of(*values):
    return lambda x: type(x) in (int, bool) and x in values


def numbers(least, most=16):
    return lambda x: type(x) is list and least <= len(x) <= most and all(map(number, x))


def truths(x):
    return type(x) is list and len(x) == 6 and all(map(truth, x))


def cards(x):
    return type(x) is list and all(
        text(card["name"]) and number(card["energy"]) and truth(card["cardId"]) for card in x
    )


def version(x):
    return bool(re.fullmatch(r"\d+\.\d+", x)) and float(x) > 52


def present(keys):
    return dict.fromkeys(keys.split(), lambda x: True)


def flat(x):
    return type(x) is dict and all(map(whole, x.values()))


_ERR = one_of(*range(17), 20, 21, 22, 23, 24)
_NRG = numbers(16)
# client: {key: what it has to be}. A key that is missing fails.
CLIENTS = {
    "evcc": {
        "alw": truth,
        "car": one_of(1, 2, 3, 4),
        "eto": lambda x: whole(x) and x >= 0,
        "nrg": _NRG,
        "wh": number,
        "trx": whole_or_null,
        "cards": cards,
    },
    "goecharger-api-lite": {
        "acu": whole_or_null,
        "ama": whole,
        "car": one_of(*range(6)),
        "dwo": number_or_null,
        "err": _ERR,
        "frc": one_of(0, 1, 2),
        "nrg": numbers(15),
        "psm": one_of(0, 1, 2),
        "tma": numbers(0),
        "ust": one_of(0, 1, 2),
        "var": one_of(11, 22),
    },
    "goechargerv2": {
        **dict.fromkeys(("amp", "mca", "ama", "ust", "eto", "tof", "tds", "rssi"), whole),
        **dict.fromkeys(("cbl", "dwo", "trx"), number_or_null),
        "wh": number,
        "pha": truths,
        "nrg": _NRG,
        "tma": numbers(0, 4),
        "alw": truth,
        "acs": one_of(0, 1),
    },
    "ha-goecharger-api2": {
        **dict.fromkeys(("oem", "sse", "typ"), text),
        "var": whole,
        "fwv": version,
        "cll": flat,
        "adi": truth,
        "cards": cards,
        "cdi": lambda x: x is None or set(x) == {"type", "value"},
        "ccw": lambda x: x is None or text(x["ssid"]),
        "nrg": _NRG,
        "tma": numbers(0, 6),
        "pha": truths,
        "clp": numbers(0, 5),
        **dict.fromkeys(("bac", "lmo", "modelStatus", "alwt", "lmsc", "sumd"), whole),
        **dict.fromkeys(("sua", "su", "nmo", "cwe"), truth),
        **dict.fromkeys(("lbp", "lfspt", "rfb"), whole_or_null),
    },
    "ha-goecharger-mqtt": {
        "sse": lambda x: bool(re.fullmatch(r"\d{6}", x)),
        "var": whole,
        "ocu": lambda x: type(x) is list,
        **dict.fromkeys(("cid", "cwc", "cch", "cfi"), lambda x: bool(re.fullmatch("#[0-9A-Fa-f]{6}", x))),
        "cards": cards,
        "lmsc": whole,
        "sua": truth,
    },
    "openHAB": {
        **dict.fromkeys(("mod", "fwv"), text),
        **dict.fromkeys(("psm", "frc", "eto"), whole),
        **dict.fromkeys(("trx", "car", "amp", "err", "cbl"), whole_or_null),
        **dict.fromkeys(("wh", "dwo"), number_or_null),
        "alw": truth,
        "tma": numbers(0),
        "nrg": _NRG,
    },
    "ioBroker.go-e-charger": present("alw acu eto amp rbc rbt car pha fwv nrg psm typ trx"),
    "OpenEMS": {"fwv": version, "amp": whole, "car": whole, "err": _ERR, "pha": truths, "nrg": _NRG},
    "dbus-goecharger-v2": {
        "fwv": lambda x: x.replace(".", "").isdigit(),
        **dict.fromkeys(("typ", "sse"), text),
        **dict.fromkeys(("eto", "amp", "ama", "car", "lmo"), whole),
        "alw": truth,
        "nrg": _NRG,
    },
    "Homey": present("sse fna car alw acs frc trx cards err wh pha nrg eto tma amp ama cbl fsp"),
    "the least that all together want": present(
        "alw amp ama acu acs adi cards car cbl cdi dwo err eto frc fwv lmo mca modelStatus mod nrg oem pha pnp psm "
        "rbc rbt rssi sse tma trx typ ust var wh wst"
    ),
}


@pytest.fixture(scope="module", params=BOARDS)
def charging(request, tmp_path_factory):
    """-> (a wallbox that charges, {"at rest": what it said, "charging": what it says})."""
    build(request.param)
    with Wallbox(request.param, tmp_path_factory.mktemp("data"), "--speed", 50) as box:
        box.wait_for(lambda: box.status("eto") is not None, 20)  # the meter was read
        found = {"at rest": all_keys(box)}
        box.do("plug", on=True)
        box.wait_for(lambda: box.status("car") == 2 and box.status("nrg")[11] > 6000, 40)
        found["charging"] = all_keys(box)
        yield box, found


@pytest.fixture
def statuses(charging):
    return charging[1]


def all_keys(box):
    return {**box.status(), **box.status(*BY_NAME)}


@pytest.mark.parametrize("client", CLIENTS)
def test_a_client_finds_what_it_insists_on(statuses, client):
    for when, status in statuses.items():
        wrong = {key: status.get(key, "absent") for key, good in CLIENTS[client].items() if key not in status}
        wrong |= {key: status[key] for key, good in CLIENTS[client].items() if key in status and not good(status[key])}
        assert wrong == {}, when


# Where go-e has a number or a text in any case, and we null: because of
NULL = {
    **dict.fromkeys(("lck", "cus", "ffb"), "no lock"),
    **dict.fromkeys(("lbp", "lbl"), "no button, or it was not pressed yet"),
    **dict.fromkeys(("utc", "loc", "lto", "tab"), "an unknown time"),
    "din": "no digital inputs",
    "rfb": "no mirror contact",
    "wcb": "the chip cannot tell",
    "dns": "no network",
}
_TYPES = {
    "bool": (bool,),
    "int": (int,),
    "number": (int, float),
    "string": (str,),
    "array": (list,),
    "object": (dict,),
}


def test_every_key_is_of_the_type_that_go_e_gives_it(statuses):
    if not FACTS.exists():
        pytest.skip("the list of go-e's keys is not part of the repository")
    with FACTS.open() as file:
        facts = {row["key"]: row for row in csv.DictReader(file)}
    wrong = {}
    nullable = {row[0] for row in ROWS if row[1].endswith("?")}
    for when, status in statuses.items():
        assert {key for key, value in status.items() if value is None} <= nullable
        for key in set(facts) & set(status) - {key for key in NULL if status[key] is None}:
            if not allowed(facts[key]["type"] + facts[key]["range"], status[key]):
                wrong[key] = when, facts[key]["type"], status[key]
    assert wrong == {}, wrong


def allowed(said, value):
    if value is None:
        return "null" in said
    kinds = [kind for word, kinds in _TYPES.items() if word in said for kind in kinds]
    return type(value) in kinds


def test_what_is_read_can_be_written_back_and_changes_nothing(charging):
    box, found = charging
    kept = [row[0] for row in ROWS if row[2] == "rw" and row[3] in ("config", "option")]
    before = {key: found["charging"][key] for key in [*kept, "clp", "osr", "ocppio", "cards"]}
    for at in range(0, len(before), 20):
        box.set(**dict(list(before.items())[at : at + 20]))  # raises for any that is refused
    assert {key: value for key, value in all_keys(box).items() if key in before} == before
    assert box.status("cnt")["errors"] == 0  # a key whose value fails is logged as one
    assert box.ask("state")["contactor"] and box.ask("state")["resets"] == 0
