"""Who may write: the owner's password, what it costs to guess it, and the API switched off. And the older key API."""

import base64
import json
import socket

import pytest

PASSWORD = "correct horse"


def basic(password):
    return {"Authorization": "Basic " + base64.b64encode(f"owner:{password}".encode()).decode()}


def bearer(token):
    return {"Authorization": "Bearer " + token}


def ask(box, path, **headers):
    """-> (status, decoded body)."""
    code, _, body = box.get(path, **headers)
    return code, json.loads(body)


@pytest.fixture
def owned(box):
    """A wallbox with an owner's password."""
    assert ask(box, "/api/set?opw=correct+horse") == (200, {"opw": True})
    yield box
    assert ask(box, "/api/set?hai=true&hla=false&hsa=true&opw=", **basic(PASSWORD))[0] == 200
    box.set(amp=16)


def test_without_a_password_all_may_write_and_no_token_can_be_had(box):
    box.set(amp=12)
    assert ask(box, "/api/token")[0] == 404
    assert ask(box, "/api/set?opw=short")[1] == {"opw": "opw: failed: want 8 bytes or more, or none"}


def test_with_one_it_is_asked_for_before_something_is_changed(owned):
    code, headers, body = owned.get("/api/set?amp=7")
    assert code == 401 and headers["WWW-Authenticate"] == "Bearer" and b"password" in body
    assert owned.status("amp") == 16  # all may read
    assert owned.get("/update", 20)[0] == 200
    for wrong in (basic("wrong horse"), bearer("0" * 32), {"Authorization": "Basic ???"}, basic("")):
        assert ask(owned, "/api/set?amp=7", **wrong)[0] == 401
    assert ask(owned, "/api/set?amp=7", **basic(PASSWORD)) == (200, {"amp": True})
    token = ask(owned, "/api/token", **basic(PASSWORD))[1]["token"]
    assert ask(owned, "/api/set?amp=8", **bearer(token)) == (200, {"amp": True})
    assert owned.status("opw", "amp") == {"amp": 8}


def test_the_owner_may_leave_the_local_api_open_but_not_the_password(owned):
    assert ask(owned, "/api/set?hsa=false", **basic(PASSWORD))[0] == 200
    assert ask(owned, "/api/set?amp=10") == (200, {"amp": True})
    for query in ("opw=", "amp=9&%6fpw=", "hsa=true", "hai=false"):
        assert ask(owned, "/api/set?" + query)[0] == 401
    assert owned.status("amp") == 10


def test_guesses_are_slowed_down_and_the_right_password_is_not_locked_out(owned):
    token = ask(owned, "/api/token", **basic(PASSWORD))[1]["token"]
    before_ms = owned.ask("state")["at_ms"]
    for _ in range(6):
        assert ask(owned, "/api/set?amp=7", **basic("wrong horse"))[0] == 401
    assert owned.ask("state")["at_ms"] - before_ms > 250 + 500 + 1000
    assert ask(owned, "/api/set?amp=7", **bearer(token))[0] == 200  # at once
    assert ask(owned, "/api/set?amp=8", **basic(PASSWORD))[0] == 200  # waits, and passes


def guess(box, address, password):
    """A connection from this address of the PC, with its request on the way."""
    host, _, port = box.url.rpartition("/")[2].partition(":")
    s = socket.create_connection((host, int(port)), 20, (address, 0))
    lines = ["GET /api/set?amp=9 HTTP/1.1", "Host: localhost", f"Authorization: {basic(password)['Authorization']}"]
    s.sendall("\r\n".join([*lines, "", ""]).encode())
    return s


def answer_on(s):
    """-> (status, head)."""
    with s:
        data = b"".join(iter(lambda: s.recv(1000), b"")).decode()
    return int(data.split()[1]), data.partition("\r\n\r\n")[0]


def test_an_address_guesses_once_at_a_time_and_two_that_guess_wrong_leave_room_for_the_right_one(owned):
    attackers = ("127.0.0.1", "127.0.0.2", "127.0.0.3")
    for n in range(9):  # now each takes 8 s
        assert answer_on(guess(owned, attackers[n % 3], "wrong horse"))[0] == 401
    one_address = [answer_on(s) for s in [guess(owned, attackers[0], "wrong horse") for _ in range(2)]]
    assert sorted(code for code, _ in one_address) == [401, 429]
    assert "Retry-After: 8" in dict(one_address)[429]
    waiting = [guess(owned, attacker, "wrong horse") for attacker in attackers]
    right = guess(owned, "127.0.0.4", PASSWORD)
    assert sorted(answer_on(s)[0] for s in waiting) == [401, 401, 429]
    assert answer_on(right)[0] == 200 and owned.status("amp") == 9
    assert any("a wrong password, from 127.0.0.2" in line for line in owned.log)


def test_the_api_switched_off_is_not_there_but_for_the_owner(box, owned):
    assert ask(owned, "/api/set?hai=false", **basic(PASSWORD))[0] == 200
    for path in ("/api/status", "/api/set?amp=7", "/api/keys", "/metrics", "/api/events?filter=amp", "/api/token"):
        assert ask(owned, path)[0] == 404
    assert ask(owned, "/api/status?filter=amp", **basic(PASSWORD)) == (200, {"amp": 16})
    code, said = ask(owned, "/api/set?opw=", **basic(PASSWORD))
    assert code == 500 and "hai" in said["opw"]


def test_it_cannot_be_switched_off_without_a_password(box):
    code, said = ask(box, "/api/set?hai=false")
    assert code == 500 and "password" in said["hai"] and box.status("hai")


def test_the_older_api_is_there_once_it_is_switched_on(box):
    assert ask(box, "/status")[0] == 404 and ask(box, "/mqtt?payload=amp=10")[0] == 404
    box.set(hla=True, dwo=12000)
    code, old = ask(box, "/status")
    assert code == 200 and old["car"] == "1" and old["amp"] == "16" and old["fsp"] == "0" and old["err"] == "0"
    assert old["dwo"] == "120" and old["stp"] == "2" and old["cid"] == "255" and len(old["nrg"]) == 16
    assert len(old["tme"]) == 10 and old["tme"].isdigit() and old["eto"] == str(box.status("eto") // 100)
    assert ask(box, "/mqtt?payload=amp=10")[1]["amp"] == "10" and box.status("amp") == 10
    assert ask(box, "/mqtt?payload=amx=5")[1]["amx"] == "10"  # refused, and nothing says so
    assert ask(box, "/mqtt?payload=alw=0")[0] == 200 and box.status("frc") == 1
    assert ask(box, "/mqtt?payload=cch=16711680")[1]["cch"] == "16711680" and box.status("cch") == "#FF0000"
    assert ask(box, "/mqtt?payload=rna=A%20%26%20B")[1]["rna"] == "A & B" and box.status("c0n") == "A & B"
    assert ask(box, "/mqtt?payload=nonsense=1")[0] == 200
    box.set(hla=False, cch="#00FFFF", c0n="")


def test_a_charge_through_the_older_api(box):
    box.set(hla=True)
    box.do("plug", on=True)
    box.wait_for(lambda: ask(box, "/status")[1]["car"] == "2", 20)
    box.wait_for(lambda: ask(box, "/status")[1]["nrg"][11] > 600, 20)  # hundredths of a kW
    now = ask(box, "/status")[1]
    assert now["pha"] == "63" and now["nrg"][4] > 100 and now["alw"] == "1"
    box.set(hla=False)
