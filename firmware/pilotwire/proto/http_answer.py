"""HTTP/1.1 answers as bytes. Apart from the parser, which need not be in memory while an answer is streamed."""

import json


def head(status, kind, length=None, extra=""):
    """Head of an answer, as bytes. kind: content type; length: of the body in bytes, None when its end is the end of
    the connection; extra: more header lines, each ended by CR LF.
    """
    if length is not None:
        extra += "Content-Length: %d\r\n" % length
    reason = "OK" if status == 200 else "Refused"  # nobody reads it (RFC 9112 4); the body says what is wrong
    text = "HTTP/1.1 %d %s\r\nContent-Type: %s\r\nCache-Control: no-store\r\n%sConnection: close\r\n\r\n"
    return (text % (status, reason, kind, extra)).encode()


def problem(status, text, extra=""):
    """An answer that says what is wrong: (status, content type, body, extra head lines)."""
    return status, "application/json", json.dumps({"error": text}).encode(), extra
