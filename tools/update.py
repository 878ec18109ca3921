"""Update files: keys to sign them with, making one, looking into one, sending one to a wallbox.

python -m tools.update keys [--name owner]           keys/owner.pem, which stays secret, and keys/owner.pub
python -m tools.update make --board devkit [--version 1.2.3] [--key keys/owner.pem]
python -m tools.update show FILE
python -m tools.update send FILE HOST                goes on where it was cut off; OWNER_PASSWORD= where there is one

Every keys/*.pub goes into the firmware that is built next; only updates signed with one of them are taken.
"""

import argparse
import http.client
import json
import os
import re
import shutil
import sys
import tempfile
import time
from base64 import b64encode
from pathlib import Path

from tools import build, slot_tree, update_file
from tools.update_file import UpdateError

_PACKAGE = build.FIRMWARE / "pilotwire"
_PIECE = 1 << 14
_TRIES = 20
_PASSWORD = "OWNER_PASSWORD"


def make_keys(name="owner", folder=build.KEYS, bits=update_file.BITS[1]):
    """-> (private, public), the paths. Raises UpdateError: such a key is there, and nothing replaces it."""
    private, public = folder / f"{name}.pem", folder / f"{name}.pub"
    folder.mkdir(exist_ok=True)
    key = update_file.new_key(bits)
    try:
        with open(os.open(private, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as f:
            f.write(update_file.private_text(key))
    except FileExistsError as e:
        raise UpdateError(f"{private} is there already; --name makes another") from e
    public.write_bytes(update_file.public_text(key))
    return private, public


def make(board, key, version=None, oldest=None):
    """-> an update file of build/BOARD, which is brought up to date. key: a private key."""
    build.build(board)
    files = contents(board, version)
    if update_file.packed_keys([key.public_key()]) not in files.get("pilotwire/update_keys.bin", b""):
        raise UpdateError("the firmware does not know this key (keys/*.pub): who installs it could not update again")
    return update_file.pack(files, version or here(), board, oldest or _oldest(), key)


def contents(board, version=None):
    """-> {path: bytes} of a slot; version: what the firmware calls itself, instead of what stands in the source."""
    tree = build.BUILD / board
    if version in (None, here()):
        return slot_tree.slot(tree)
    with tempfile.TemporaryDirectory() as folder:
        tree = copied(board, folder)
        _rename(tree, version)
        return slot_tree.slot(tree)


def copied(board, folder, keys=()):
    """-> a copy of build/BOARD in the folder, to be changed. keys: public keys that its firmware shall know."""
    with build.one_at_a_time():
        tree = shutil.copytree(build.BUILD / board, Path(folder) / board)
    if keys:
        (tree / "pilotwire" / "update_keys.bin").write_bytes(update_file.packed_keys(keys))
    return tree


def here():
    """The version that stands in the source."""
    return _told(_PACKAGE / "__init__.py", "VERSION")


def _oldest():
    return _told(_PACKAGE / "update" / "check.py", "OLDEST")


def _told(path, name):
    return re.search(rf'(?m)^{name} = "(.*?)"', path.read_text())[1]


def _rename(tree, version):
    """Compiles what tells the version with this one."""
    if not re.fullmatch(r"\d+(\.\d+)*", version):
        raise UpdateError(f"version {version}: want numbers and dots")
    source = _PACKAGE / "__init__.py"
    text = re.sub(r'(?m)^VERSION = ".*?"', f'VERSION = "{version}"', source.read_text())
    build.compile_flat(source, tree / build.flat_name(source), text)


def show(data, keys=build.KEYS):
    """-> lines that say what the file is."""
    update = update_file.read(data)
    known = {path.stem: update_file.public_key(path) for path in sorted(keys.glob("*.pub"))}
    signer = update_file.signer(update, known)
    yield from (f"{name:8} {value}" for name, value in update.fields.items())
    if not update.signature:
        yield "signed   by nobody"
    else:
        yield f"signed   by {signer or 'a key that is not in ' + str(keys)}, RSA {len(update.signature) * 8}"
    yield from (f"{size:8,} {digest[:16]} {path}" for size, digest, path in update.files)
    size = sum(size for size, _, _ in update.files)
    yield f"{len(data):8,} bytes, {len(update.files)} files of {size:,} bytes"


def send(data, host, say=print, pause_s=1, password=""):
    """Sends it to a wallbox, again from where it was cut off -> what the wallbox said at last. Raises UpdateError."""
    start, reason = 0, ""
    for _ in range(_TRIES):
        try:
            status, said = _post(data, host, start, password)
        except (OSError, http.client.HTTPException) as e:
            status, said, reason = 0, {}, str(e)
        if status == 200:
            return said
        if status == 401:
            raise UpdateError(said["error"] + f"; {_PASSWORD}= in the environment is that password")
        if status not in (0, 503) and (status != 409 or said["received"] == start or not start):
            raise UpdateError(said["error"])
        time.sleep(pause_s)
        start = _received(host, len(data))
        say(f"cut off ({reason or said['error']}), goes on from byte {start}")
    raise UpdateError(f"given up after {_TRIES} tries: {reason}")


def _post(data, host, start, password):
    connection = http.client.HTTPConnection(host, timeout=150)
    try:
        where = {"Content-Range": f"bytes {start}-{len(data) - 1}/{len(data)}"} if start else {}
        if password:
            where["Authorization"] = "Basic " + b64encode(b"owner:" + password.encode()).decode()
        connection.request("POST", "/update", data[start:], where)
        response = connection.getresponse()
        return response.status, json.loads(response.read())
    finally:
        connection.close()


def _received(host, size):
    """Bytes that the wallbox has; all of them are none: a file that is whole was refused, or never looked at."""
    connection = http.client.HTTPConnection(host, timeout=20)
    try:
        connection.request("GET", "/update")
        received = json.loads(connection.getresponse().read())["received"]
        return received if received < size else 0
    except (OSError, http.client.HTTPException):
        return 0
    finally:
        connection.close()


def main():
    options = _options()
    try:
        _COMMANDS[options.command](options)
    except (UpdateError, build.BuildError, OSError) as e:
        sys.exit(f"update: {e}")


def _options():
    parser = argparse.ArgumentParser(prog="update", description=__doc__.split("\n")[0])
    commands = parser.add_subparsers(dest="command", required=True)
    keys = commands.add_parser("keys", help="make a pair of keys")
    keys.add_argument("--name", default="owner")
    made = commands.add_parser("make", help="make an update file")
    made.add_argument("--board", default="devkit")
    made.add_argument("--version", help="default: what stands in firmware/pilotwire/__init__.py")
    made.add_argument("--key", type=Path, default=build.KEYS / "owner.pem")
    made.add_argument("--out", type=Path, help="default: build/BOARD-VERSION.pw")
    commands.add_parser("show", help="what is in an update file").add_argument("file", type=Path)
    sent = commands.add_parser("send", help="send an update file to a wallbox")
    sent.add_argument("file", type=Path)
    sent.add_argument("host", help="name or address, HOST or HOST:PORT")
    return parser.parse_args()


def _keys(options):
    private, public = make_keys(options.name)
    print(f"update: {private} signs updates: keep it secret, and a copy of it elsewhere")
    print(f"update: {public} goes into the firmware that is built next")


def _make(options):
    if not options.key.exists():
        raise UpdateError(f"there is no {options.key}: run `make keys` first")
    data = make(options.board, update_file.private_key(options.key), options.version)
    out = options.out or build.BUILD / f"{options.board}-{options.version or here()}.pw"
    out.write_bytes(data)
    print(f"update: {out}, {len(data):,} bytes")


def _show(options):
    print("\n".join(show(options.file.read_bytes())))


def _send(options):
    said = send(options.file.read_bytes(), options.host, password=os.environ.get(_PASSWORD, ""))
    print(f"update: version {said['version']} is good, the wallbox installs it and restarts")


_COMMANDS = {"keys": _keys, "make": _make, "show": _show, "send": _send}

if __name__ == "__main__":
    main()
