"""Answers /metrics in the text format 0.0.4 of Prometheus: keys as figures. A line of metrics.txt for each:

    name, type, 1 (of each outlet) or nothing, key, part, help      parted by tabs

part: the label of each entry of an object, or of a text; of a list a label or nothing, a blank, and the places that are
told. What is unknown is left out.
"""

import json

from pilotwire import loader

_PIECES = "api.shown", "api.status"
_HEAD = "# HELP pilotwire_%s %s\n# TYPE pilotwire_%s %s\n"


async def answer(box, door, query):
    """-> (status, content type, body piece by piece, extra head lines)."""
    await loader.bring(_PIECES)
    return 200, "text/plain; version=0.0.4", _pieces(box, _views(box)), ""


def _views(box):
    """-> the box as each outlet shows it."""
    if len(box.outlets) == 1:
        return (box,)
    seen = loader.lend("api.outlet_2").seen
    return [seen(box, "outlet=%d" % outlet.number)[0] for outlet in box.outlets]


def _pieces(box, views):
    loader.hold(_PIECES)
    try:
        for fields in loader.lend("api.shown").text("/api/metrics.txt"):
            yield loader.roomy(_told, views if fields[2] else (box,), *fields)
    finally:
        loader.free(_PIECES)


def _told(views, name, kind, of, key, part, text):
    samples = []
    for box in views:
        who = 'outlet="%d"' % box.outlet.number if of else ""
        for label, number in _figures(_value(box, key), part):
            labels = ",".join([word for word in (who, label) if word])
            samples.append("pilotwire_%s%s %s\n" % (name, "{" + labels + "}" if labels else "", number))
    return (_HEAD % (name, text, name, kind) + "".join(samples)).encode() if samples else b""


def _value(box, key):
    line = loader.lend("api.shown").find(key)
    value = loader.lend("api.status").value(box, line[:1], key, line[line.find(b"\t") + 1 :])
    return json.loads(value) if isinstance(value, bytes) else value


def _figures(value, part):
    """-> [(label or "", number)]."""
    if value is None or value == []:
        return ()
    if isinstance(value, dict):
        return [(part % name, value[name]) for name in sorted(value)]
    if isinstance(value, list):
        label, *places = part.split(" ")
        return [(label and label % (n + 1), value[int(at)]) for n, at in enumerate(places)]
    if isinstance(value, str):
        return ((part % value, 1),)
    return (("", int(value) if value is True or value is False else value),)
