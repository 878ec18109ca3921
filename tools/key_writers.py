"""Who changes a key beside the doors and the central system's ChangeConfiguration, and whose word counts then: for
docs/keys.md and /api/keys. host_tests/system/test_docs.py looks whether all that set one are here.
"""

_LAST = "the last one counts"
# key: (who, whose word counts)
OTHERS = {
    "amp": ("the button (clp, bac)", _LAST),
    "trx": (
        "cards, a car that is plugged in (acs 0) or unplugged",
        "the last one counts; with OCPP on cards and the central system authorise, and the doors only withdraw",
    ),
    "tcl": ("its end after ten minutes", _LAST),
    "clp": ("al1 to al5, which it is made of", _LAST),
    "osr": ("ocpppl, of which it is one value", _LAST),
    "ocpppl": ("osr", _LAST),
    "ocpph": ("a BootNotification that the central system accepts", _LAST),
    "ocppiv": ("ChangeAvailability, ocppio", _LAST),
    "ocppio": ("ChangeAvailability, ocppiv", _LAST),
    "utc": (
        "a time server (tse), the central system (ocppt)",
        "the last one counts, but the central system never over a time server",
    ),
    "cards": ("the cards' own keys, lrn, del, energy that is charged", _LAST),
    "wifis": ("delw, the serial console", _LAST),
    "opw": ("the serial console, which deletes it", _LAST),
}
for _n in range(10):
    OTHERS[f"c{_n}e"] = ("energy that the card charges, which adds to it", _LAST)
    OTHERS[f"c{_n}i"] = ("lrn, with the card that is held to the reader", _LAST)
