"""Of whom a request reads, noted while it is answered.

Whoever shows people says here which, and need not know what that is looked through for:
the guards of API and console whom a route names, the mask each person in an answer, and
what goes out past the mask (files of members, exports) its own.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from types import MappingProxyType
from typing import Any, Protocol

NAMES_NOBODY: Mapping[str, Any] = MappingProxyType({})


class Who(Protocol):
    """Somebody who reads."""

    @property
    def name(self) -> str: ...

    @property
    def role(self) -> str: ...


class Reading:
    """Who asks, and the people, by id, whom the answer is of so far."""

    __slots__ = ("people", "who")

    def __init__(self) -> None:
        self.who: Who | None = None
        self.people: set[int] = set()


# Of the request that is being answered; none where nobody looks through it.
_reading: ContextVar[Reading | None] = ContextVar("reading", default=None)


@contextmanager
def noting(reading: Reading) -> Iterator[None]:
    """Note in this reading what is read within, in threads begun there as well."""
    before = _reading.set(reading)
    try:
        yield
    finally:
        _reading.reset(before)


def asks(who: Who, named: Mapping[str, Any] = NAMES_NOBODY) -> None:
    """Say who asks for what is read now; named: what the path they ask by names."""
    reading = _reading.get()
    if reading is not None:
        reading.who = who
        if "person_id" in named:
            reading.people.add(int(named["person_id"]))


def saw(people: Iterable[int]) -> None:
    """Say that somebody is shown these people, by id."""
    reading = _reading.get()
    if reading is not None:
        reading.people.update(people)
