"""boot.py and main.py with two outlets: every coil is off and every pilot high first, and off again however it ends."""
# Runs on the simulated chip.

import os
import sys

import link
from box import Plain
from check import eq
from machine import Pin

import pilotwire
from pilotwire import slots

COILS, PILOTS = (26, 23, 13), (27, 19)
FIRST = {"PILOT": {"pwm": 27}, "CONTACTOR": {"coil": 26}, "PHASES": {"coil": 13}}
SECOND = {"PILOT": {"pwm": 19}, "CONTACTOR": {"coil": 23}}


def run(name, board):
    """Runs firmware/NAME on a board; -> its global names."""
    sys.modules["board"], sys.modules["slots"] = board, slots  # as boot.py finds them; it lets slots go
    names = {"board": board, "slot": os.getcwd()}
    try:
        with open("firmware/" + name) as file:
            exec(file.read(), names)
    finally:
        del sys.modules["board"]
    return names


def levels(pins):
    return [Pin(pin).value() for pin in pins]


def test_boot_opens_every_contactor_before_it_touches_a_pilot():
    for pin in COILS:
        Pin(pin, Pin.OUT, value=1)  # left from before a soft reset
    link.heard = heard = []
    names = run("boot.py", Plain(OUTLET_2=SECOND, **FIRST))
    link.heard = None
    eq([(kind, pin, level) for kind, _, pin, level, _ in heard][:2], [("P", 26, 0), ("P", 23, 0)])
    eq(levels(COILS), [0, 0, 0])
    eq(levels(PILOTS), [1, 1])
    eq((names["slot"], names["board"].__class__), (os.getcwd(), Plain))
    assert not names["_outlet"]  # main.py runs in the same names, and app.py lets OUTLET_2 go


def test_boot_with_one_outlet():
    run("boot.py", Plain(PILOT={"pwm": 27}, CONTACTOR={"coil": 26}))
    eq(levels((26, 27)), [0, 1])


def ended(error, run_ends=None, paths=()):
    """main.py, whose application closes all contactors and then raises. -> what is raised in the end, levels then.
    run_ends: what it raises later, when it runs with these paths.
    """

    def make(board):
        for pin in COILS:
            Pin(pin).value(1)
        eq(levels(COILS), [1, 1, 1])
        if error:
            raise error
        return Plain(paths=paths)

    def run_it(box):
        raise run_ends

    pilotwire.app = Plain(make=make)
    pilotwire.control = Plain(run=run_it)
    try:
        run("main.py", Plain(OUTLET_2=SECOND, **FIRST))
        raised = None
    except SystemExit as e:
        raised = e.args[0]
    finally:
        del pilotwire.app, pilotwire.control
    return raised, levels(COILS)


def test_an_exception_opens_every_contactor_and_restarts_the_chip():
    eq(ended(ValueError("x")), ("reset", [0, 0, 0]))
    eq(ended(MemoryError()), ("reset", [0, 0, 0]))


def test_ctrl_c_opens_every_contactor():
    eq(ended(KeyboardInterrupt()), (None, [0, 0, 0]))


def test_ctrl_c_stops_every_safety_path_when_the_contactors_are_open():
    stopped = []
    path = Plain(stop=lambda: stopped.append(levels(COILS)))
    eq(ended(None, KeyboardInterrupt(), (path, path)), (None, [0, 0, 0]))
    eq(stopped, [[0, 0, 0]] * 2)
