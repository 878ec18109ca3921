"""Keys of go-e's API that this wallbox does not have, and why: for docs/keys.md, without those that came since."""

# reason: keys
ABSENT = {
    "surplus of a solar system: not yet, and no client shall believe it": (
        "fup ids ido pgrid ppv pakku inva dsrc pvopt_averagePGrid pvopt_averagePPv pvopt_averagePAkku deltap deltaa "
        "pgt po fst sh psh frm ferm fzf zfo csd lpsc lpc tlf tls pwm fsptws whg whs whb who wg ws wb wo emx"
    ),
    "tariffs and next trip: not yet": "awe awc awp awcp awpl ate att atp ara",
    "schedule and its random delays: not yet (the delay after a power cut is rdl)": (
        "sch_week sch_satur sch_sund rdbs rdbse rdes rdese rdbf rdbfe rdef rdefe rdre rdree rdpl rdple"
    ),
    "what holds the decisions of that logic for a while: comes with it": "acp mci mcpd mcpea fmt",
    "balancing of loads between several wallboxes: not yet (two outlets of one share mmc)": (
        "loe lot loty log lop lof loa lopr map smd"
    ),
    "grid codes: not yet (a grid operator's limit is gla and glw)": (
        "pgr gmtr gsa rmaf rmif rmav rmiv rsre rsrr rsa ufe ufa ufs ufm uve uvt uvs"
    ),
    "no list of authorities is in the chip (give msc); it checks them and the name, or neither (mqss)": "mqg mqcn",
    "charging profiles of the central system: refused as yet": "ocppdp ocppmp ocpptp",
    "the current without a central system is fse, fsi and fsc": "ocppf ocppff",
    "OCPP names it otherwise, or fixes it: osr is ocpppl; meter values are sent while a transaction runs": (
        "osr ocppfai ocppcm ocpptt orsch ocppte ocppla"
    ),
    "would have to be watched all the time for the memory it takes": "alwt lmsc lfspt lwf lbp lbl avgfhz",
    "the button acknowledges faults and changes no current": "clp bac sdp bar",
    "a car is woken by su as IEC 61851-1 says, once a plug-in": "sua sumd",
    "no part of that kind: adapter, LED strip of go-e, tamper contact, modem, charge controller of its own": (
        "la1 la3 led nld t0h t0l t1h t1l ten mia fwc ccrv ccu rfb"
    ),
    "which inputs there are and what they do, the board file says": "din die dii di1 pdi",
    "an earth that is missing is never ignored because of a key": "nmo",
    "ISO 15118 is not spoken": "iso2en",
    "what kind of socket it is, the board file says": "sock",
    "there is no cloud": "cwe cle clea cae cak data dll pco",
    "no go-e Controller is looked for": "csa ctrls ccd cmse cmp cmmr lcs",
    "the network is joined by what is stored (wifis), and tells what the chip knows": "wen wfb wpb",
    "wants decimals, which settings here do not have": "cco",
    "of the older hardware; the older API (hla) has them": "tmp ast",
    "not yet": "men msp msb msr mro mwo mstr mstw mce mcu mcr mtp mhe mht mcs mcc mcca mlr mlra",
}


def rows(present):
    """-> [(reason, keys that are absent)]. present: the keys of the table."""
    told = [(reason, [key for key in keys.split() if key not in present]) for reason, keys in ABSENT.items()]
    return [(reason, keys) for reason, keys in told if keys]


def names():
    return {key for keys in ABSENT.values() for key in keys.split()}
