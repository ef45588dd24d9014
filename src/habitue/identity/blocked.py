"""Values that many people share because nobody was named: never an identifier."""

import re
from collections.abc import Iterable

# Compared without regard to case, in every kind.
BLOCKED_VALUES = frozenset(
    {
        "",
        "-",
        "-1",
        "?",
        "n/a",
        "n.a.",
        "na",
        "nan",
        "nil",
        "none",
        "null",
        "(null)",
        "<null>",
        "\\n",
        "undefined",
        "unknown",
        "(not set)",
        "not set",
        "empty",
        "true",
        "false",
        "guest",
        "anon",
        "anonymous",
        "[]",
        "{}",
        "test@test",
        # What every emulator and every old handset of one maker answers.
        "9774d56d682e549c",
        "02:00:00:00:00:00",
    }
)

# Whole values, in lower case.
BLOCKED_PATTERNS = (
    # Zeros: a number, a phone, a card, a uuid that was never filled in.
    r"\+?[0\s().:-]+",
    r"0x0+",
    # What a browser prints for an object, a number that is none, a function.
    r"\[object [a-z]*\]",
    r"-?infinity",
    r"test@test\..*",
    r"(null|undefined|none|nan)@(null|undefined|none|nan)(\..*)?",
    # A template that nobody filled in.
    r"\{\{.*\}\}",
    r"\$\{.*\}",
    r"%%.*%%",
    r"\*\|.*\|\*",
)

# In a shop's own list: any characters, also none. Nothing else of it is a pattern.
ANYTHING = "*"


class Blocked:
    """Says which values name nobody, without regard to case.

    values and patterns are our own; told is a shop's list, of values with or without
    a *, and no pattern of it can take longer than its length times the value's.

    >>> said = Blocked((), (), ("walk-in", "till*"))
    >>> [said.has(one) for one in ("Walk-In", "TILL 7", "anna")]
    [True, True, False]
    """

    def __init__(
        self, values: Iterable[str], patterns: Iterable[str], told: Iterable[str] = ()
    ) -> None:
        lowered = [one.casefold() for one in told]
        plain = [one for one in lowered if ANYTHING not in one]
        self._values = {one.casefold() for one in values}.union(plain)
        wild = [_wildcard(one) for one in lowered if ANYTHING in one]
        self._pattern = _any_of([*patterns, *wild])

    def has(self, value: str) -> bool:
        """Say whether a value names nobody."""
        lowered = value.casefold()
        return lowered in self._values or bool(
            self._pattern and self._pattern.fullmatch(lowered)
        )


def _wildcard(told: str) -> str:
    """Write a value with stars as a regular expression.

    Each part between two stars is taken where it comes first and is never gone back
    over, which finds the same and can't be made slow by a value.
    """
    first, *inner, last = told.split(ANYTHING)
    taken = "".join(f"(?>.*?{re.escape(part)})" for part in inner if part)
    return f"{re.escape(first)}{taken}.*{re.escape(last)}"


def _any_of(patterns: list[str]) -> re.Pattern[str] | None:
    if not patterns:
        return None
    return re.compile("|".join(f"(?:{one})" for one in patterns))
