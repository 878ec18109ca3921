"""The contract between the firmware and the hardware: one class per kind of part, with units,
ranges and what may be raised.

Nobody needs to inherit from these; a driver keeps the same names. A part is made by
`hal.make(board, "PILOT")`. Common rules: a driver is made once and never blocks for longer than
its line here says; what the safety timer calls (Pilot, Contactor) allocates nothing. A double for
a unit test, a driver of this folder on the simulated chip and the same driver on a board must pass
the same tests.
"""


class Pilot:
    """The control pilot of one outlet: the 1 kHz source and the measurement of what the car makes
    of it.

    Who measures is the driver's own affair: it may take the burst itself, or another processor
    delivers the plateaus. Then what is delivered is the newest burst, begun at most 20 ms ago and
    after the last offer() that changed the duty; without one sample() waits for it within its
    12 ms, or raises OSError, and the contactor opens."""

    duty = 65535  # what is put out now, in 1/65535: 65535 steady +12 V, 0 steady -12 V
    high_mv = 0  # the two plateaus of the last burst in mV at the car's end, about -13000..13000;
    low_mv = 0  # with a steady output both are that level, apart from noise
    levels = ()  # pairs (ADC mV, pilot mV), falling; calibration.py puts the unit's own there at the start
    exact = True  # False: without levels of its own a unit measures wrong by up to 10 %

    def offer(self, duty_u16):
        """Puts out a duty of 0..65535; it holds from the next period (1 ms) on. Never raises,
        allocates nothing."""
        raise NotImplementedError

    def sample(self):
        """Takes one burst of readings within 12 ms and sets high_mv and low_mv. Allocates nothing.
        Raises OSError when the ADC fails."""
        raise NotImplementedError


class Contactor:
    """The main contactor of one outlet.

    close() is a permission, said again with every burst (10 to 20 ms apart) as long as it is to be
    closed. A guard may want it fresh and open by itself when the last one is more than 250 ms old.
    Not sooner: from a gap of 250 ms on the safety path opens, too, so both agree on what was. After
    that close() does nothing until open() was called."""

    commanded = False  # True from close() to open(): what was asked for, whatever a guard does
    release_ms = 0  # coil off to main contacts open, 1..45
    close_ms = 0  # coil on to main contacts closed, 1..100

    def open(self):
        """Takes the coil's power. Never raises, allocates nothing, may be called at any time."""
        raise NotImplementedError

    def close(self):
        """Powers the coil, or lets it be powered on. Only the safety path (safety.py) calls this."""
        raise NotImplementedError

    def feedback(self):
        """-> True main contacts closed, False open, None: the board has no mirror contact.
        Allocates nothing."""
        raise NotImplementedError


class Meter:
    """An energy meter. Ints only; 0 in a list where the meter does not say; None before the first
    good reading."""

    energy_wh = None  # total imported energy; never falls
    voltages_mv = (0, 0, 0)  # L1..L3 against N
    currents_ma = (0, 0, 0)
    powers_w = (0, 0, 0)
    power_w = 0  # all phases
    frequency_mhz = None
    at_ms = None  # ticks of the last complete reading

    async def read(self):
        """One full reading; never longer than 20 ms between two awaits. Raises OSError: silence,
        bad CRC, refused register."""
        raise NotImplementedError

    def fresh(self, now_ms):
        """Is the last complete reading younger than 10 s, and one that may be billed?"""
        raise NotImplementedError

    # Only of a meter whose register is the firmware's own (s0.py)

    def at_least(self, wh):
        """The journal knows of so much energy: the register follows. Before the first reading."""
        raise NotImplementedError

    def keep(self):
        """A transaction ends, the contactor is open: what was counted so far goes into the register, and onto flash."""
        raise NotImplementedError


class Button:
    """A push button."""

    def pressed(self):
        """Is it, or was it since it was asked last? Not debounced."""
        raise NotImplementedError

    def poll(self):
        """With every burst of the pilot, as a short press may fall between two turns; allocates nothing."""
        raise NotImplementedError


class Indicator:
    """A coloured lamp."""

    def show(self, red, green, blue):
        """Shows a colour, 0..255 each, within 1 ms; it stays until the next one."""
        raise NotImplementedError


class Leds:
    """Three lamps of fixed colours (INDICATOR of kind leds)."""

    def show(self, charging, error, wifi):
        """Which are lit; they stay so until the next call."""
        raise NotImplementedError


class Buzzer:
    """Something that sounds."""

    def tone(self, hertz):
        """Sounds from now on; 0: silence. A buzzer with a tone of its own has that for every other number. Waits for
        nothing."""
        raise NotImplementedError


class Reader:
    """A card reader."""

    at_ms = 0  # ticks of the last good answer; before the first, of its making

    def poll(self):
        """-> the UID of a card in front of it as bytes (4, 7 or 10, the first sent first; 3 from a Wiegand reader of 26
        bits), None: there is none, or the answer is not there yet. To be called every 100 ms or so, blocks for 5 ms at
        most. Raises OSError: gone, silent, or its answer made no sense; the next poll begins anew."""
        raise NotImplementedError


class Thermometer:
    """A temperature sensor."""

    stop_c = 65  # of the board file: too hot, 40..90 degrees Celsius

    def read(self):
        """-> tenths of a degree Celsius, None: not there yet. To be called a second apart or more, blocks for 10 ms at
        most. Raises OSError: silent, garbage, or beyond what it can measure; the next read begins anew. What it tells
        may still be impossible: core/derating.py says what is."""
        raise NotImplementedError


class Monitor:
    """A residual current monitor."""

    testable = False  # it has a test line

    def tripped(self):
        """Is its output a trip now? Allocates nothing; blocks for 1 ms when it is, to look again."""
        raise NotImplementedError

    def guard(self, part, contactor):
        """From now on a trip is the fault `rcd` of part.outlet and wakes the part; an edge opens the contactor, too.
        While part.window is set it is neither: part.first_ms and part.last_ms become the ticks of the first and the
        last look at it. -> a function that looks, for safety.polls: it allocates nothing."""
        raise NotImplementedError

    def test(self, on):
        """Switches the test line, if there is one."""
        raise NotImplementedError


class Earth:
    """A monitor of the protective earth."""

    def there(self):
        """Is there earth? None: not known yet. Allocates nothing, waits for nothing."""
        raise NotImplementedError

    def guard(self, part):
        """From now on a missing earth is the fault `earth` of part.outlet. Sets .seen and .lost_ms of the part
        as core/earth.py says, and wakes it. -> a function that looks, for safety.polls: it allocates nothing."""
        raise NotImplementedError


class Inputs:
    """Contacts that stop or limit. Open is the safe side of each, and what a broken wire reads."""

    lines = ()  # the board's descriptions, in order

    def open(self, i):
        """Is contact i open? Allocates nothing; blocks for 1 ms when it is, to look again."""
        raise NotImplementedError

    def guard(self, part):
        """From now on an open emergency stop or door is that fault of part.outlet, and a contact that is not as
        part.opened says (1: open) wakes the part. -> a function that looks, for safety.polls: it allocates nothing."""
        raise NotImplementedError


class Lock:
    """The lock of a socket. Nothing of it blocks."""

    pulse_ms = 0  # how long its motor is driven, 10..2000
    settle_ms = 0  # from then to a feedback that can be believed, 0..5000
    pause_ms = 0  # between two motions, 0..5000
    part = None  # whom it wakes

    def move(self, lock):
        """Begins to lock (True) or to open (False). The pulse of a motor ends by itself."""
        raise NotImplementedError

    def poll(self):
        """Ends a pulse that is over, and between two sets part.awake when feedback or mains are not what its .locked
        and .dark say. Allocates nothing; the safety path calls it, and the loop."""
        raise NotImplementedError

    def feedback(self):
        """-> True locked, False open, None: nothing feels the bolt. To be believed between two pulses only."""
        raise NotImplementedError

    def mains(self):
        """Is there mains? False only where the board has a supply that outlives it (`holdup`)."""
        raise NotImplementedError


class Proximity:
    """The resistor in the plug of a cable."""

    least_ohm, most_ohm = 50, 4500  # of the board file: less is a short, more is no cable
    part = None  # whom it wakes

    def ohm(self):
        """-> Ohm, None: more than can be measured. Blocks for 0.5 ms. Raises OSError when the ADC fails."""
        raise NotImplementedError

    def poll(self):
        """While the contactor is closed it reads once a second, and sets part.awake when that is not part.ohm any more.
        Allocates nothing; the safety path calls it."""
        raise NotImplementedError


class Phases:
    """The phase relay, a second contactor for L2 and L3 behind the main one, open without power. Only parts/phases.py
    moves it, and commission/phases.py, and only while the main one is proven open."""

    three = False  # what it was told last: closed, the car has three phases
    settle_ms = 0  # from then to contacts that have moved and a feedback that can be believed, 250 or more
    faults = None  # FaultSet that poll() tells

    def move(self, three):
        """Closes it (True) or opens it. Never raises."""
        raise NotImplementedError

    def feedback(self):
        """-> True closed, False open, None: the board has no mirror contact of it."""
        raise NotImplementedError

    def poll(self):
        """Sets weld or no_close as long as the mirror contact does not follow; only where there is one. Allocates
        nothing; the safety path calls it."""
        raise NotImplementedError


class Disconnect:
    """The relay in the pilot wire, closed without power."""

    def part(self, on):
        """Opens the wire, or closes it. Never raises. Only core/apart.py calls this."""
        raise NotImplementedError
