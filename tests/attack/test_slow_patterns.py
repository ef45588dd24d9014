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
TEXTS = 150 if LONG else 25
SHOPS = 200 if LONG else 20
CHARS = 4_000
# Beside other tests a process's own time is longer: there what explodes fails alone.
TEXT_S_MAX = 0.05 if LONG else 0.25
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


def hostile(pattern: str, chance: Random) -> str:
    """Make a text that repeats what may match, and fails at its end."""
    known = letters(pattern)
    start = "".join(chance.choices(known, k=chance.randrange(4)))
    pump = "".join(chance.choices(known, k=chance.randint(1, 4)))
    end = chance.choice((STRANGE, "", chance.choice(known)))
    return (start + pump * CHARS)[:CHARS] + end


def took_s(tried: Callable[[Any], object], text: str | bytes) -> float:
    """Measure how long it takes: the least of three, as memory is tidied at times."""
    spent = []
    while len(spent) < 3 and (not spent or spent[-1] > TEXT_S_MAX / 5):
        began = time.process_time()
        tried(text)
        spent.append(time.process_time() - began)
    return min(spent)


def test_no_pattern_of_ours_is_made_slow_by_a_text(
    seed: int, figure: Callable[[str, Any], None]
) -> None:
    chance, tried, slowest = Random(seed), 0, (0.0, "")
    for name, pattern, ways in patterns():
        is_bytes = isinstance(pattern.pattern, bytes)
        told = pattern.pattern.decode("latin-1") if is_bytes else pattern.pattern
        for _ in range(TEXTS):
            text = hostile(told, chance)
            given = text.encode("latin-1", "replace") if is_bytes else text
            for way in ways or ["fullmatch"]:
                spent = took_s(asker(pattern, way), given)
                slowest = max(slowest, (spent, f"{name}.{way} {text[:20]!r}"))
                tried += 1
    figure("texts", tried)
    figure("slowest ms", round(slowest[0] * 1000, 1))
    assert slowest[0] < TEXT_S_MAX, slowest


def test_no_pattern_that_a_shop_sets_is_made_slow_by_a_text(
    seed: int, figure: Callable[[str, Any], None]
) -> None:
    chance, slowest = Random(seed), (0.0, "")
    for _ in range(SHOPS):
        told = ["".join(chance.choices("ab*?+(.", k=60)) for _ in range(5)]
        own = Blocked(BLOCKED_VALUES, BLOCKED_PATTERNS, told)
        for _ in range(10):
            text = hostile("ab?+(.", chance)[:1_000]
            slowest = max(slowest, (took_s(own.has, text), f"{told} {text[:20]!r}"))
    figure("texts against shops' patterns", SHOPS * 10)
    figure("slowest ms of a shop's", round(slowest[0] * 1000, 1))
    assert slowest[0] < TEXT_S_MAX, slowest
