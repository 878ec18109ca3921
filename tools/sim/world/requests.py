"""The requests of the control port, as a table: name, fields with type and default, what it does.

Pure: a dict in, a dict out, on a model. `control.py` carries the lines.
"""

from . import air
from .reader import UID_SIZES

REQUIRED = object()
_MOST_S = 3600


def _whole(low, high):
    def check(value):
        return type(value) is int and low <= value <= high

    return check, f"a whole number from {low} to {high}"


def _number(low, high):
    def check(value):
        return type(value) in (int, float) and low <= value <= high

    return check, f"a number from {low:g} to {high:g}"


def _three(low, high):
    check, wants = _number(low, high)
    return (lambda value: type(value) is list and len(value) == 3 and all(map(check, value))), f"three times {wants}"


def _one_of(*words):
    return (lambda value: value in words and isinstance(value, str)), "one of " + ", ".join(words)


def _or_null(kind):
    return (lambda value: value is None or kind[0](value)), kind[1] + ", or null"


_FLAG = (lambda value: type(value) is bool), "true or false"
_TEXT = (lambda value: type(value) is str and 0 < len(value) <= 64), "a text of 1 to 64 characters"

_CAR = {
    "phases": (_whole(1, 3), 3),
    "amps": (_number(0, 80), 16),
    "kwh": (_or_null(_number(0, 1000)), None),
    "cable": (_number(0, 80), 32),
    "reply_s": (_number(0, _MOST_S), 0.2),
    "ventilation": (_FLAG, False),
    "sleeps": (_FLAG, False),
    "on": (_FLAG, False),
}


def _is_uid(value):
    try:
        return type(value) is str and len(bytes.fromhex(value)) in UID_SIZES
    except ValueError:
        return False


_NETWORKS = air.is_list, 'a list of {"ssid": text, "key": text, "rssi": dBm}'
_UID = _is_uid, "a UID of 4, 7 or 10 bytes, in hex"


def _wifi(world, connector, on, how, networks, guests):
    if on is None and networks is None and guests is None:
        raise ValueError("on is missing: want true or false, or networks, or guests")
    if on is not None:
        world.set_network("on" if on else how)
    world.change_air(networks if networks is None else air.completed(networks), guests)


_STEPS = 20  # of a play


def _is_play(value):
    return (
        type(value) is list
        and 0 < len(value) <= _STEPS
        and all(
            type(step) is list
            and len(step) == 2
            and _whole(0, _MOST_S * 1000)[0](step[0])
            and type(step[1]) is dict
            and step[1].get("do") in DO
            and step[1]["do"] != "play"
            for step in value
        )
    )


def _play(world, connector, steps, at):
    """Requests at exact instants: they are called when their time has come, and one that fails is logged."""

    def later(request):
        try:
            answer(world, {"connector": connector, **request})
        except ValueError as error:
            world.tell("log", text=f"sim: play: {error}")

    def begin():
        for ms, request in steps:
            world.timeline.after(ms * 1000, lambda request=request: later(request))

    if at == "coil":
        world.outlet(connector).at_coil = begin
    else:
        begin()


def _timing_reset(world, connector):
    world.outlet(connector).timing.reset()


def _power_cut(world, connector, programs, erases):
    """Without a number it happens at once: control.py sees to that, but for a step of a play."""
    world.cut_power(programs, erases)


# name: (fields {name: ((check, wanted), default)}, action(world, connector, **fields))
DO = {
    "plug": (_CAR, lambda world, connector, **car: world.outlet(connector).plug(**car)),
    "ready": (
        {"on": (_FLAG, True)},
        lambda world, connector, on: world.outlet(connector).ready(on),
    ),
    "unplug": (
        {"side": (_one_of("both", "car"), "both")},
        lambda world, connector, side: world.outlet(connector).unplug(side),
    ),
    "card": (
        {"uid": (_UID, REQUIRED), "hold_s": (_number(0, _MOST_S), 0.5)},
        lambda world, connector, uid, hold_s: world.hold_card(bytes.fromhex(uid), hold_s),
    ),
    "temperature": (
        {"c": (_or_null(_number(-60, 200)), None)},
        lambda world, connector, c: world.hold_temperature(c),
    ),
    "button": ({"ms": (_whole(1, 600_000), 200)}, lambda world, connector, ms: world.press(connector, ms)),
    "fault": (
        {"name": (_TEXT, REQUIRED), "on": (_FLAG, True)},
        lambda world, connector, name, on: world.fault(connector, name, on),
    ),
    "input": (
        {"use": (_TEXT, REQUIRED), "on": (_FLAG, REQUIRED)},
        lambda world, connector, use, on: world.switch_input(connector, use, on),
    ),
    "wifi": (
        {
            "on": (_or_null(_FLAG), None),
            "how": (_one_of("silent", "reset"), "silent"),
            "networks": (_or_null(_NETWORKS), None),
            "guests": (_or_null(_whole(0, 10)), None),
        },
        _wifi,
    ),
    "mains": (
        {"volts": (_or_null(_three(0, 500)), None)},
        lambda world, connector, volts: world.outlet(connector).hold_mains(volts),
    ),
    "draw": (
        {"amps": (_or_null(_three(0, 80)), None)},
        lambda world, connector, amps: world.outlet(connector).draw(amps),
    ),
    "ethernet": ({"on": (_FLAG, REQUIRED)}, lambda world, connector, on: world.change_air(cable=on)),
    "power_cut": (
        {"programs": (_or_null(_whole(0, 10**6)), None), "erases": (_or_null(_whole(0, 10**6)), None)},
        _power_cut,
    ),
    "line": (
        {"high_mv": (_or_null(_whole(-15_000, 15_000)), None), "low_mv": (_or_null(_whole(-15_000, 15_000)), None)},
        lambda world, connector, **plateaus: world.outlet(connector).force(**plateaus),
    ),
    "play": (
        {
            "steps": ((_is_play, f"a list of up to {_STEPS} [ms, request], none of them a play"), REQUIRED),
            "at": (_one_of("now", "coil"), "now"),
        },
        _play,
    ),
    "meter": (
        {"wh": (_whole(0, 10**12), REQUIRED)},
        lambda world, connector, wh: world.set_meter(connector, wh),
    ),
    "stall": ({"ms": (_whole(1, 60_000), REQUIRED)}, lambda world, connector, ms: world.stall(ms)),
    "timing_reset": ({}, _timing_reset),
}
ASK = {
    "state": lambda world, connector: world.state(connector),
    "timing": lambda world, connector: world.outlet(connector).timing.figures(),
    "trace": lambda world, connector: world.outlet(connector).trace.told(),
    "stalls": lambda world, connector: world.outlet(connector).timing.told_stalls(),
    "flash": lambda world, connector: dict(world.flash),
    "buzzer": lambda world, connector: {"heard": world.buzzer.heard()},
    "air": lambda world, connector: world.air.state(),
}
ELSEWHERE = ("watch",)  # what needs the connection, see control.py


def answer(world, request):
    """Do or ask what a request says -> the fields of the answer beside "ok". ValueError says what
    is wrong.
    """
    fields = dict(request)
    verb = "do" if "do" in fields else "ask"
    name = fields.pop(verb, None)
    connector = fields.pop("connector", 1)
    if type(connector) is not int:
        raise ValueError("connector: want a whole number")
    world.outlet(connector)
    if not isinstance(name, str):
        raise unknown()
    if verb == "ask" and name in ASK:
        _nothing_left(fields)
        return ASK[name](world, connector)
    if verb == "do" and name in DO:
        wanted, action = DO[name]
        action(world, connector, **_checked(wanted, fields))
        return {}
    raise unknown()


def unknown():
    """The error of a request nobody knows: it names those that are."""
    do = " ".join(sorted((*DO, *ELSEWHERE)))
    return ValueError('unknown request; known: {{"do": {}}} {{"ask": {}}}'.format(do, " ".join(sorted(ASK))))


def _checked(wanted, given):
    values = {}
    for field, ((check, wants), default) in wanted.items():
        value = given.pop(field, default)
        if value is REQUIRED:
            raise ValueError(f"{field} is missing: want {wants}")
        if not check(value):
            raise ValueError(f"{field}: want {wants}")
        values[field] = value
    _nothing_left(given)
    return values


def _nothing_left(given):
    if given:
        raise ValueError("unknown field: {}".format(" ".join(sorted(given))))
