"""The phase relay, moved once behind the open contactor."""

from pilotwire import commission


def run(outlet, three):
    """-> [whether it has a mirror contact, ms until that said so, None: it did not]. Nothing is plugged in: the wizard
    has asked. Raises ValueError: the contactor is closed, or closes with the relay, which is let go then."""
    contactor, relay = commission.driver(outlet, "CONTACTOR"), commission.driver(outlet, "PHASES")
    relay.move(False)
    commission.open_contactor(outlet)

    def felt():
        if contactor.feedback():
            relay.move(False)
            raise ValueError("The first contactor closes with the phase relay: look at the wires of both coils.")
        return relay.feedback()

    relay.move(three)
    ms = commission.settled(felt, three, relay.settle_ms)
    return [relay.feedback() is not None, ms]
