"""What the keys tell of updates. One function per key, found by its name (api/status.py)."""

from pilotwire import VERSION, loader


def ver(box):
    return VERSION


def ocu(box):
    """What `oct` takes: the one address that was set."""
    url = box.settings.get("upu")
    return [url] if url else []


def upd(box):
    """done and size: bytes of what goes on, 0 where unknown; received: what is on flash of an update that is not
    installed, from where sending it may go on.
    """
    state, done, size, why = box.update or ("idle", 0, 0, "")
    return {"state": state, "done": done, "size": size, "why": why, "received": loader.lend("update.work").received()}
