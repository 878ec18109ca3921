"""The MQTT door: against a real broker, and against what is none."""

import json
import random
import time

import paho.mqtt.client as paho
import pytest
from test_bad_input import BAD, ROWS, standing

from host_tests import home_assistant
from host_tests.bench import brokers
from tools import mosquitto
from tools.build import ROOT
from tools.session import clear

KEYS = {"amp", "car", "nrg", "fna", "wh"}


@pytest.fixture(scope="module")
def broker():
    try:
        with mosquitto.Mosquitto() as broker:
            yield broker
    except mosquitto.Impossible as e:
        pytest.skip(f"mosquitto cannot be had here: {e}")


@pytest.fixture
def box(shared_box):
    clear(shared_box)
    shared_box.set(mce=False, mcr=False, mqi=1, mqf="", mhe=False, mtp=None, amp=16, frc=0)
    shared_box.wait_for(lambda: not shared_box.status("mcs"), 10)
    yield shared_box
    print(shared_box.last_words(60))


class Client:
    """paho: what it heard, by topic."""

    def __init__(self, broker, **login):
        self.heard, self.all = {}, []
        self._client = paho.Client(paho.CallbackAPIVersion.VERSION2)
        if login:
            self._client.username_pw_set(**login)
        self._client.on_message = self._take
        self._client.connect("127.0.0.1", broker.port)
        self._client.subscribe("#")
        self._client.loop_start()

    def _take(self, client, data, message):
        self.heard[message.topic] = message.payload.decode(errors="replace")
        self.all.append((message.topic, self.heard[message.topic], message.retain))

    def publish(self, topic, text, retain=False):
        self._client.publish(topic, text, retain=retain)

    def stop(self):
        self._client.loop_stop()
        self._client.disconnect()


@pytest.fixture
def client(broker):
    client = Client(broker)
    yield client
    client.stop()


def base(box):
    return f"go-eCharger/{box.status('sse')}/"


def connected(box, url):
    box.set(mcu=url, mce=True)
    box.wait_for(lambda: box.status("mcc"), 20)


def test_what_the_keys_say_is_told_retained(box, broker, client):
    connected(box, broker.url)
    top = base(box)
    shown = set(box.status()) - {"utc", "loc", "rbt"}
    box.wait_for(lambda: {top + key for key in shown} <= set(client.heard), 20)
    status = box.status(*KEYS)
    box.wait_for(lambda: all(json.loads(client.heard[top + key]) == status[key] for key in KEYS), 10)
    assert client.heard[top + "online"] == "true"
    assert client.heard[top + "fna"] == '"Pilotwire"'
    assert client.heard[top + "dwo"] == "null"
    late = Client(broker)
    box.wait_for(lambda: top + "amp" in late.heard, 10)
    assert (top + "amp", "16", True) in late.all
    late.stop()


def test_only_what_has_changed_is_told_again(box, broker, client):
    connected(box, broker.url)
    top = base(box)
    box.wait_for(lambda: top + "ocpplea" in client.heard and top + "amp" in client.heard, 20)
    start_ms = box.ask("state")["at_ms"]
    box.wait_for(lambda: box.ask("state")["at_ms"] > start_ms + 3000, 20)
    client.all.clear()
    box.set(amp=11)
    box.wait_for(lambda: client.heard[top + "amp"] == "11", 10)
    start_ms = box.ask("state")["at_ms"]
    box.wait_for(lambda: box.ask("state")["at_ms"] > start_ms + 3000, 20)
    assert [said for said in client.all if said[0] == top + "fna"] == []
    assert len([said for said in client.all if said[0] == top + "amp"]) == 1
    assert len([said for said in client.all if said[0] == top + "rbt"]) >= 2


def test_only_the_keys_of_the_filter_are_told(box, broker, client):
    box.set(mqf="car, amp,gap", mtp="house/box/")
    connected(box, broker.url)
    top = f"house/box/{box.status('sse')}/"
    box.wait_for(lambda: {top + "car", top + "amp", top + "gap"} <= set(client.heard), 20)
    assert {t for t in client.heard if t.startswith("house/")} == {top + k for k in ("car", "amp", "gap", "online")}


def test_what_is_set_is_set_and_the_result_is_told(box, broker, client):
    connected(box, broker.url)
    top = base(box)
    for key, text, said in (
        ("amp", "10", "success"),
        ("amp", "99", "Value 99 exceeds range 6 to 32 (99)"),
        ("amp", "[1", "tried to set api key with invalid json IncompleteInput ([1)"),
        ("alw", "true", "tried to set api key without setter (true)"),
        ("nope", "1", "unknown key"),
        ("opw", '"a password"', "only over HTTP"),
        ("fna", '"a & b=c+%41 \u00fc"', "success"),
        ("amp", "", "tried to set api key with invalid json EmptyInput ()"),
    ):
        client.heard.pop(top + key + "/result", None)
        client.publish(top + key + "/set", text)
        box.wait_for(lambda k=key: top + k + "/result" in client.heard, 10)
        assert client.heard[top + key + "/result"] == said
    assert box.status("amp", "fna") == {"amp": 10, "fna": "a & b=c+%41 \u00fc"}
    box.set(fna="Pilotwire")
    assert not [topic for topic, _, retain in client.all if retain and topic.endswith("/result")]


def test_nothing_is_set_while_mcr_is_on_nor_by_a_retained_message(box, broker, client):
    box.set(mcr=True)
    connected(box, broker.url)
    top = base(box)
    client.publish(top + "amp/set", "7")
    box.wait_for(lambda: "read only" in client.heard.get(top + "amp/result", ""), 10)
    box.set(mcr=False, mce=False)
    box.wait_for(lambda: not box.status("mcs"), 10)
    client.publish(top + "amp/set", "8", retain=True)
    connected(box, broker.url)
    client.heard.pop(top + "frc/result", None)
    client.publish(top + "frc/set", "1")
    box.wait_for(lambda: client.heard.get(top + "frc/result") == "success", 10)
    client.publish(top + "amp/set", "", retain=True)
    assert box.status("amp") == 16


def test_a_long_message_does_no_harm(box, broker, client):
    connected(box, broker.url)
    top = base(box)
    client.publish(top + "amp/set", "1" * 100_000)
    client.publish(top + "amp/set", "12")
    box.wait_for(lambda: box.status("amp") == 12, 10)
    assert "too long" in box.status("mlr")


def test_the_broker_goes_and_comes_back(box, broker, client):
    connected(box, broker.url)
    broker.stop()
    box.wait_for(lambda: not box.status("mcc"), 20)
    assert box.status("mlr")
    broker.start()
    box.wait_for(lambda: box.status("mcc"), 60)
    late = Client(broker)
    top = base(box)
    box.wait_for(lambda: late.heard.get(top + "online") == "true" and top + "eto" in late.heard, 20)
    late.stop()


def test_the_last_will_says_that_the_box_has_gone(box, broker, client):
    connected(box, broker.url)
    top = base(box)
    box.wait_for(lambda: client.heard.get(top + "online") == "true", 10)
    box.do("wifi", on=False, how="reset")
    try:
        box.wait_for(lambda: client.heard[top + "online"] == "false", 20)
    finally:
        box.do("wifi", on=True)
    box.wait_for(lambda: client.heard[top + "online"] == "true", 90)


def test_home_assistant_is_told_of_every_control_and_forgets_it(box, broker, client):
    box.set(mhe=True)
    connected(box, broker.url)
    mine = f"/pilotwire_{box.status('sse')}/"
    lines = (ROOT / "firmware/pilotwire/net/home.txt").read_text().splitlines()
    box.wait_for(lambda: len([t for t in client.heard if mine in t]) == len(lines), 20)
    told = {topic: json.loads(text) for topic, text in client.heard.items() if mine in topic}
    wrong = {topic: home_assistant.objections(topic, message) for topic, message in told.items()}
    assert {topic: why for topic, why in wrong.items() if why} == {}
    assert {message["~"] for message in told.values()} == {base(box)[:-1]}
    assert len({message["uniq_id"] for message in told.values()}) == len(told)
    keys = {message.get("stat_t", message.get("cmd_t")).split("/")[1] for message in told.values()}
    known = {row[0]: row[2] for row in ROWS}
    assert keys <= known.keys()
    assert [m for m in told.values() if "cmd_t" in m and "w" not in known[m["cmd_t"].split("/")[1]]] == []
    assert home_assistant.missing(ROWS, keys) == []  # each is told, or host_tests/home_assistant.py says why not
    box.set(mhe=False)
    box.wait_for(lambda: not [t for t, text in client.heard.items() if mine in t and text], 20)


def test_what_home_assistant_would_not_take_is_noticed():
    good = {"name": "a", "uniq_id": "a", "dev": {"ids": ["a"]}, "stat_t": "~/a", "dev_cla": "energy"}
    good |= {"unit_of_meas": "Wh", "stat_cla": "total_increasing"}
    assert home_assistant.objections("ha/sensor/box/a/config", good) == []
    for bad in ({"unit_of_meas": "W"}, {"stat_cla": "measurement"}, {"pl_on": "1"}, {"dev": {}}, {"ent_cat": "config"}):
        assert len(home_assistant.objections("ha/sensor/box/a/config", good | bad)) == 1, bad


def test_a_wrong_password_is_told(box):
    try:
        mosquitto.ensure()
    except mosquitto.Impossible as e:
        pytest.skip(str(e))
    with mosquitto.Mosquitto("allow_anonymous false\n") as strict:
        box.set(mcu=strict.url.replace("//", "//me:wrong@"), mce=True)
        box.wait_for(lambda: box.status("mlr") and "let this wallbox in" in box.status("mlr"), 20)
    assert "wrong" not in json.dumps(box.status())


def test_what_cannot_be_an_address_or_a_prefix_is_refused(box):
    for query, why in (
        ("mcu=mqtts://", "no host"),
        ("mcu=http://a", "want mqtt://"),
        ("mtp=a%23", "want no"),
        ("mtp=%2B", "want no"),
        ("mht=a//b", "want no"),
    ):
        status, _, body = box.get("/api/set?" + query)
        assert status == 500 and why in str(body), query


_ENCODED = ("percent errors", "bad UTF-8")  # what is wrong only in a query


def test_a_bad_value_is_refused_for_every_key_that_can_be_written(box, broker, client):
    connected(box, broker.url)
    top, before = base(box), standing(box)
    bad = [(row[0], text) for row in ROWS for kind in BAD if kind not in _ENCODED for text in BAD[kind](row)]
    writable = {row[0] for row in ROWS if "w" in row[2]} - {"ack", "rst"}
    bad = [(key, text) for key, text in bad if key in writable and len(text) < 200]
    bad += [(row[0], b"\xff\xfe") for row in ROWS if row[0] in writable and row[1] == "str"]
    assert len(bad) > 300
    for n in range(0, len(bad), 100):
        client.all.clear()
        for key, text in bad[n : n + 100]:
            client.publish(top + key + "/set", text)
        count = len(bad[n : n + 100])
        box.wait_for(lambda c=count: len([t for t, _, _ in client.all if t.endswith("/result")]) == c, 20)
        assert [said for said in client.all if said[1] == "success"] == []
    assert standing(box) == before
    assert box.ask("state")["resets"] == 0


@pytest.mark.soak
def test_ten_thousand_packets_of_noise_change_nothing(box):
    """Packets of a broker with bytes taken out, put in and changed; a new connection when the box has hung up."""
    random.seed(8)
    topic = base(box).encode() + b"nokey/set"
    packet = b"\x30" + bytes((len(topic) + 4,)) + len(topic).to_bytes(2, "big") + topic + b"12"
    sent = []

    def noise(connection):
        brokers.accepted(connection)
        connection.settimeout(20)
        while len(sent) < 10_000:
            torn = bytearray(packet)
            for _ in range(random.randrange(3)):
                at = random.randrange(len(torn))
                torn[at : at + random.randrange(3)] = random.randbytes(random.randrange(3))
            sent.append(1)
            connection.sendall(bytes(torn))
            time.sleep(0.0005)

    before, rude = standing(box), brokers.Rude(noise)
    box.set(mcu=rude.url, mce=True, mcr=False)
    box.wait_for(lambda: len(sent) >= 10_000, 600)
    box.set(mce=False)
    rude.close()
    assert standing(box) == before | {"mcu": box.status("mcu"), "mcr": False}
    assert box.ask("state")["resets"] == 0


@pytest.mark.parametrize(
    ("play", "says"),
    [
        (brokers.stalls, "silent"),
        (brokers.rubbish, "no MQTT broker"),
        (brokers.torn, "no MQTT broker"),
        (brokers.no_broker, "no MQTT broker"),
        (brokers.mute, "does not answer"),
        (brokers.vanishes, "closed"),
        (brokers.floods, None),
    ],
)
def test_a_broker_that_misbehaves_holds_up_nothing(box, play, says):
    box.do("plug", on=True)
    box.wait_for(lambda: box.ask("state")["contactor"], 20)
    rude = brokers.Rude(play)
    try:
        box.set(mcu=rude.url, mce=True, mcr=False)
        if says:
            box.wait_for(lambda: says in (box.status("mlr") or ""), 60)
        else:
            box.wait_for(lambda: box.status("amp") == 12, 20)
        assert box.status("car") == 2
        assert box.ask("state")["resets"] == 0
    finally:
        rude.close()


def test_a_broker_that_hangs_up_again_and_again_is_dialled_ever_more_seldom(box):
    rude = brokers.Rude(brokers.vanishes)
    box.set(mcu=rude.url, mce=True)
    start_ms = box.ask("state")["at_ms"]
    box.wait_for(lambda: box.ask("state")["at_ms"] > start_ms + 60_000, 30)
    rude.close()
    assert 2 <= rude.count <= 7


def test_beside_ocpp_it_is_closed_with_a_notice_and_opens_again(box, broker, client):
    connected(box, broker.url)
    box.set(ocppe=True)
    try:
        box.wait_for(lambda: not box.status("mcs"), 10)
        assert [note for note in box.status("notes") if "MQTT is closed while OCPP is on" in note]
        assert client.heard[base(box) + "online"] == "false"
    finally:
        box.set(ocppe=False)
    box.wait_for(lambda: box.status("mcc"), 10)


def test_switched_off_nothing_of_it_is_left(box, broker, client):
    connected(box, broker.url)
    assert [name for name in box.status("mods") if "mqtt_door" in name]
    box.set(mce=False)
    box.wait_for(lambda: not box.status("mcs"), 10)
    assert client.heard[base(box) + "online"] == "false"
    assert not [name for name in box.status("mods") if "mqtt" in name]
