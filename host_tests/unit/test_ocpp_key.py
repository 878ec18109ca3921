"""AuthorizationKey: a password that the central system sets, and whom it is told."""

from central import Central
from check import eq

from pilotwire.net import ocpp_key
from pilotwire.net.ocpp_link import LinkError
from pilotwire.store import journal_read

URL = "ws://cs.example/ocpp/CP1"
WITH_LOGIN = "ws://CP1:old@cs.example/ocpp/CP1"
A, B = "00112233445566778899aabbccddeeff", "ffeeddccbbaa99887766554433221100AABBCCDD"
ACCEPTED = {"status": "Accepted"}


def central(url=URL):
    central = Central()
    central.box.settings.values.update(ocppe=True, ocppu=url)
    return central


async def change(central, value):
    """-> its status; a connection that goes on after Accepted is a mistake."""
    try:
        await central.ask("ChangeConfiguration", {"key": "AuthorizationKey", "value": value})
        status = "Rejected"
    except LinkError:
        status = "Accepted"
    assert '"%s"' % status in central.pieces[0][0], central.pieces
    return status


async def set_to(url, *values):
    c = central(url)
    for value in values:
        eq(await change(c, value), "Accepted")
    return c.box


def passwords(box, url, most=12):
    """Those of dials that fail one after the other, in hex digits, None for the address's own; the same told once."""
    told = []
    for tries in range(most):
        found = ocpp_key.password(box, url, tries)
        found = found and found.hex()
        if not told or told[-1] != found:
            told.append(found)
    return told


async def test_SE01_without_a_key_the_address_says_it_all():
    eq(passwords(central().box, URL), [None])


async def test_SE03_an_accepted_key_ends_the_connection_and_is_the_next_dials():
    box = await set_to(URL, A)
    eq(ocpp_key.password(box, URL, 0).hex(), A)


async def profile(central, value):
    return (await central.ask("ChangeConfiguration", {"key": "SecurityProfile", "value": value}))["status"]


async def test_the_central_system_can_only_raise_SecurityProfile_and_wants_a_password_for_it():
    c = central()
    eq(await profile(c, "1"), "Rejected")  # nobody could connect any more
    await change(c, A)
    for value, status in (
        ("0", "Rejected"),
        ("2", "Rejected"),
        ("1", "Accepted"),
        ("1", "Rejected"),
        ("0", "Rejected"),
    ):
        eq((value, await profile(c, value)), (value, status))
    eq(c.box.settings.get("ocppsp"), 1)
    eq(await profile(central(WITH_LOGIN), "1"), "Accepted")


async def test_SE01_with_SecurityProfile_1_no_connection_is_opened_without_a_password():
    box = await set_to(URL, A)
    box.settings.values["ocppsp"] = 1
    eq(ocpp_key.password(box, URL, 0).hex(), A)
    login = central(WITH_LOGIN).box
    login.settings.values["ocppsp"] = 1
    eq(ocpp_key.password(login, WITH_LOGIN, 0), None)  # the address says it
    for address, tries in ((URL, 3), ("ws://other.example/ocpp/CP1", 0)):
        try:
            ocpp_key.password(box, address, tries)
            raise AssertionError(address)
        except LinkError as e:
            assert "wants a password" in str(e)


async def test_SE04_what_is_no_key_of_16_to_20_bytes_is_rejected_and_not_logged():
    c = central()
    for value in ("", A[:30], A + B, A[:31], A + "f", "x" * 32, A[:30] + " 0", "0x" + A):
        eq((value, await change(c, value)), (value, "Rejected"))
    eq(c.box.settings.peek("ocppak"), "")
    assert not [line for line in c.box.log.lines if A[:30] in line or "xxxx" in line]


async def test_SE03_until_the_new_one_has_opened_a_connection_the_old_one_is_tried_after_three_failures():
    box = await set_to(URL, A)
    ocpp_key.opened(box, URL, 0)
    eq(passwords(box, URL), [A])
    box = await set_to(URL, A, B)
    eq(passwords(box, URL), [B.lower(), A, B.lower(), A])
    eq([ocpp_key.password(box, URL, tries).hex() for tries in (2, 3)], [B.lower(), A])
    ocpp_key.opened(box, URL, 4)
    eq(passwords(box, URL), [A])
    box = await set_to(URL, A, B)
    ocpp_key.opened(box, URL, 6)
    eq(passwords(box, URL), [B.lower()])


async def test_SE03_the_first_key_falls_back_to_the_login_of_the_address():
    for url in (URL, WITH_LOGIN):
        box = await set_to(url, A)
        eq(passwords(box, url, 6), [A, None])
        ocpp_key.opened(box, url, 3)
        eq((passwords(box, url), box.settings.peek("ocppak")), ([None], ""))


async def test_SE03_whoever_changes_the_login_of_the_address_is_not_locked_out_by_a_key():
    box = await set_to(WITH_LOGIN, A)
    ocpp_key.opened(box, WITH_LOGIN, 0)
    other = "ws://CP1:new@cs.example/ocpp/CP1"
    eq(passwords(box, other, 6), [A, None])
    ocpp_key.opened(box, other, 1)
    eq(passwords(box, other, 6), [A, None])  # its login is a last way out all the same


async def test_SE03_no_other_address_is_told_the_key():
    box = await set_to(URL, A)
    for other in ("ws://evil.example/ocpp/CP1", "ws://cs.example/ocpp/CP2", "ws://cs.example:81/ocpp/CP1"):
        eq(passwords(box, other), [None])
        ocpp_key.opened(box, other, 0)
    eq(passwords(box, URL, 3), [A])
    eq(box.settings.peek("ocppak").split(" ")[0], journal_read.peer(URL))


async def test_a_full_flash_lets_the_connection_live():
    box = await set_to(URL, A)
    box.settings.full = True
    ocpp_key.opened(box, URL, 0)
    assert "flash full" in box.log.lines[-1]


async def test_C04_SE03_a_key_that_is_set_is_not_told():
    c = central()
    await change(c, A)
    answer = await c.ask("GetConfiguration", {"key": ["authorizationKEY", "HeartbeatInterval"]})
    eq((len(answer["configurationKey"]), answer["unknownKey"]), (1, ["authorizationKEY"]))
    answer = await c.ask("GetConfiguration", {})
    assert len(answer["configurationKey"]) > 30
    assert "uthorizationKey" not in str(answer) and A not in str(answer)


async def test_a_key_that_is_no_text_is_refused():
    with_list = {"key": "AuthorizationKey", "value": [A]}
    eq(await central().refused("ChangeConfiguration", with_list), "TypeConstraintViolation")
