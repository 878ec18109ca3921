"""What the HTTP door offers beside status and set: the table of keys, figures for Prometheus, news as they come."""

import functools
import json
import re
import socket

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
    assert table["amp"] | {"meaning": "", "also": []} == {
        "type": "int", "access": "rw", "unit": "A", "range": [6, 32], "default": 16, "meaning": "", "also": [],
    }  # fmt: skip
    assert "button" in table["amp"]["also"][0] and "also" not in table["ama"]
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


class Listener:
    """Server-sent events of some keys, as a browser's EventSource reads them."""

    def __init__(self, box, *keys):
        host, _, port = box.url.rpartition("/")[2].partition(":")
        self._socket = socket.create_connection((host, int(port)), timeout=20)
        self._socket.sendall(f"GET /api/events?filter={','.join(keys)} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        self._file = self._socket.makefile("rb")
        self.status = int(self._file.readline().split()[1])
        while self._file.readline().strip():
            pass

    def event(self):
        line = self._file.readline()
        while not line.startswith(b"data: "):
            assert line in (b"\n", b":\n"), line
            line = self._file.readline()
        return json.loads(line[6:])

    def close(self):
        self._file.close()
        self._socket.close()


def listening(box, key):
    """-> a Listener, None: there is no place."""
    listener = Listener(box, key)
    if listener.status == 200:
        return listener
    listener.close()
    return None


def test_who_listens_is_told_what_changes_and_only_that(box):
    listener = Listener(box, "car", "amp", "nothing", "cards")
    first = listener.event()
    assert first["car"] == 1 and first["amp"] == 16 and len(first["cards"]) == 10 and len(first) == 3
    box.set(amp=11)
    assert listener.event() == {"amp": 11}
    box.do("plug", on=True)
    seen = [listener.event()["car"]]
    while seen[-1] != 2:
        seen.append(listener.event()["car"])
    assert seen in ([3, 2], [2])
    listener.close()


def test_two_may_listen_a_third_is_refused_and_all_others_are_served(box):
    listeners = [box.wait_for(functools.partial(listening, box, key), 20) for key in ("rbt", "wh")]
    third = Listener(box, "car")
    assert third.status == 503
    assert [box.status("amp") for _ in range(5)] == [16] * 5
    assert listeners[0].event()["rbt"] < listeners[0].event()["rbt"]
    for listener in (*listeners, third):
        listener.close()

    box.wait_for(lambda: listening(box, "rbt"), 20).close()  # who has gone makes room


def test_events_need_to_know_of_which_keys(box):
    assert Listener(box).status == 400
    assert Listener(box, *["amp"] * 33).status == 400
    assert Listener(box, "rst").status == 400


def test_keys_that_tell_of_the_past_and_a_limit_for_a_while(box):
    box.do("plug", on=True)
    box.wait_for(lambda: box.status("car") == 2, 20)
    box.set(tcl=7)
    box.wait_for(lambda: box.ask("state")["amps"] == [7.0] * 3, 20)
    assert box.status("tcl", "lim", "amp") == {"tcl": 7, "lim": "temporary", "amp": 16}
    box.set(tcl=None)
    box.wait_for(lambda: box.status("mmp") > 10_000, 20)
    now = box.status()
    assert now["tcl"] is None and now["lccfi"] < now["lcctc"] < now["rbt"] and now["rev"] == "devkit"
    box.do("unplug")
    box.wait_for(lambda: box.status("car") == 1, 20)
    assert box.status("lccfc") > now["lcctc"]
    assert box.wait_for(lambda: box.status("tab"), 20) + box.status("rbt") > 1735689600_000
