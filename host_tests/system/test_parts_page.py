"""The page on parts: each test that it names is there, and no kind of driver is left out."""

import re

import pytest

from tools.build import ROOT

PAGE = (ROOT / "docs" / "parts.md").read_text()
ROWS = [[cell.strip() for cell in row.strip("|").split("|")] for row in PAGE.splitlines() if row.startswith("| ")][1:]
TROUBLES = 5
# What a driver's file is called on the page, where that is not its kind's own name
CALLED = {
    "abb_b23 abb_b24 dtsu666 eem350 em340 finder_7e78 sdm120 sdm230 sdm630 sdm72d_m_2": "each of the ten Modbus meters",
    "analog adc_reader pilot": "pilot: wire and ADC",
    "button": "button",
    "buzzer": "buzzer",
    "contactor": "contactor and mirror contact",
    "disconnect": "relay in the pilot wire",
    "ds18b20": "DS18B20",
    "ds1990a": "1-wire reader, iButton",
    "earth": "protective earth, a level",
    "earth_mains": "protective earth, the mains' wave",
    "ethernet": "Ethernet",
    "inputs": "digital inputs",
    "leds neopixel_rgb pwm_rgb": "lights",
    "lock": "lock",
    "mcp9700": "MCP9700",
    "mfrc522": "MFRC522",
    "ntc": "thermistor",
    "phases": "second contactor (phases)",
    "pn532": "PN532 on I2C",
    "pn532_spi": "PN532 on SPI",
    "pn532_uart": "PN532 on a UART",
    "proximity": "proximity",
    "rcm": "residual current monitor",
    "s0": "S0 meter",
    "wiegand": "Wiegand 26 and 34",
}
BEHIND = {"__init__", "contract", "energy", "estimated_meter", "modbus_meter", "scaled_meter", "reversed_reader"}


@pytest.fixture(scope="module")
def tests():
    """The names of all tests there are."""
    files = (ROOT / "host_tests").rglob("test_*.py")
    return {plain(name) for file in files for name in re.findall(r"^def test_(\w+)", file.read_text(), re.M)}


def plain(name):
    """Without the ids of behaviours in front."""
    return re.sub(r"^([A-Z]+[0-9]+_)+", "", name)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_every_test_that_is_named_is_there(row, tests):
    assert len(row) == 1 + TROUBLES and all(row)
    assert [name for name in re.findall(r"`(\w+)`", " ".join(row[1:])) if plain(name) not in tests] == []


def test_every_driver_has_its_row():
    known = {kind: part for kinds, part in CALLED.items() for kind in kinds.split()}
    drivers = {path.stem for path in (ROOT / "firmware" / "pilotwire" / "hal").glob("*.py")}
    assert drivers - BEHIND == set(known)
    assert set(known.values()) <= {row[0] for row in ROWS}
