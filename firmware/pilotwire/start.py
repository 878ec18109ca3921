"""What main.py asks of an application, whatever its version: main.py is never updated over the network, so this stays
as it is. ready(board) -> (function, its argument); the function returns only by an exception.
"""


def ready(board):
    """Makes the wallbox and forgets what only its start needs."""
    from pilotwire import app, control, loader

    box = app.make(board)
    for name in ("boots", "saved", "records", "journal_boot", "journal_dead", "journal_room"):
        loader.release("store." + name)
    loader.release("app")
    loader.release("start")
    return control.run, box
