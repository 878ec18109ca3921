"""The numbered behaviours of an OCPP 1.6 charge point: group, what it is about, and the numbers of each tier.

Tier 1 is backed by a test case of the Open Charge Alliance, by what central systems really do, or by trouble in the
field: each of its behaviours has a test of the whole firmware. Tier 2 the specification demands. Tier 3 we decided.
"""

GROUPS = (
    # group, about, tier 1, tier 2, tier 3
    ("T", "transport and framing", "2-3,5,8,10,12,15,18,21-26", "1,4,7,9,11,13-14,16-17,19", "6,20"),
    ("B", "boot and registration", "1,3,6-8,13", "2,4-5,9-12,14-16", "17"),
    ("H", "heartbeat and clock", "1", "2-4,6-7", "5"),
    ("S", "statuses", "3-4,8-9,11,17-21,23", "1-2,5-7,12-13,15-16,22,24-25", "10,14"),
    ("A", "authorisation", "3,5,14,16,22-24,28-29", "1-2,4,6-13,15,17-21,25-26,30", "27,31-33"),
    ("X", "transactions", "2,5,7-13,23-26,28-29,31,34,36,38,40-42", "1,3-4,6,14-21,27,30,32,37,39,43", "22,33,35"),
    ("R", "remote start and stop", "1-2,4-7,10-13,17-18", "3,8-9,15,20", "14,16,19,21"),
    ("M", "meter values", "1,3,5,14,19,21", "2,4,6-13,15-17,22-24", "18,20"),
    ("RS", "reset", "2-5", "1,6-9", "10-11"),
    ("U", "unlock", "1-6", "", ""),
    ("V", "availability", "5-6", "1-4,10-11", "7-9"),
    ("C", "configuration", "1,6-7,9-10", "2,4-5,8,12,17", "3,11,13-16"),
    ("TG", "trigger", "2,6,9", "1,3-5,7-8", ""),
    ("L", "local list", "1-3,5,9,11", "4,7,12,14-15", "6,8,10,13"),
    ("DT", "data transfer", "1,4", "2-3", ""),
    ("ER", "errors", "13,17,19", "1-2,4-12,15", "3,14,16,18,20"),
    ("SE", "security", "2-3,6-8,10,12,14-15,19-21,23-24,31,37-38", "1,4-5,9,11,13,16-18,22,25-30,32-36,39-45", ""),
    ("FW", "firmware", "2-3,5", "1,4,6-10,12-13", "11"),
    ("DG", "diagnostics", "1-2", "3-5", "6-7"),
    ("RV", "reservation", "1-5,7-10,12-14", "11", "6,15-18"),
    (
        "SC",
        "smart charging",
        "2-3,11,15,24,26,29-30,34-35,43,46,49-50",
        "1,4-6,9-10,12-14,16-23,27,31-32,36-37,39-41,44-45,48",
        "7-8,25,28,33,38,42,47",
    ),
)
LATER = ("FW", "DG", "RV", "SC")  # groups that come with their profiles
LATER_ALONE = (
    "ER19",  # limits with a fraction: no message that is built has one
    *("R10", "S24"),  # a connector that is reserved
    *("R12", "R15", "R16"),  # the profile of a remote start
)
NOW_OF_SECURITY = ("SE01", "SE02", "SE03")  # what Basic auth needs


def behaviours():
    """-> {id: (about, tier)}, in the order of the groups."""
    found = {}
    for group, about, *tiers in GROUPS:
        numbers = {n: tier for tier, text in enumerate(tiers, 1) for n in _numbers(text)}
        found |= {f"{group}{n:02d}": (about, numbers[n]) for n in sorted(numbers)}
    return found


def is_later(name):
    """Whether a behaviour belongs to what is built later."""
    group = name.rstrip("0123456789")
    return group in LATER or name in LATER_ALONE or group == "SE" and name not in NOW_OF_SECURITY


def _numbers(text):
    for part in text.split(",") if text else ():
        first, _, last = part.partition("-")
        yield from range(int(first), int(last or first) + 1)
