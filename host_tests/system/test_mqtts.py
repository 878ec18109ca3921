"""mqtts://: certificates that are right and wrong, against a real broker, and what only looks like one."""

import datetime
import ipaddress
import socket
import threading
import time

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tools import mosquitto
from tools.session import await_closed, clear
from tools.wallbox import EVERY_PART, Wallbox, WallboxError

_HERE = [x509.IPAddress(ipaddress.ip_address("127.0.0.1")), x509.DNSName("localhost")]


class Identity:
    """A key with its certificate, issued by another one or by itself; both as PEM."""

    def __init__(self, name, issuer=None, names=None, days=(-1, 30)):
        self.name, self._key = name, ec.generate_private_key(ec.SECP256R1())
        by = issuer or self
        now, day = datetime.datetime.now(datetime.timezone.utc), datetime.timedelta(days=1)
        made = x509.CertificateBuilder().subject_name(_named(name)).issuer_name(_named(by.name))
        made = made.public_key(self._key.public_key()).serial_number(x509.random_serial_number())
        made = made.not_valid_before(now + days[0] * day).not_valid_after(now + days[1] * day)
        made = made.add_extension(x509.BasicConstraints(issuer is None, None), True)
        if names:
            made = made.add_extension(x509.SubjectAlternativeName(names), False)
        self.certificate = made.sign(by._key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM).decode()
        self.key = self._key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
        ).decode()


def _named(name):
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


@pytest.fixture(scope="module")
def authority():
    return Identity("an authority")


@pytest.fixture(scope="module")
def broker(authority, tmp_path_factory):
    """A function: a mosquitto with this identity, and more lines of its settings."""
    folder = tmp_path_factory.mktemp("broker")
    running = []

    def start(identity, settings=""):
        files = {"ca": authority.certificate, "cert": identity.certificate, "key": identity.key}
        for name, text in files.items():
            (folder / f"{name}{len(running)}").write_text(text)
        lines = [f"{'cafile' if name == 'ca' else name + 'file'} {folder}/{name}{len(running)}" for name in files]
        running.append(mosquitto.Mosquitto("\n".join([*lines, "user root", "allow_anonymous true", settings, ""])))
        try:
            return running[-1].__enter__()
        except mosquitto.Impossible as e:
            pytest.skip(f"mosquitto cannot be had here: {e}")

    yield start
    for one in running:
        one.__exit__()


@pytest.fixture(scope="module")
def right(broker, authority):
    return broker(Identity("localhost", authority, _HERE))


@pytest.fixture(scope="module")
def shared_box(built, authority, tmp_path_factory):
    with Wallbox("devkit", tmp_path_factory.mktemp("data"), "--speed", 20, *EVERY_PART) as box:
        box.wait_for(lambda: box.status("utc"), 20)
        yield box


@pytest.fixture
def box(shared_box, authority):
    clear(shared_box)
    shared_box.set(mce=False, mqi=1, mqss=False, mqcn=False, mqf="car,amp", frc=0)
    shared_box.wait_for(lambda: not shared_box.status("mcs"), 10)
    shared_box.wait_for(lambda: _stored(shared_box, msc=authority.certificate, mck=None, mqcc=None), 10)
    yield shared_box
    print(shared_box.last_words(60))


def _stored(box, **certificates):
    """-> False: the contactor is not proven open yet."""
    try:
        box.set(**certificates)
        return True
    except WallboxError as e:
        assert "a car charges" in str(e)
        return False


def dial(box, broker):
    box.set(mcu=broker.url.replace("mqtt:", "mqtts:"), mce=True)


def test_a_broker_whose_certificate_is_right(box, right):
    dial(box, right)
    box.wait_for(lambda: box.status("mcc"), 20)
    assert [name for name in box.status("mods") if "tls_link" in name]
    box.set(mce=False)
    box.wait_for(lambda: not box.status("mcs"), 10)
    assert not [name for name in box.status("mods") if "tls_link" in name or "mqtt" in name]
    assert box.ask("state")["resets"] == 0


@pytest.mark.parametrize(
    ("name", "names", "days", "says"),
    [
        ("other", [x509.DNSName("other")], (-1, 30), "for another name"),
        ("localhost", _HERE, (-9, -1), "has expired"),
        ("localhost", _HERE, (2, 9), "not valid yet"),
    ],
)
def test_a_certificate_that_is_wrong_is_refused(box, broker, authority, name, names, days, says):
    dial(box, broker(Identity(name, authority, names, days)))
    box.wait_for(lambda: says in (box.status("mlr") or ""), 20)
    assert not box.status("mcc")


@pytest.mark.parametrize("names", [[x509.DNSName("other")], [_HERE[0]], [x509.DNSName("*.other.home")], None])
def test_the_name_alone_may_be_skipped(box, broker, authority, names):
    box.set(mqcn=True)
    dial(box, broker(Identity("other", authority, names)))
    box.wait_for(lambda: box.status("mcc"), 20)
    box.set(mce=False, msc=Identity("another authority").certificate)
    box.wait_for(lambda: not box.status("mcs"), 10)
    box.set(mce=True)
    box.wait_for(lambda: "not of an authority" in (box.status("mlr") or ""), 20)


def test_an_authority_that_nobody_knows_is_refused_unless_nothing_is_checked(box, right, broker):
    own = Identity("localhost", None, _HERE)
    box.set(msc=own.certificate)
    dial(box, right)
    box.wait_for(lambda: "not of an authority" in (box.status("mlr") or ""), 20)
    box.set(mqss=True)
    box.wait_for(lambda: box.status("mcc"), 60)
    box.set(mqss=False, mce=False)
    box.wait_for(lambda: not box.status("mcs"), 10)
    dial(box, broker(own))  # one that has issued its own, and is known
    box.wait_for(lambda: box.status("mcc"), 60)


def test_without_an_authority_nobody_is_trusted(box, right):
    box.set(msc=None)
    dial(box, right)
    box.wait_for(lambda: "no certificate of its authority" in (box.status("mlr") or ""), 20)


def test_a_broker_that_wants_a_certificate_of_the_wallbox(box, broker, authority):
    strict = broker(Identity("localhost", authority, _HERE), "require_certificate true\ntls_version tlsv1.2")
    dial(box, strict)
    box.wait_for(lambda: "wants a certificate of this wallbox" in (box.status("mlr") or ""), 20)
    mine = Identity("a wallbox", authority)
    box.set(mck=mine.key, mqcc=mine.certificate)
    assert box.status("mck", "mqcc") == {"mck": True, "mqcc": True}
    box.wait_for(lambda: box.status("mcc"), 60)


def test_while_a_car_charges_it_waits(box, right):
    box.do("plug", on=True)
    await_closed(box)
    dial(box, right)
    box.wait_for(lambda: "a car charges" in (box.status("mlr") or ""), 20)
    start_ms = box.ask("state")["at_ms"]
    box.wait_for(lambda: box.ask("state")["at_ms"] > start_ms + 5000, 20)
    assert box.status("car", "mcc") == {"car": 2, "mcc": False}
    box.do("ready", on=False)
    box.wait_for(lambda: box.status("mcc"), 20)
    box.do("ready", on=True)
    await_closed(box)
    assert box.status("mcc")  # what was made before goes on


def _silent(connection):
    time.sleep(60)


def _rubbish(connection):
    connection.recv(1000)
    connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n" * 20)
    time.sleep(5)


def _half(connection):
    connection.recv(1000)
    connection.sendall(b"\x16\x03\x03\x40\x00\x02" + bytes(100))


@pytest.mark.parametrize(("play", "says"), [(_silent, "does not answer"), (_rubbish, "no TLS"), (_half, "closed")])
def test_what_only_looks_like_a_broker(box, play, says):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=_serve, args=(listener, play), daemon=True).start()
        box.do("plug")
        box.set(mcu=f"mqtts://127.0.0.1:{listener.getsockname()[1]}", mce=True)
        box.wait_for(lambda: says in (box.status("mlr") or ""), 40)
        box.set(mce=False)
    box.do("ready")
    await_closed(box)
    assert box.ask("state")["resets"] == 0


def test_while_a_handshake_is_made_no_car_begins(box):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=_serve, args=(listener, _silent), daemon=True).start()
        box.do("plug")
        box.wait_for(lambda: box.status("car") == 3, 10)
        box.set(mcu=f"mqtts://127.0.0.1:{listener.getsockname()[1]}", mce=True)
        box.wait_for(lambda: "secure connection" in box.status("why"), 20)
        box.do("ready")
        seen, closed = [], False
        while "does not answer" not in (box.status("mlr") or ""):
            seen.append(closed)  # what was seen while it was under way for sure
            closed = box.ask("state")["contactor"]
        assert len(seen) > 1 and not any(seen)
        box.set(mce=False)
        await_closed(box)


def test_a_handshake_that_ends_in_a_restart_is_not_tried_again_at_once(box):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=_serve, args=(listener, _silent), daemon=True).start()
        box.do("plug")
        box.set(mcu=f"mqtts://127.0.0.1:{listener.getsockname()[1]}", mce=True)
        box.wait_for(lambda: "secure connection" in box.status("why"), 20)
        box.do("power_cut")
        box.process.wait(20)
        box.start()
        box.wait_for(lambda: "after an hour" in (box.status("mlr") or ""), 20)
        assert "secure connection" not in box.status("why")
        box.set(mce=False)  # a person may have done something about it
        box.wait_for(lambda: not box.status("mcs"), 10)
        box.set(mce=True)
        box.wait_for(lambda: "secure connection" in box.status("why"), 40)


def _serve(listener, play):
    while True:
        try:
            connection, _ = listener.accept()
        except OSError:
            return
        with connection:
            play(connection)
