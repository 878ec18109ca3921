"""Passwords stretched, against what other programs make of them."""

from binascii import hexlify

from check import eq

from pilotwire.proto import pbkdf2


def stretched(password, salt, rounds):
    found = list(pbkdf2.stretched(password, salt, rounds))
    eq([x for x in found[:-1] if x], [])
    return str(hexlify(found[-1]), "utf-8")


def test_vectors():
    """Source: RFC 7914, section 11 (first 32 bytes of 64), and draft-josefsson-pbkdf2-test-vectors with SHA-256."""
    eq(stretched(b"passwd", b"salt", 1), "55ac046e56e3089fec1691c22544b605f94185216dde0465e68b9d57c20dacbc")
    eq(stretched(b"password", b"salt", 1), "120fb6cffcf8b32c43e7225256c4f837a86548c92ccc35480805987cb70be17b")
    eq(stretched(b"password", b"salt", 2), "ae4d0c95af6b46d32d0adff928f06dd02a303f8ef3c251dfd6e2d85a95474c43")
    eq(stretched(b"password", b"salt", 100), "07e6997180cf7f12904f04100d405d34888fdf62af6d506a0ecc23b196fe99d8")


def test_same_compares_all_of_it():
    assert pbkdf2.same(b"abc", b"abc")
    for other in (b"", b"ab", b"abd", b"xbc", b"abcd"):
        assert not pbkdf2.same(b"abc", other)
