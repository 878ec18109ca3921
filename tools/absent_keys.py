"""Keys of go-e's API that this wallbox does not have, and why: for docs/keys.md, without those that came since."""

# class: {reason: keys}
LATER = "come later, with what they are about; until then no client shall believe that they work"
NEVER = "have nothing to tell or to do here"
ABSENT = {
    LATER: {
        "surplus of a solar system": (
            "fup ids ido pgrid ppv pakku inva dsrc pvopt_averagePGrid pvopt_averagePPv pvopt_averagePAkku deltap "
            "deltaa pgt po fst sh psh frm ferm fzf zfo csd lpsc lpc tlf tls pwm fsptws whg whs whb who wg ws wb wo emx"
        ),
        "tariffs and next trip": "awe awc awp awcp awpl ate att atp ara",
        "schedule and its random delays (the delay after a power cut is rdl)": (
            "sch_week sch_satur sch_sund rdbs rdbse rdes rdese rdbf rdbfe rdef rdefe rdre rdree rdpl rdple"
        ),
        "what holds the decisions of that logic for a while": "acp mci mcpd mcpea fmt",
        "balancing of loads between several wallboxes (two outlets of one share mmc)": (
            "loe lot loty log lop lof loa lopr map smd"
        ),
        "grid codes (a grid operator's limit is gla and glw)": (
            "pgr gmtr gsa rmaf rmif rmav rmiv rsre rsrr rsa ufe ufa ufs ufm uve uvt uvs"
        ),
        "charging profiles of the central system": "ocppdp ocppmp ocpptp",
    },
    NEVER: {
        "no list of authorities is in the chip: give msc": "mqg",
        "written where the vendor makes the wallbox: what is valid as delivered, the table above says": "ocppfai",
        "no tariff is told to a driver": "ocpptt",
        "there is no vendor who could be sent the log": "ocpprl",
        "the meter's frequency (fhz) is a mean of its own": "avgfhz",
        "wsl tells which networks could not be joined, not when": "lwf",
        "the button changes the current (clp) and acknowledges faults, and does nothing else": "sdp bar",
        "no part of that kind: adapter, LED strip of go-e, tamper contact, modem, charge controller of its own": (
            "la1 la3 led t0h t0l t1h t1l ten mia fwc ccrv ccu"
        ),
        "there is no cloud (cwe is false)": "cle clea cae cak data dll pco",
        "no go-e Controller is looked for": "csa ctrls ccd cmse cms cmp cmmr lcs",
        "the network is joined by what is stored (wifis), and tells what the chip knows": "wen wfb wpb",
        "of the older hardware, absent there as well; the older API (hla) has them": "tmp ast",
    },
}


def rows(present):
    """-> {class: [(reason, keys that are absent)]}. present: the keys of the table."""
    return {of: [row for row in _rows(reasons, present) if row[1]] for of, reasons in ABSENT.items()}


def _rows(reasons, present):
    return [(reason, [key for key in keys.split() if key not in present]) for reason, keys in reasons.items()]


def names():
    return {key for reasons in ABSENT.values() for keys in reasons.values() for key in keys.split()}
