"""Strict UTF-8 (RFC 3629): few texts are not plain ASCII, so this is loaded when one comes."""


def check(data):
    """Raises UnicodeError for overlong forms, surrogates and what lies above U+10FFFF; data has been decoded before."""
    last = 0
    for byte in data:
        if (
            byte in (0xC0, 0xC1)
            or byte > 0xF4
            or (last == 0xE0 and byte < 0xA0)
            or (last == 0xED and byte > 0x9F)
            or (last == 0xF0 and byte < 0x90)
            or (last == 0xF4 and byte > 0x8F)
        ):
            raise UnicodeError
        last = byte
