"""What the HTTP door offers beside status and set: the table of keys, figures for Prometheus, news as they come."""

import json
import re

_SAMPLE = re.compile(r"pilotwire_\w+(\{\w+=\"[\w.]*\"(,\w+=\"[^\"]*\")*\})? -?\d+(\.\d+)?")


def samples(box):
    """-> {name and labels: figure}."""
    code, headers, body = box.get("/metrics")
    assert code == 200 and headers["Content-Type"].startswith("text/plain; version=0.0.4")
    lines = [line for line in body.decode().splitlines() if not line.startswith("#")]
    assert [line for line in lines if not _SAMPLE.fullmatch(line)] == []
    return {name: float(figure) for name, figure in (line.rsplit(" ", 1) for line in lines)}


def test_the_table_of_keys_can_be_read(box):
    code, headers, body = box.get("/api/keys")
    table = json.loads(body)
    assert code == 200 and headers["Content-Type"] == "application/json"
    assert table["amp"] | {"meaning": ""} == {
        "type": "int", "access": "rw", "unit": "A", "range": [6, 32], "default": 16, "meaning": "",
    }  # fmt: skip
    assert "installer_max_ma" not in table
    assert set(box.status()) == {key for key, row in table.items() if "r" in row["access"] and not row.get("by_name")}


def test_a_charge_is_seen_in_the_metrics(box):
    before = samples(box)
    assert before['pilotwire_car_state{outlet="1"}'] == 1 and before['pilotwire_power_w{outlet="1"}'] == 0
    box.set(amp=10)
    box.do("plug", on=True)
    box.wait_for(lambda: box.status("nrg")[11] > 6000, 20)
    now = samples(box)
    assert now['pilotwire_offered_a{outlet="1"}'] == 10 and now['pilotwire_limited_by{outlet="1",by="user"}'] == 1
    assert now['pilotwire_limit_a{outlet="1",by="requestedCurrent"}'] == 10
    assert now['pilotwire_power_w{outlet="1"}'] > 6000 and now['pilotwire_current_a{outlet="1",phase="2"}'] > 9
    assert now['pilotwire_events_total{of="settings"}'] > before['pilotwire_events_total{of="settings"}']
    assert now['pilotwire_heap_bytes{of="free"}'] > 0 and now['pilotwire_pilot_gap_ms{outlet="1",of="blind"}'] == 0
