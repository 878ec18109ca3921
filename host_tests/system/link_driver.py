"""Runs inside MicroPython: the OCPP link over a real socket, with a fake wallbox behind it.

link_driver.py URL SCENARIO    prints a JSON line each time what the keys show has changed
    watch      only the link
    session    a car comes as soon as the boot is accepted, charges for 2.5 s and goes; ends when all is said
"""

import asyncio
import json
import sys

from point import Box

from pilotwire.net import ocpp_end, ocpp_link
from pilotwire.net.clock import Clock

ocpp_end.PAUSES_S = (1,)


def status(name):
    return name, "NoError", None, None


async def show(box):
    last = None
    while True:
        ocpp = box.ocpp
        now = {"connected": ocpp.connected, "accepted": ocpp.accepted, "error": ocpp.last_error}
        if now != last:
            print(json.dumps(now))
            last = now
        await asyncio.sleep_ms(20)


async def control(box):
    while True:
        for outlet in box.outlets:
            outlet.turn(box.clock.ms())
            outlet.second()
        await asyncio.sleep_ms(50)


async def session(box):
    outlet = box.outlets[0]
    outlet.status = None
    while not box.ocpp.accepted:
        await asyncio.sleep_ms(20)
    outlet.connector.plugged = True
    while not outlet.connector.close:
        await asyncio.sleep_ms(20)
    for _ in range(25):
        await asyncio.sleep_ms(100)
        outlet.meter.energy_wh += 10
    outlet.connector.plugged = False
    while outlet.transaction or box.journal.pending:
        await asyncio.sleep_ms(20)
    await asyncio.sleep_ms(300)
    box.settings.values["ocppe"] = False
    while box.ocpp.started:
        await asyncio.sleep_ms(20)


async def main(url, scenario):
    box = Box()
    box.clock = Clock()
    box.settings.values.update(ocppe=True, ocppu=url, ocppi=1)
    box.ocpp = ocpp_link.Status(box)
    box.log.info = box.log.debug = box.log.warn = box.log.error = lambda text: print(text, file=sys.stderr)
    tasks = [asyncio.create_task(run(box)) for run in (ocpp_link.keep, show, control)]
    if scenario == "session":
        await session(box)
        assert "pilotwire.net.ocpp_session" not in sys.modules, "still loaded though OCPP is off"
        for task in tasks:
            task.cancel()
    else:
        await asyncio.sleep(60)


asyncio.run(main(sys.argv[1], sys.argv[2]))
