"""The update file as the host makes and reads it; firmware/pilotwire/update/manifest.py says what stands in it."""

import hashlib
import zlib
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

MAGIC = b"PWU1"
WINDOW = 10  # 1 KB, which the chip needs in one piece
BITS = (2048, 3072)


class UpdateError(Exception):
    """What is wrong with a key or a file, for people."""


@dataclass
class Update:
    """A file as it was read. fields: version, board, oldest, packed; files: (size, sha256 in hex, path)."""

    fields: dict
    files: list
    signed: bytes
    signature: bytes
    contents: bytes


def pack(contents, version, board, oldest, key):
    """contents: {path: bytes}; key: a private key, None: it stays unsigned -> the file's bytes."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -WINDOW)
    packed = packer.compress(b"".join(contents.values())) + packer.flush()
    lines = [f"version {version}", f"board {board}", f"oldest {oldest}", f"packed {len(packed)}"]
    lines += [f"{len(data)} {hashlib.sha256(data).hexdigest()} {path}" for path, data in contents.items()]
    manifest = "".join(line + "\n" for line in lines).encode()
    signed = MAGIC + len(manifest).to_bytes(4, "big") + manifest
    signature = key.sign(signed, padding.PKCS1v15(), hashes.SHA256()) if key else b""
    return signed + len(signature).to_bytes(2, "big") + signature + packed


def read(data):
    """-> Update. Raises UpdateError for what is none, or is damaged."""
    end = 8 + int.from_bytes(data[4:8], "big")
    at = end + 2 + int.from_bytes(data[end : end + 2], "big")
    if data[:4] != MAGIC or len(data) < at:
        raise UpdateError("this is no update file")
    lines = data[8:end].decode().splitlines()
    fields = dict(line.split(" ", 1) for line in lines[:4])
    files = [(int(size), digest, path) for size, digest, path in (line.split(" ") for line in lines[4:])]
    return Update(fields, files, data[:end], data[end + 2 : at], _unpacked(data[at:], files))


def _unpacked(packed, files):
    try:
        contents = zlib.decompressobj(-WINDOW).decompress(packed)
    except zlib.error as e:
        raise UpdateError(f"damaged: {e}") from e
    at = 0
    for size, digest, path in files:
        if hashlib.sha256(contents[at : at + size]).hexdigest() != digest:
            raise UpdateError(f"damaged: {path}")
        at += size
    return contents


def signer(update, keys):
    """-> the name of the key in {name: public key} that the file was signed with, None when it is none of them."""
    for name, key in keys.items():
        try:
            key.verify(update.signature, update.signed, padding.PKCS1v15(), hashes.SHA256())
            return name
        except InvalidSignature:
            pass
    return None


def new_key(bits=BITS[1]):
    return rsa.generate_private_key(public_exponent=65537, key_size=bits)


def private_text(key):
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def public_text(key):
    return key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)


def private_key(path):
    """Raises UpdateError, OSError."""
    try:
        return serialization.load_pem_private_key(path.read_bytes(), None)
    except (ValueError, TypeError) as e:
        raise UpdateError(f"{path}: {e}") from e


def public_key(path):
    """Raises UpdateError, OSError."""
    try:
        key = serialization.load_pem_public_key(path.read_bytes())
    except ValueError as e:
        raise UpdateError(f"{path}: {e}") from e
    if not isinstance(key, rsa.RSAPublicKey) or key.key_size not in BITS or key.public_numbers().e != 65537:
        raise UpdateError(f"{path}: want RSA of {' or '.join(map(str, BITS))} bits with the exponent 65537")
    return key


def packed_keys(keys):
    """Public keys as the firmware keeps them: of each the length of its modulus in two bytes, and it."""
    moduli = (key.public_numbers().n.to_bytes(key.key_size // 8, "big") for key in keys)
    return b"".join(len(modulus).to_bytes(2, "big") + modulus for modulus in moduli)
