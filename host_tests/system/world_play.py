"""A world without a chip for the tests of the model: the board devkit, and a hand that plays the chip."""

from types import SimpleNamespace

from tools.sim.world import board, options
from tools.sim.world.model import World

DEVKIT = board.load(options.ROOT, "devkit")
DUTY_16A, DUTY_10A, DUTY_6A = 17476, 10923, 6554
STEADY, OFF = 65535, 0


def a_world(**parts):
    """A fresh world; parts replace those of the devkit board."""
    return World(SimpleNamespace(**{**vars(DEVKIT), **parts}))


def run(world, seconds):
    """Let simulated time pass."""
    world.advance(world.timeline.now_us + round(seconds * 1_000_000))


def offer(world, duty):
    """The chip outputs this duty on the pilot."""
    world.pwm(DEVKIT.PILOT["pwm"], duty, 1000)


def coil(world, on):
    """The chip switches the contactor's coil."""
    world.output(DEVKIT.CONTACTOR["coil"], int(on))


def plug(world, **settings):
    """A car with the control port's defaults plugs in."""
    defaults = {"phases": 3, "amps": 16, "kwh": None, "cable": 32, "reply_s": 0.2}
    world.outlet(1).plug(**{**defaults, "ventilation": False, **settings})


def charging(duty=DUTY_16A, **settings):
    """A world in which a car charges."""
    world = a_world()
    offer(world, STEADY)
    plug(world, on=True, **settings)
    run(world, 1)
    offer(world, duty)
    run(world, 1)
    coil(world, True)
    run(world, 1)
    return world


def adc(world):
    """What the pilot's ADC sees: (high_mv, low_mv, noise_mv, pwm_pin)."""
    return world.inputs()["A", DEVKIT.PILOT["adc"]]


def mirror(world):
    return world.inputs()["G", DEVKIT.CONTACTOR["mirror"]][0]
