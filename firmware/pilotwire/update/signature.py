"""Whether an update was signed with a key that this firmware knows: RSA of 2048 or 3072 bits, PKCS#1 v1.5, SHA-256.

Three-argument pow is C: 40 to 80 ms on the chip for 2048 bits (facts micropython 4.3). Source: RFC 8017, 8.2.2 and 9.2.
"""

from pilotwire import __path__

_E = 65537
# DER of DigestInfo with SHA-256, up to the digest (RFC 8017, 9.2, note 1)
_HEAD = b"0\x310\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x01\x05\x00\x04\x20"


def check(digest, signature, path=None):
    """digest: of all that is signed. Raises ValueError with the reason. path: of the keys, each as its length in two
    bytes and its modulus.
    """
    if not signature:
        raise ValueError("the update is not signed")
    if not _known(path or __path__ + "/update_keys.bin", signature, digest):
        raise ValueError("the signature is of no key that this firmware knows")


def _known(path, signature, digest):
    """Whether one of the keys fits. Raises ValueError: there is none."""
    try:
        f = open(path, "rb")
    except OSError:
        raise ValueError("no update key in this firmware")
    with f:  # an open file that is left to the garbage collector can end the interpreter
        size = int.from_bytes(f.read(2), "big")
        if not size:
            raise ValueError("no update key in this firmware")
        while size:
            if _fits(f.read(size), signature, digest):
                return True
            size = int.from_bytes(f.read(2), "big")
    return False


def _fits(modulus, signature, digest):
    size = len(modulus)
    if len(signature) != size:
        return False
    n, s = int.from_bytes(modulus, "big"), int.from_bytes(signature, "big")
    padding = b"\xff" * (size - 3 - len(_HEAD) - len(digest))
    return s < n and pow(s, _E, n) == int.from_bytes(b"\0\x01" + padding + b"\0" + _HEAD + digest, "big")
