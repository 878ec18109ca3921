"""A box with two outlets: which keys, which card, which limit belongs to which of them."""

import asyncio

from box import Box, Outlet, Plain
from check import eq

from pilotwire import cards_tap, loader
from pilotwire.api.door import Door
from pilotwire.core.duty import STEADY, duty_for
from pilotwire.core.station import Station


class Request:
    method, headers = "GET", {"host": "192.168.4.1"}
    connection = Plain(peer="192.168.4.2")

    def __init__(self, path, query):
        self.path, self.query = path, query


def a_box():
    box = Box()
    box.outlets.append(Outlet())
    box.outlets[1].number = 2
    for outlet in box.outlets:
        outlet.parts, outlet.plugged_ms, outlet.reason = {}, 0, ""
        outlet.connector.letter, outlet.connector.duty = "A", STEADY
    box.clock.ms = lambda: 0
    return box


def asked(box, path, query):
    """-> (status, body as text) of a request."""

    async def ask():
        status, _, body, _ = await Door(box).answer(Request(path, query))
        if type(body) is not bytes:
            body = b"".join(piece for piece in body if piece)
        return status, body.decode()

    return asyncio.run(ask())


def test_the_keys_are_the_first_outlets_unless_the_query_names_the_other():
    box = a_box()
    box.outlets[1].car = 2
    eq(asked(box, "/api/status", "filter=car"), (200, '{"car":1}'))
    eq(asked(box, "/api/status", "outlet=1&filter=car"), (200, '{"car":1}'))
    eq(asked(box, "/api/status", "outlet=2&filter=car"), (200, '{"car":2}'))
    eq(asked(box, "/api/status", "filter=car,sse&outlet=2"), (200, '{"car":2,"sse":"012345"}'))


def test_a_command_goes_to_the_outlet_it_names_and_a_setting_to_both():
    box = a_box()
    eq(asked(box, "/api/set", "outlet=2&trx=0"), (200, '{"trx": true}'))
    eq([outlet.acted for outlet in box.outlets], [[], [("trx", 0)]])
    eq(asked(box, "/api/set", "outlet=2&amp=10"), (200, '{"amp": true}'))
    eq(box.settings.get("amp"), 10)
    eq(asked(box, "/api/set", "ack=1")[0], 200)
    eq(len(box.outlets[0].acted), 1)


def test_a_request_that_is_tried_again_for_want_of_memory_still_means_its_outlet():
    box, bring, tries = a_box(), loader.bring, []

    async def short(names):
        if names[-1] == "api.set":
            tries.append(names)
            if len(tries) == 1:
                raise MemoryError
        await bring(names)

    loader.bring = short
    try:
        eq(asked(box, "/api/set", "outlet=2&trx=0"), (200, '{"trx": true}'))
    finally:
        loader.bring = bring
    eq(len(tries), 2)
    eq([outlet.acted for outlet in box.outlets], [[], [("trx", 0)]])


def test_an_outlet_that_is_not_there_is_refused_in_a_sentence():
    box = a_box()
    for query in ("outlet=3", "outlet=0&trx=0", "outlet=", "outlet=two", "outlet=1&outlet=2", "outlet=-1"):
        status, text = asked(box, "/api/set", query)
        eq((status, "want one of 1 to 2" in text), (400, True))
    eq([outlet.acted for outlet in box.outlets], [[], []])


def chosen(one, two, trx=-1, card="04A1"):
    """Which of two outlets a card means; one, two: what is other than of a fresh outlet."""
    outlets = []
    for number, fields in ((1, one), (2, two)):
        outlet = Plain(number=number, plugged=False, plugged_ms=0, id_tag=None, transaction=None, trx=None)
        for name, value in fields.items():
            setattr(outlet, name, value)
        outlets.append(outlet)
    return cards_tap._choose(outlets, card, trx).number


def test_a_card_means_the_car_that_waits_and_of_two_the_one_plugged_in_last():
    eq(chosen({"plugged": True}, {}), 1)
    eq(chosen({}, {"plugged": True}), 2)
    eq(chosen({"plugged": True, "plugged_ms": 10}, {"plugged": True, "plugged_ms": 20}), 2)
    eq(chosen({"plugged": True, "plugged_ms": 20}, {"plugged": True, "plugged_ms": 10}), 1)
    eq(chosen({"plugged": True, "plugged_ms": 5}, {"plugged": True, "plugged_ms": (1 << 30) - 5}), 1)  # they turn round


def test_where_no_car_waits_a_card_ends_what_it_began_or_takes_the_outlet_that_is_free():
    mine, other = Plain(id_tag="04a1"), Plain(id_tag="0BAD")
    eq(chosen({"plugged": True, "transaction": other}, {"plugged": True, "transaction": mine}), 2)
    eq(chosen({"plugged": True, "transaction": mine}, {}), 1)
    eq(chosen({"plugged": True, "transaction": other}, {}), 2)
    eq(chosen({"id_tag": "0BAD"}, {"id_tag": "04A1"}), 2)
    eq(chosen({"plugged": True, "trx": 3}, {"plugged": True, "trx": 5}, trx=5), 2)  # without OCPP
    eq(chosen({"plugged": True, "trx": 5}, {}, trx=5), 1)
    eq(chosen({"plugged": True, "trx": 3}, {}, trx=5), 2)
    eq(chosen({"plugged": True, "trx": 3}, {"plugged": True, "trx": 4}, trx=5), 1)
    eq(chosen({}, {}), 1)


def shared(**limits):
    box = a_box()
    box.board.LIMITS.update(limits)
    station = Station(box)
    for outlet in box.outlets:
        outlet.parts["station"] = station
    return box


def stepped(box, now_ms):
    """A turn of the control loop -> the station's limits of the outlets in A."""
    for outlet in box.outlets:
        outlet.parts["station"].step(now_ms)
    return [dict(outlet.limits.items())["station"] // 1000 for outlet in box.outlets]


def plug(outlet, ma=0):
    outlet.plugged = True
    outlet.connector.letter = "C"
    if ma:
        outlet.connector.duty, outlet.connector.is_open = duty_for(ma), False


def test_an_outlet_without_a_car_is_limited_by_what_there_is_and_says_so():
    eq(stepped(shared(), 200), [32, 32])
    eq(stepped(shared(station_ma=16000), 200), [16, 16])
    box = shared(station_ma=20000)
    box.settings.values["mmc"] = 18000
    eq(stepped(box, 200), [18, 18])
    box.settings.values["installer_max_ma"] = 10000
    eq(stepped(box, 400), [10, 10])


def test_the_share_is_there_in_the_turn_in_which_the_car_is_seen():
    box = shared(station_ma=16000)
    one, two = box.outlets
    stepped(box, 0)
    plug(one)
    eq(stepped(box, 200), [16, 16])
    plug(one, 16000)
    stepped(box, 400)
    plug(two)
    two.parts["station"].step(600)
    eq(dict(two.limits.items())["station"], 0)  # nothing before the other one has gone down
    plug(one, 8000)
    eq(stepped(box, 800), [8, 0])
    eq(stepped(box, 6200), [8, 0])
    eq(stepped(box, 6400), [8, 8])


def test_who_may_not_charge_takes_nothing_from_the_other():
    box = shared(station_ma=16000)
    one, two = box.outlets
    for outlet in box.outlets:
        plug(outlet)
    two.reason = "card"
    eq(stepped(box, 200), [16, 0])
    two.reason = ""
    two.faults.set("diode")
    eq(stepped(box, 400), [16, 0])
