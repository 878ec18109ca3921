"""Who may talk to the key API: everything but pages of other web sites. Pure.

A set is a GET (every go-e client writes so), and a page of any other site can make a browser
send one. What a browser tells about where a request comes from, and what programs such as evcc,
Home Assistant or curl never send, decides:

- Host must be an IP address, localhost or our own name: a foreign name that was made to point
  at us (DNS rebinding) is none of these;
- Origin and Referer, where sent, must be ours: a page of another site has its own;
- Sec-Fetch-Site must be same-origin or none (typed by hand), Sec-Fetch-Mode not no-cors
  (images, scripts).

Browsers send Sec-Fetch-* only over https and to localhost, and a page can suppress its Referer:
on plain http an image of a hostile page that is itself plain http may pass as curl does. Only a
password closes that; where there is none, the current can still never be raised above what the
installer set.

Source: facts ux-reliability E.2, items 7 and 8 and the rule for the go-e door; W3C Fetch
Metadata.
"""


def refuse(headers, names, page=False):
    """None when the request may pass, else the reason as a sentence.

    headers: dict of lower-case names; names: our own host names without ".local"; page: the
    plain page is asked for, to which another site may link.
    """
    get = headers.get
    host = get("host", "").lower()
    if not _ours(host, names):
        return "Host %s is not this wallbox" % host[:64]
    if page and get("sec-fetch-mode", "navigate") == "navigate":
        return None
    ours = "http://" + host
    if get("origin", ours).lower() != ours:
        return "request from another site (Origin)"
    if not (get("referer", ours) + "/").lower().startswith(ours + "/"):
        return "request from another site (Referer)"
    if get("sec-fetch-site", "none") not in ("none", "same-origin"):
        return "request from another site (Sec-Fetch-Site)"
    if get("sec-fetch-mode") == "no-cors":
        return "request from another site (Sec-Fetch-Mode)"
    return None


def _ours(host, names):
    if host.startswith("["):
        host, mark, port = host.partition("]")
        return bool(mark) and ":" in host and not host[1:].strip("0123456789abcdef:.") and _port(port)
    host, _, port = host.partition(":")
    if port and not port.isdigit():
        return False
    if host.endswith("."):
        host = host[:-1]
    if host.endswith(".local"):
        return host[:-6] in names
    return host == "localhost" or host in names or _ipv4(host)


def _port(text):
    return not text or (text[0] == ":" and (text[1:] or "0").isdigit())


def _ipv4(host):
    parts = host.split(".")
    return len(parts) == 4 and all(p.isdigit() and len(p) <= 3 and int(p) < 256 for p in parts)
