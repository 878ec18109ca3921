"""What people switch: the contacts at the inputs, and the button."""

import board

from pilotwire import commission


def run(outlet):
    """-> ([is contact i open], is the button pressed; None: there is none)."""
    seen = commission.view(outlet)
    contacts = commission.driver(outlet, "INPUTS") if getattr(seen, "INPUTS", None) else None
    button = commission.driver(1, "BUTTON") if getattr(board, "BUTTON", None) else None
    opened = [contacts.open(i) for i in range(len(contacts.lines))] if contacts else []
    return opened, button and button.pressed()
