"""No pattern of ours, and none that a shop sets, is made slow by a text."""

import importlib
import inspect
import os
import pkgutil
import re
import time
from collections.abc import Callable, Iterator
from random import Random
from typing import Any

import pytest

import habitue
from habitue.identity.blocked import BLOCKED_PATTERNS, BLOCKED_VALUES, Blocked

pytestmark = pytest.mark.proof("T27")

LONG = bool(os.environ.get("HABITUE_TORTURE"))
# Beside one of each letter alone, again and again.
TEXTS = 150 if LONG else 8
SHOPS = 200 if LONG else 20
CHARS = 4_000
# A plainly quadratic pattern, and what it goes back over: how fast this machine looks
# at letters right now. What a text takes is told in such looks, so that neither
# a neighbour nor a slow machine changes it.
QUADRATIC, GONE_BACK_OVER = re.compile("a*b"), "a" * 2_000
LOOKS = len(GONE_BACK_OVER) ** 2
# So many are 50 ms where a look takes 5 ns.
LOOKS_MAX = 10_000_000
TRIES = 7
# What no pattern expects: a match that has gone far fails over it.
STRANGE = "\x01"


def patterns() -> Iterator[tuple[str, re.Pattern[Any], list[str]]]:
    """Give every pattern that a module of ours keeps, and how it is asked there."""
    for told in pkgutil.walk_packages(habitue.__path__, "habitue."):
        if told.name.endswith("__main__"):
            continue
        module = importlib.import_module(told.name)
        for name, value in sorted(vars(module).items()):
            if isinstance(value, re.Pattern):
                asked = re.findall(rf"\b{name}\.(\w+)\(", inspect.getsource(module))
                yield f"{told.name}.{name}", value, sorted({*asked} - {"compile"})


def asker(pattern: re.Pattern[Any], way: str) -> Callable[[Any], object]:
    """Give what asks a text as the product does: at its beginning, or all over it."""
    if way in {"match", "fullmatch"}:
        return getattr(pattern, way)
    return lambda text: list(pattern.finditer(text))


def letters(pattern: str) -> str:
    """Give letters that a pattern may go on with: those in it, one of each class."""
    plain = re.sub(
        r"\\x[0-9a-f]{2}|\\u[0-9a-f]{4}|\\[a-zA-Z]|[\\()\[\]{}?*+|^$]", "", pattern
    )
    return "".join(dict.fromkeys(plain[:40] + 'a0 A-_."\\,:@/(){}[]\t'))


def texts(pattern: str, chance: Random) -> Iterator[str]:
    """Give texts that repeat what may match, and fail at their end."""
    for letter in letters(pattern):
        yield letter * CHARS + STRANGE
    for _ in range(TEXTS):
        yield hostile(pattern, chance)


def hostile(pattern: str, chance: Random) -> str:
    """Make a text that repeats what may match, and mostly fails at its end."""
    known = letters(pattern)
    start = "".join(chance.choices(known, k=chance.randrange(4)))
    pump = "".join(chance.choices(known, k=chance.randint(1, 4)))
    end = chance.choice((STRANGE, "", chance.choice(known)))
    return (start + pump * CHARS)[:CHARS] + end


def looks(tried: Callable[[Any], object], text: str | bytes) -> float:
    """Say what a text takes in looks at a letter: the least of some tries."""
    spent = [_looks(tried, text)]
    while spent[-1] > LOOKS_MAX / 5 and len(spent) < TRIES:
        spent.append(_looks(tried, text))
    return min(spent)


def _looks(tried: Callable[[Any], object], text: str | bytes) -> float:
    spent_s = cpu_s(lambda: tried(text))
    # Most take next to nothing, whatever a look takes here.
    if spent_s < 0.001:
        return 0.0
    return spent_s / cpu_s(lambda: QUADRATIC.search(GONE_BACK_OVER)) * LOOKS


def cpu_s(work: Callable[[], object]) -> float:
    began = time.thread_time()
    work()
    return time.thread_time() - began


def test_no_pattern_of_ours_is_made_slow_by_a_text(
    seed: int, figure: Callable[[str, Any], None]
) -> None:
    chance, tried, slowest = Random(seed), 0, (0.0, "")
    for name, pattern, ways in patterns():
        is_bytes = isinstance(pattern.pattern, bytes)
        told = pattern.pattern.decode("latin-1") if is_bytes else pattern.pattern
        for text in texts(told, chance):
            given = text.encode("latin-1", "replace") if is_bytes else text
            for way in ways or ["fullmatch"]:
                spent = looks(asker(pattern, way), given)
                slowest = max(slowest, (spent, f"{name}.{way} {text[:20]!r}"))
                tried += 1
    figure("texts", tried)
    figure("most looks at a letter", round(slowest[0]))
    assert slowest[0] < LOOKS_MAX, slowest


def test_no_pattern_that_a_shop_sets_is_made_slow_by_a_text(
    seed: int, figure: Callable[[str, Any], None]
) -> None:
    chance, slowest = Random(seed), (0.0, "")
    for _ in range(SHOPS):
        told = ["".join(chance.choices("ab*?+(.", k=60)) for _ in range(5)]
        own = Blocked(BLOCKED_VALUES, BLOCKED_PATTERNS, told)
        for _ in range(10):
            text = hostile("ab?+(.", chance)[:1_000]
            slowest = max(slowest, (looks(own.has, text), f"{told} {text[:20]!r}"))
    figure("texts against shops' patterns", SHOPS * 10)
    figure("most looks at a letter, for a shop's", round(slowest[0]))
    assert slowest[0] < LOOKS_MAX, slowest
