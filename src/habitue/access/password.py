"""Passwords: what is good enough, and Argon2id of it."""

from functools import cache
from importlib.resources import files

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from habitue.base.errors import InvalidError

CHARS_MIN, CHARS_MAX = 12, 200
_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)


def hash_of(password: str) -> str:
    """Give what is kept of a password; takes about 20 ms of a core."""
    return _hasher.hash(password)


def is_right(password: str, held: str) -> bool:
    """Say whether a password is the one kept; as slow where none is kept."""
    try:
        return _hasher.verify(held or _nobodys(), password[:CHARS_MAX]) and bool(held)
    except (VerificationError, InvalidHashError):
        return False


@cache
def _nobodys() -> str:
    return hash_of("nobody has this password")


def check(password: str, name: str) -> None:
    """Refuse a password that is guessed soon, with the way out."""
    if not CHARS_MIN <= len(password) <= CHARS_MAX:
        raise InvalidError(
            f"A password has {CHARS_MIN} to {CHARS_MAX} characters; four words that"
            " have nothing to do with one another make a good one."
        )
    plain = password.casefold()
    if plain in _common() or len(set(plain)) < 5 or (name and plain == name.casefold()):
        raise InvalidError(
            "This password is among the first that are guessed; take four words that"
            " have nothing to do with one another."
        )


@cache
def _common() -> frozenset[str]:
    text = files("habitue.access").joinpath("common-passwords.txt").read_text("utf-8")
    return frozenset(line for line in text.splitlines() if line)
