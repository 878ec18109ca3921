"""Sets a key with what came over MQTT, as /api/set would. Lent for it."""

import json

from pilotwire import loader


async def put(box, door, key, message):
    """message: JSON in bytes -> "success", or what is wrong in go-e's words (facts goe-api, section 2)."""
    if key == "opw":
        return "only over HTTP"
    query = "%s=%s" % (_encoded(key.encode()), _encoded(message))
    _, _, body, _ = await loader.lend("api.at_set").answer(box, door, (query, "MQTT"))
    said = json.loads(body).get(key)
    if said is True:
        return "success"
    said = str(said)
    for part in (key + ": ", "failed: "):
        if said.startswith(part):
            said = said[len(part) :]
    return said


def _encoded(data):
    return "".join([chr(b) if 48 <= b < 58 or 65 <= b < 91 or 97 <= b < 123 else "%%%02X" % b for b in data])
