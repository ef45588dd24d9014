"""Proofs of the promises: a pytest plugin that runs those of one torture, and tells.

A test that proves something of a row of the test plan carries the mark
@pytest.mark.proof("T01"). What it found beside "passed" it tells by the fixtures
`figure` (a name and a value) and `seed`. With --proof T01 only the tests of that row
run; with --proofs FILE what they found is written as JSON, for tools.torture to make a
page of. Of a test by hypothesis the examples that held are a figure by themselves.
"""

import json
import os
import re
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis.statistics import collector, describe_statistics

from tools.torture.plan import PLAN

MARK = "proof"
KNOWN = frozenset(row.code for row in PLAN)
FIGURE, SEED = "figure", "seed"
EXAMPLES = "examples"
_PASSED = re.compile(r"(\d+) passing\b")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--proof", metavar="T", help="Run the proofs of this row alone.")
    parser.addoption("--proofs", metavar="FILE", help="Write what they found here.")


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("--proofs") and not hasattr(config, "workerinput"):
        config.pluginmanager.register(Finder(config), "proofs")


def pytest_collection_modifyitems(
    config: pytest.Config, items: list[pytest.Item]
) -> None:
    for item in items:
        for code in _rows(item):
            if code not in KNOWN:
                message = f"{item.nodeid}: there is no row '{code}' in plan.toml."
                raise pytest.UsageError(message)
    wanted = config.getoption("--proof")
    if wanted is None:
        return
    out = [item for item in items if wanted not in set(_rows(item))]
    items[:] = [item for item in items if wanted in set(_rows(item))]
    config.hook.pytest_deselected(items=out)


def _rows(item: pytest.Item) -> Iterator[str]:
    for mark in item.iter_markers(MARK):
        yield from map(str, mark.args)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, Any, Any]:
    """Count the examples of what a test takes to hypothesis itself."""
    with collector.with_value(lambda told: _count(item, describe_statistics(told))):
        return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Count the examples of a test that is hypothesis' own, which it counts itself."""
    if call.when == "call":
        _count(item, getattr(item, "hypothesis_statistics", ""))
    return (yield)


def _count(item: pytest.Item, told: str) -> None:
    if held := sum(map(int, _PASSED.findall(told))):
        item.user_properties.append((FIGURE, [EXAMPLES, held]))


@pytest.fixture
def figure(request: pytest.FixtureRequest) -> Callable[[str, Any], None]:
    """Tells a figure that a proof found: figure("kills", 200)."""

    def tell(name: str, value: Any) -> None:
        request.node.user_properties.append((FIGURE, [name, value]))

    return tell


@pytest.fixture
def seed(request: pytest.FixtureRequest) -> int:
    """Chance anew in each run; told, so that HABITUE_SEED= plays a run again.

    In CI each test has a chance of its own that stays: what it says of a change is of
    the change. What is new is looked for by everybody else, and by the torture.
    """
    told = os.environ.get("HABITUE_SEED")
    is_fixed = os.environ.get("CI") and not os.environ.get("HABITUE_TORTURE")
    chance = Random(request.node.nodeid) if is_fixed else Random()
    found = int(told) if told else chance.randrange(2**32)
    print(f"HABITUE_SEED={found}")
    request.node.user_properties.append((SEED, found))
    return found


class Finder:
    """Gathers what the proofs found, and writes it down at the end."""

    def __init__(self, config: pytest.Config) -> None:
        self._path = Path(config.getoption("--proofs"))
        self._found: dict[str, dict[str, Any]] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        # A test that fails in its set-up never comes to be called.
        if report.when != "call" and report.passed:
            return
        told = report.user_properties
        self._found[report.nodeid] = {
            "test": report.nodeid,
            "fate": report.outcome,
            "why": _why(report),
            "seconds": round(report.duration, 1),
            "figures": [value for name, value in told if name == FIGURE],
            "seeds": [value for name, value in told if name == SEED],
        }

    def pytest_sessionfinish(self) -> None:
        self._path.write_text(json.dumps(list(self._found.values()), indent=1))


def _why(report: pytest.TestReport) -> str:
    if report.skipped and isinstance(report.longrepr, tuple):
        return str(report.longrepr[2])
    return report.longreprtext[-2_000:] if report.failed else ""
