"""Which requests pass, and which come from a page of another web site."""

from pilotwire.api import gate

_NAMES = ("pilotwire",)
_BOX = "192.168.0.75"


def passes(page=False, **headers):
    return gate.refuse({k.replace("_", "-"): v for k, v in headers.items()}, _NAMES, page) is None


def refused_for(word, page=False, **headers):
    reason = gate.refuse({k.replace("_", "-"): v for k, v in headers.items()}, _NAMES, page)
    return reason is not None and word in reason


def test_our_addresses_and_names_are_taken_as_host():
    for host in (
        "192.168.0.75",
        "192.168.0.75:80",
        "127.0.0.1:8080",
        "[::1]:8080",
        "[fe80::12:34ff]",
        "localhost",
        "LOCALHOST:8080",
        "pilotwire",
        "Pilotwire.local",
        "pilotwire.local.:80",
    ):
        assert passes(host=host), host


def test_any_other_name_is_a_foreign_site_that_points_at_us():
    for host in (
        "evil.example",
        "192.168.0.75.evil.example",
        "localhost.evil.example",
        "evil.localhost",
        "pilotwire.evil.example",
        "evil.pilotwire.local",
        "pilotwire.local.evil.example",
        "evil@192.168.0.75",
        "192.168.0.256",
        "192.168.0",
        "3232235595",
        "0x7f.0.0.1",
        "127.0.0.1:80:80",
        "127.0.0.1:evil",
        "[evil.example]",
        "[::1]evil",
        "[::1",
        "",
        ".local",
    ):
        assert refused_for("Host", host=host), host
    assert refused_for("Host")


def test_programs_that_send_no_browser_headers_pass():
    assert passes(host=_BOX)  # evcc, curl, Home Assistant


def test_our_own_page_passes_in_each_browser():
    own = "http://" + _BOX
    assert passes(host=_BOX, referer=own + "/")  # plain http: Chrome, Firefox, Safari send no Sec-Fetch headers
    assert passes(host=_BOX, referer=own + "/", origin=own)
    chrome = {
        "host": "localhost:8080",
        "referer": "http://localhost:8080/",
        "sec_fetch_site": "same-origin",
        "sec_fetch_mode": "cors",
    }
    assert passes(**chrome)
    assert passes(host="localhost:8080", sec_fetch_site="none", sec_fetch_mode="navigate")  # typed by hand


def test_an_image_of_another_site_is_refused():
    assert refused_for(
        "Sec-Fetch-Site",
        host="localhost:8080",
        sec_fetch_site="cross-site",
        sec_fetch_mode="no-cors",
    )
    assert refused_for(
        "Sec-Fetch-Mode",
        host="localhost:8080",
        sec_fetch_site="same-origin",
        sec_fetch_mode="no-cors",
    )
    assert refused_for("Referer", host=_BOX, referer="http://evil.example/")
    assert refused_for("Referer", host=_BOX, referer="http://192.168.0.75.evil.example/")
    assert refused_for("Referer", host=_BOX, referer="http://192.168.0.7/")


def test_a_script_of_another_site_is_refused():
    for origin in (
        "http://evil.example",
        "https://192.168.0.75",
        "http://192.168.0.75:8123",
        "null",
        "http://192.168.0.7",
        "",
    ):
        assert refused_for("Origin", host=_BOX, origin=origin), origin
    for site in ("cross-site", "same-site", "surprise"):
        assert refused_for("Sec-Fetch-Site", host=_BOX, sec_fetch_site=site, sec_fetch_mode="cors"), site


def test_a_link_of_another_site_may_lead_to_the_page_but_not_to_the_keys():
    link = {
        "host": _BOX,
        "referer": "http://evil.example/",
        "sec_fetch_site": "cross-site",
        "sec_fetch_mode": "navigate",
    }
    assert passes(page=True, **link)
    assert not passes(**link)
    assert refused_for("Host", page=True, host="evil.example")
    assert not passes(page=True, host=_BOX, sec_fetch_site="cross-site", sec_fetch_mode="cors")
