"""What the doctor says of one thing that it looked at."""

from enum import StrEnum

from msgspec import Struct


class Grade(StrEnum):
    """How it is: good, worth a look, wrong, or not looked at."""

    GOOD = "good"
    LOOK = "look"
    WRONG = "wrong"
    SKIPPED = "skipped"


class Finding(Struct, frozen=True):
    """What was looked at, how it is, and a sentence that says so with the way out."""

    what: str
    grade: Grade
    text: str


def good(what: str, text: str) -> Finding:
    return Finding(what, Grade.GOOD, text)


def look(what: str, text: str) -> Finding:
    return Finding(what, Grade.LOOK, text)


def wrong(what: str, text: str) -> Finding:
    return Finding(what, Grade.WRONG, text)


def skipped(what: str, text: str) -> Finding:
    return Finding(what, Grade.SKIPPED, text)
