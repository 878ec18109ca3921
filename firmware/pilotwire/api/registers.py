"""The registers of the Modbus TCP door: a row for each value, packed by the build (packing.py).

    start   first register, as it stands in a request
    length  registers
    name    what go-e calls it
    kind    n unsigned number    d 64 bit float    a text    x bytes, from their hex digits
            i address, a byte in each register    p bits, the first item lowest    m address of the radio
            f as n; written 0 stops charging (frc 1), 1 leaves it to the logic (frc 0)
    key     where the value comes from; a digit is a constant, and the network knows more than keys
    part    which item of a list or an object
    scale   the number is the key's value times it or, where negative, divided by minus it
    writes  the key that is written; "" for none
    where   which functions read it: 3, 4 or 34
    unit

Source: facts goe-api, section 3. Where the vendor's table says two things of one register, function 3 reads what can be
written, function 4 what cannot.
"""

REGISTERS = (
    # start, length, name, kind, key, part, scale, writes, where, unit
    (100, 1, "CAR_STATE", "n", "car", "", 1, "", "34", ""),
    (101, 1, "PP_CABLE", "n", "cbl", "", 1, "", "34", "A, 0: none"),
    (105, 2, "FWV", "a", "fwv", "", 1, "", "34", ""),
    (107, 1, "ERROR", "n", "err", "", 1, "", "34", ""),
    (108, 2, "VOLT_L1", "n", "nrg", 0, 1, "", "34", "V"),
    (110, 2, "VOLT_L2", "n", "nrg", 1, 1, "", "34", "V"),
    (112, 2, "VOLT_L3", "n", "nrg", 2, 1, "", "34", "V"),
    (114, 2, "AMP_L1", "n", "nrg", 4, 10, "", "34", "0.1 A"),
    (116, 2, "AMP_L2", "n", "nrg", 5, 10, "", "34", "0.1 A"),
    (118, 2, "AMP_L3", "n", "nrg", 6, 10, "", "34", "0.1 A"),
    (120, 2, "POWER_TOTAL", "n", "nrg", 11, 100, "", "34", "0.01 W"),
    (128, 2, "ENERGY_TOTAL", "n", "eto", "", -100, "", "34", "0.1 kWh"),
    (132, 2, "ENERGY_CHARGE", "n", "wh", "", 360, "", "34", "10 Ws"),
    (144, 2, "VOLT_N", "n", "nrg", 3, 1, "", "34", "V"),
    (146, 2, "POWER_L1", "n", "nrg", 7, 10, "", "34", "0.1 W"),
    (148, 2, "POWER_L2", "n", "nrg", 8, 10, "", "34", "0.1 W"),
    (150, 2, "POWER_L3", "n", "nrg", 9, 10, "", "34", "0.1 W"),
    (152, 2, "POWER_FACTOR_L1", "n", "nrg", 12, 1, "", "34", "%"),
    (154, 2, "POWER_FACTOR_L2", "n", "nrg", 13, 1, "", "34", "%"),
    (156, 2, "POWER_FACTOR_L3", "n", "nrg", 14, 1, "", "34", "%"),
    (158, 2, "POWER_FACTOR_N", "n", "nrg", 15, 1, "", "34", "%"),
    (200, 1, "ALLOW", "f", "alw", "", 1, "frc", "34", "0, 1"),
    (201, 1, "ACCESS_STATE", "n", "acs", "", 1, "acs", "34", ""),
    (202, 1, "ADAPTER_INPUT", "n", "adi", "", 1, "", "34", ""),
    (203, 1, "UNLOCKED_BY", "n", "trx", "", 1, "", "34", ""),
    (204, 1, "CABLE_LOCK_MODE", "n", "ust", "", 1, "ust", "34", ""),
    (205, 1, "PHASES", "p", "pha", "", 1, "", "34", "bits"),
    (206, 1, "LED_BRIGHTNESS", "n", "lbr", "", 1, "lbr", "34", ""),
    (207, 1, "LED_SAVE_ENERGY", "n", "lse", "", 1, "lse", "34", ""),
    (208, 1, "ELECTRICITY_PRICES_HOURS", "n", "0", "", 1, "", "34", "there are no prices"),
    (209, 1, "ELECTRICITY_PRICES_FINISHED", "n", "0", "", 1, "", "34", "there are no prices"),
    (210, 1, "ELECTRICITY_PRICES_ZONE", "n", "0", "", 1, "", "34", "there are no prices"),
    (211, 1, "AMPERE_MAX", "n", "ama", "", 1, "ama", "34", "A"),
    (212, 1, "AMPERE_L1", "n", "al1", "", 1, "al1", "34", "A, 0: none"),
    (213, 1, "AMPERE_L2", "n", "al2", "", 1, "al2", "34", "A, 0: none"),
    (214, 1, "AMPERE_L3", "n", "al3", "", 1, "al3", "34", "A, 0: none"),
    (215, 1, "AMPERE_L4", "n", "al4", "", 1, "al4", "34", "A, 0: none"),
    (216, 1, "AMPERE_L5", "n", "al5", "", 1, "al5", "34", "A, 0: none"),
    (217, 1, "CLOUD_DISABLED", "n", "1", "", 1, "", "34", "always: there is none"),
    (218, 1, "NORWAY_MODE", "n", "nmo", "", 1, "", "34", "never: an earth that is missing counts"),
    (218, 1, "NORWAY_MODE", "n", "nmo", "", 1, "", "34", "always 0"),
    (299, 1, "AMPERE_VOLATILE", "n", "amp", "", 1, "amp", "34", "A"),
    (300, 1, "AMPERE_EEPROM", "n", "amp", "", 1, "amp", "34", "A"),
    (301, 3, "MAC", "m", "mac", "", 1, "", "34", ""),
    (304, 6, "SNR", "a", "sse", "", 1, "", "34", ""),
    (310, 5, "HOSTNAME", "a", "host", "", 1, "", "34", "the first ten characters"),
    (315, 4, "IP", "i", "ip", "", 1, "", "34", ""),
    (319, 4, "SUBNET", "i", "netmask", "", 1, "", "34", ""),
    (323, 4, "GATEWAY", "i", "gw", "", 1, "", "34", ""),
    (327, 5, "RFID_CARD", "x", "lri", "", 1, "", "34", ""),
    (332, 1, "PHASE_SWITCH_MODE", "n", "psm", "", 1, "psm", "3", ""),
    (333, 4, "ENERGY_LIMIT", "d", "dwo", "", 1, "dwo", "3", "Wh, infinity: none"),
    (337, 1, "FORCE_STATE", "n", "frc", "", 1, "frc", "3", ""),
    (332, 4, "ENERGY_CARD0", "d", "c0e", "", 1, "", "4", "Wh"),
    (336, 4, "ENERGY_CARD1", "d", "c1e", "", 1, "", "4", "Wh"),
    (340, 4, "ENERGY_CARD2", "d", "c2e", "", 1, "", "4", "Wh"),
    (344, 4, "ENERGY_CARD3", "d", "c3e", "", 1, "", "4", "Wh"),
    (348, 4, "ENERGY_CARD4", "d", "c4e", "", 1, "", "4", "Wh"),
    (352, 4, "ENERGY_CARD5", "d", "c5e", "", 1, "", "4", "Wh"),
    (356, 4, "ENERGY_CARD6", "d", "c6e", "", 1, "", "4", "Wh"),
    (360, 4, "ENERGY_CARD7", "d", "c7e", "", 1, "", "4", "Wh"),
    (364, 4, "ENERGY_CARD8", "d", "c8e", "", 1, "", "4", "Wh"),
    (368, 4, "ENERGY_CARD9", "d", "c9e", "", 1, "", "4", "Wh"),
)
