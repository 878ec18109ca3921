"""Safe mode: to be written."""


def ready(board):
    raise NotImplementedError
