"""Work in steps: what may take long gives way after each bit of it.

Who does such work runs it step by step and does other things in between, or all of it
at once. A step is of few things, however many there are in all; how long one takes is
for who writes it to keep well under a millisecond.
"""

from collections.abc import Callable, Generator, Iterable, Iterator
from heapq import merge
from itertools import islice
from typing import Any, TypeVar

T = TypeVar("T")
Steps = Generator[None, None, T]

# So many things a step: small ones, that take about a microsecond each, and others.
MANY = 128
FEW = 16
# So many are sorted in one go.
RUN = 1_024


def finish(steps: Steps[T]) -> T:
    """Do all that is left of some work at once; give what comes of it.

    >>> finish(in_order([3, 1, 2], abs))
    [1, 2, 3]
    """
    while True:
        try:
            next(steps)
        except StopIteration as done:
            found: T = done.value
            return found


def begin(steps: Steps[None]) -> Steps[None] | None:
    """Do the first step of some work; give what is left, None where that was all.

    >>> begin(let_go({1: 2}, {3: 4})) is None, begin(let_go({})) is None
    (False, True)
    """
    for _ in steps:
        return steps
    return None


def then(steps: Steps[None], found: T) -> Steps[T]:
    """Give what was found before once some work is done."""
    yield from steps
    return found


async def at_once() -> None:
    """Wait for nothing: what is done at once is never half done."""


def parts(things: Iterable[T], size: int) -> Iterator[list[T]]:
    """Give things so many at a time, as they are asked for.

    >>> list(parts("abcde", 2))
    [['a', 'b'], ['c', 'd'], ['e']]
    """
    left = iter(things)
    while part := list(islice(left, size)):
        yield part


def let_go(*held: dict[Any, Any]) -> Steps[None]:
    """Empty dicts that nobody needs any more: freeing thousands takes its time, too."""
    for one in held:
        while one:
            for _ in range(min(MANY, len(one))):
                one.popitem()
            yield


def in_order(things: Iterable[T], key: Callable[[T], Any]) -> Steps[list[T]]:
    """Sort as sorted() does, in steps: run by run, and the runs into one."""
    runs = []
    for run in parts(things, RUN):
        runs.append(sorted(run, key=key))
        yield
    if len(runs) < 2:
        return runs[0] if runs else []
    found: list[T] = []
    for part in parts(merge(*runs, key=key), MANY):
        found += part
        yield
    return found
