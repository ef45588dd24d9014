"""Names are handed in: the only place that makes a new id or a secret."""

import secrets
from collections.abc import Callable

NewId = Callable[[], str]
RandomBytes = Callable[[int], bytes]


def new_id() -> str:
    """Make an id that nobody else has: 128 random bits in hexadecimal."""
    return secrets.token_hex(16)


def new_secret() -> str:
    """Make a secret of 192 random bits that is safe in a URL and a header."""
    return secrets.token_urlsafe(24)


def random_bytes(count: int) -> bytes:
    """Make bytes that nobody can guess: for salts and for keys of hashes."""
    return secrets.token_bytes(count)


def counted_ids(prefix: str) -> NewId:
    """Make ids that count upwards: for tests and replays.

    >>> make = counted_ids("m"); make(), make()
    ('m1', 'm2')
    """
    count = 0

    def make() -> str:
        nonlocal count
        count += 1
        return f"{prefix}{count}"

    return make
