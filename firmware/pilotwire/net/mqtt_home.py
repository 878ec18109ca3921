"""What Home Assistant is told of the wallbox: a retained message for each thing that it shows. Lent for it.

A line of home.txt is: kind, id, key, name, and the rest of the message as JSON without its braces.
Source: https://www.home-assistant.io/integrations/mqtt/ (discovery messages, abbreviations).
"""

import io

from micropython import const

_PIECE = const(160)


def messages(box, base, wanted):
    """Yields (topic, message); an empty message makes Home Assistant forget."""
    prefix = box.settings.get("mht") or "homeassistant"
    for line in _lines():
        kind, name, key, title, more = line.split("\t")
        topic = "%s/%s/pilotwire_%s/%s/config" % (prefix.rstrip("/"), kind, box.serial, name)
        yield topic.encode(), _message(box, base, kind, name, key, title, more) if wanted else b""


def _message(box, base, kind, name, key, title, more):
    out = io.BytesIO(_PIECE * 3)
    out.write('{"~":"%s","name":"%s","uniq_id":"pilotwire_%s_%s",' % (base[:-1], title, box.serial, name))
    out.write('"avty_t":"~/online","pl_avail":"true","pl_not_avail":"false",')
    if kind != "button":
        out.write('"stat_t":"~/%s",' % key)
    if kind not in ("sensor", "binary_sensor"):
        out.write('"cmd_t":"~/%s/set",' % key)
    out.write(more)
    out.write(',"dev":{"ids":["pilotwire_%s"],"name":%s,"mf":"Pilotwire"}}' % (box.serial, _quoted(box)))
    return out.getvalue()


def _quoted(box):
    import json

    return json.dumps(box.settings.peek("fna"))


def _lines():
    """The lines of home.txt; a file that is iterated reads byte by byte."""
    from pilotwire import __path__

    rest = b""
    with open(__path__ + "/net/home.txt", "rb") as file:
        while True:
            piece = file.read(_PIECE)
            rest += piece
            while b"\n" in rest:
                line, _, rest = rest.partition(b"\n")
                yield str(line, "utf-8")
            if not piece:
                return
