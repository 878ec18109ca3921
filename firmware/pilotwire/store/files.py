"""One small record in one file: after a power cut at any byte the old or the new one is there.

littlefs keeps the old content until the file is closed, so overwriting is atomic; removing first
would not be. A new file exists, empty, before its content does: an empty file is no record. Up to
128 bytes lie in the folder's own block and cost hardly an erase. Reading is in records.py: only a start reads.

    1 58799413 16          format, CRC-32 of format and payload, payload
"""

from binascii import crc32

count = 0  # records written since the start


def record(version, payload):
    """The bytes of a file with this payload (bytes)."""
    head = b"%d " % version
    return b"%s%08x %s" % (head, crc32(head + payload), payload)


def write(path, version, payload):
    """Puts the record into the file; durable on return. OSError: the old record still stands."""
    global count
    data = record(version, payload)  # before the file is open: closing it without data would empty it
    with open(path, "wb") as f:
        f.write(data)
    count += 1
