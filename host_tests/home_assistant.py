"""What Home Assistant wants of a discovery message, as tables of our own, and what of the key table it is not told.

Source: https://www.home-assistant.io/integrations/mqtt/ and the pages of the components (sensor.mqtt, number.mqtt ...),
https://developers.home-assistant.io/docs/core/entity/sensor (classes of devices and of states).
"""

_ANY = {"~", "name", "uniq_id", "avty_t", "pl_avail", "pl_not_avail", "dev", "ent_cat", "json_attr_t", "json_attr_tpl"}
_SHOWS, _SETS = {"stat_t", "val_tpl"}, {"cmd_t", "cmd_tpl"}

# component: (fields that it must have, others that it may have, classes of devices)
COMPONENTS = {
    "sensor": ({"stat_t"}, _SHOWS | {"unit_of_meas", "dev_cla", "stat_cla"}, None),
    "binary_sensor": ({"stat_t"}, _SHOWS | {"pl_on", "pl_off", "dev_cla"}, ("power", "connectivity", "problem")),
    "number": ({"cmd_t"}, _SHOWS | _SETS | {"min", "max", "step", "mode", "unit_of_meas", "dev_cla"}, None),
    "select": ({"cmd_t", "options"}, _SHOWS | _SETS, ()),
    "switch": ({"cmd_t"}, _SHOWS | _SETS | {"pl_on", "pl_off", "dev_cla"}, ("outlet", "switch")),
    "button": ({"cmd_t"}, _SETS | {"pl_prs", "dev_cla"}, ("identify", "restart", "update")),
    "text": ({"cmd_t"}, _SHOWS | _SETS | {"min", "max", "mode", "pattern"}, ()),
}

# class of a sensor or number: its units, and classes of states that go with it
CLASSES = {
    "current": (("A", "mA"), ("measurement",)),
    "voltage": (("V", "mV"), ("measurement",)),
    "power": (("W", "kW"), ("measurement",)),
    "energy": (("Wh", "kWh"), ("total", "total_increasing")),
    "frequency": (("Hz",), ("measurement",)),
    "temperature": (("°C",), ("measurement",)),
    "duration": (("s", "min", "h"), ("measurement", "total", "total_increasing")),
    "signal_strength": (("dBm", "dB"), ("measurement",)),
}
_STATES = ("measurement", "total", "total_increasing")

# keys that stand on no dashboard, by the reason
LEFT_OUT = {
    "how it was installed, or is looked after": (
        "fna mmc psmd mptwt spl3 mpwst sumd lmo rde ct cco esk clp hai hla hsa opw tzt tof tds tse utc loc upu oct upd "
        "ocu wda wak wan wifis delw lan ocppf cards lrn del wbw cmr"
    ),
    "of a door, or of the central system": (
        "mce mcu mcr mtp mqi mqf mhe mht mqcn mqss mck mqcc msc mcs mcc mcca mlr mlra men msp msb msr mro mwo mstr "
        "mstw ocppe ocppu ocppg ocppcn ocppss ocppck ocppcc ocppsc ocppd ocpph ocppi ocppai txt ocppao ocpplo ocppla "
        "ocppcm orsch osr ocppr ocppt ocppio ocpps ocppc ocppca ocppaa ocppti ocppte ocpplea ocppdl"
    ),
    "times since the start, which only count beside rbt": "rbt lbp alwt lmsc lccfi lcctc lccfc lfspt lrr tab lto",
    "said by another entity in better words": "cll lck pha die wst wsms wsm wsc ccw cce lri tsi tsss rbt",
    "what the box is, and never changes": "rev sock nld sse var host",
}


def objections(topic, message):
    """-> what is wrong with this message (a dict) below that topic, as texts."""
    prefix, component, node, name, config = topic.split("/")
    must, may, classes = COMPONENTS[component]
    found = [f"without {field}" for field in (must | {"uniq_id", "dev", "name"}) - message.keys()]
    found += [f"no {component} has {field}" for field in message.keys() - must - may - _ANY]
    if config != "config" or not all(part.replace("_", "").replace("-", "").isalnum() for part in (node, name)):
        found.append("a topic that is not looked at")
    if not message["dev"].get("ids"):
        found.append("a device without identifiers")
    for field in ("stat_t", "cmd_t", "avty_t"):
        if field in message and (not message[field].startswith("~/") or "+" in message[field] or "#" in message[field]):
            found.append(f"{field} is no topic of the box")
    if message.get("ent_cat") not in (
        (None, "diagnostic") if "sensor" in component else (None, "config", "diagnostic")
    ):
        found.append("a category that it cannot have")
    for field in ("val_tpl", "cmd_tpl", "json_attr_tpl"):
        text = message.get(field, "{{}}")
        if not (text.startswith("{{") and text.endswith("}}") and text.count("(") == text.count(")")):
            found.append(f"{field} is no template")
    return found + _of_its_kind(component, message, classes)


def _of_its_kind(component, message, classes):
    kind, unit, state = (message.get(field) for field in ("dev_cla", "unit_of_meas", "stat_cla"))
    found = []
    if classes is not None and kind and kind not in classes:
        found.append(f"no {component} is a {kind}")
    if classes is None and kind:
        units, states = CLASSES[kind]
        if unit not in units or (state or states[0]) not in states:
            found.append(f"{kind} in {unit}, as {state}")
    if state and state not in _STATES:
        found.append(f"no state is a {state}")
    if component == "number" and not (
        message["min"] < message["max"] and message.get("mode") in (None, "box", "slider")
    ):
        found.append("a range without numbers")
    if component == "select" and not (
        len(message["options"]) > 1 and len(set(message["options"])) == len(message["options"])
    ):
        found.append("nothing to select")
    return found


def missing(rows, told):
    """-> keys that people would look for and do not find. rows: of the key table; told: keys of the messages."""
    left_out = {key for keys in LEFT_OUT.values() for key in keys.split()}
    shown = {row[0] for row in rows if row[3] in ("config", "command", "state") and row[2]}
    return sorted(shown - told - left_out)
