"""Why a WebSocket peer says goodbye (RFC 6455, 5.5.1 and 7.4). Loaded when it does."""

from pilotwire.proto.ws import PROTOCOL, WsError, utf8


def code(payload):
    """The close code, None for none. Raises WsError for one that must not be sent, and for a reason in no UTF-8."""
    if not payload:
        return None
    code = payload[0] << 8 | payload[1] if len(payload) > 1 else 0
    if not (3000 <= code < 5000 or 1000 <= code < 1015 and code not in (1004, 1005, 1006)):
        raise WsError(PROTOCOL)
    utf8(payload[2:])
    return code
