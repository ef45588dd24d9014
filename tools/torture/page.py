"""Writes docs/proof.md: promise, test, figure, machine, date, seed."""

import os
import platform
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tools.mutants import kept, mutant
from tools.mutants.page import section
from tools.torture.plan import PLAN

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "proof.md"
# What each row came to, kept with the page: it is written over all of them.
KEPT = ROOT / "docs" / "proof"
FAILURES = Path(__file__).with_name("failures.md")

# Of these each test tells its part, and the row has the sum.
EXAMPLES = "examples"
SUMMED = (EXAMPLES, "attacks")

_HEAD = """# Proof

What is promised, what was done to break it, and what came of it. Written by
`make torture WRITE=1`; not to be edited. `make torture T=T01 LONG=1` runs a row again,
and `HABITUE_SEED=` with its seed plays the same chance.

On {machines}. A row is of the tree that it names: `make torture LONG=1 WRITE=1` runs
those of other trees anew.

| row | what was done | promise | target | came to | figures | seeds | date, tree |
|---|---|---|---|---|---|---|---|
"""


def page(results: Sequence[dict[str, Any] | None]) -> str:
    """Write the page over what each row of the plan came to; None: not run."""
    lines = [_line(row, result) for row, result in zip(PLAN, results, strict=True)]
    on = sorted({result["machine"] for result in results if result})
    rows = _HEAD.format(machines="; ".join(on)) + "\n".join(lines) + "\n"
    mutants = section(mutant.read_all(), kept.read())
    return "\n".join((rows, mutants, FAILURES.read_text("utf-8")))


def _line(row: Any, result: dict[str, Any] | None) -> str:
    cells = [row.code, row.title, " ".join(row.promises), row.target]
    if result is None:
        return _cells([*cells, "not run", "", "", ""])
    tests = result["tests"]
    figures = [f"{name} {value}" for name, value in figures_of(tests)]
    seeds = [str(one) for test in tests for one in test["seeds"]]
    if any(name == EXAMPLES for name, _ in figures_of(tests)):
        seeds.append(str(result["seed"]))
    where = (
        f"{result['date']}, {result['tree']}, {'long' if result['long'] else 'short'}"
    )
    return _cells([*cells, _fate(result), "; ".join(figures), " ".join(seeds), where])


def figures_of(tests: Sequence[dict[str, Any]]) -> list[tuple[str, Any]]:
    """Give the figures of a row's tests; what each test tells its part of is one."""
    told = [(name, value) for test in tests for name, value in test["figures"]]
    found = [one for one in told if one[0] not in SUMMED]
    sums = {name: sum(v for one, v in told if one == name) for name in SUMMED}
    return found + [(name, value) for name, value in sums.items() if value]


def _fate(result: dict[str, Any]) -> str:
    fates = [test["fate"] for test in result["tests"]]
    told = [f"{fates.count(fate)} {fate}" for fate in sorted(set(fates))]
    told += filter(None, [result.get("why")])
    skipped = {test["why"] for test in result["tests"] if test["fate"] == "skipped"}
    word = "proved" if result["proved"] else "**failed**"
    return f"{word}: {', '.join(told) or 'no test'}" + "".join(
        f" ({why})" for why in sorted(skipped)
    )


def _cells(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def machine() -> str:
    """Name what it runs on: cores, system, version of Python."""
    return (
        f"{os.cpu_count()} cores, {platform.system()}, Python "
        f"{platform.python_version()}"
    )
