"""Messages in a stream, each led by its length."""

from collections.abc import Iterator
from typing import BinaryIO

LENGTH_BYTES = 4


def messages(stream: BinaryIO) -> Iterator[bytes]:
    """Give messages until an empty one; raises EOFError if the stream ends before."""
    while True:
        head = stream.read(LENGTH_BYTES)
        if len(head) < LENGTH_BYTES:
            raise EOFError
        length = int.from_bytes(head)
        if not length:
            return
        yield stream.read(length)


def framed(message: bytes) -> bytes:
    """Put a message's length in front of it."""
    return len(message).to_bytes(LENGTH_BYTES) + message
