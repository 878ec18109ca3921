"""How patient the link is. Settings of the next issue; known here once, because GetConfiguration tells them too."""

ANSWER_S = 30  # MessageTimeout: a CALL without an answer
PING_S = 60  # WebSocketPingInterval: of silence, until we ping; the same again, until the connection counts as dead
