"""What only the start needs goes when the box stands (forget.py)."""

# Runs on the simulated chip.

from check import eq, raises

from pilotwire import forget
from pilotwire.hal import button, mcp9700

LIMITS = {"ma": 16000, "phases": 3}
PILOT = {"pwm": 27, "adc": 36}
CONTACTOR = {"coil": 26}


class Mark:
    def __init__(self):
        self.mark = 7


class Own(Mark):
    def __init__(self):
        super().__init__()


class Nameless(Mark):
    """Its constructor is another class's."""


class Box:
    """Has whatever a box has: nothing, but a clock."""

    outlets = paths = ()
    clock = None

    def __getattr__(self, name):
        return None


def box_with(clock=None):
    box = Box()
    box.clock = clock
    return box


def test_who_stands_keeps_what_it_has_and_cannot_be_made_again():
    own, reader = Own(), button.Button(4)
    forget.constructors(box_with(own))
    eq((own.mark, reader.pressed()), (7, False))
    raises(TypeError, Own)
    raises(TypeError, button.Button, 4)


def test_of_a_class_only_its_own_constructor_goes():
    forget.constructors(box_with(Nameless()))
    eq((Nameless().mark, Mark().mark), (7, 7))


def test_a_driver_is_not_made_again_but_the_chips_own_parts_can_be():
    forget.constructors(box_with())
    eq(hasattr(mcp9700, "make"), False)
    eq(button.Pin(5).value(), 0)


def test_a_board_forgets_what_its_drivers_were_made_of():
    """But not which parts there are, of what kind, and what the tools at the console set to rest."""
    board = type(
        "",
        (),
        {
            "LIMITS": LIMITS,
            "PILOT": PILOT,
            "CONTACTOR": CONTACTOR,
            "METER": {"kind": "sdm630", "uart": 1},
            "LOCK": {"a": 18},
            "NAME": "mine",
            "_own": {"stays": 1},
        },
    )
    forget.pins(board)
    eq((board.LIMITS, board.PILOT, board.CONTACTOR), (LIMITS, PILOT, CONTACTOR))
    eq((board.METER, board.LOCK, board.NAME, board._own), ({"kind": "sdm630"}, True, "mine", {"stays": 1}))
