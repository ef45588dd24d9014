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
    figures = [f"{name} {value}" for test in tests for name, value in test["figures"]]
    seeds = [str(one) for test in tests for one in test["seeds"]]
    where = (
        f"{result['date']}, {result['tree']}, {'long' if result['long'] else 'short'}"
    )
    return _cells([*cells, _fate(result), "; ".join(figures), " ".join(seeds), where])


def _fate(result: dict[str, Any]) -> str:
    fates = [test["fate"] for test in result["tests"]]
    told = [f"{fates.count(fate)} {fate}" for fate in sorted(set(fates))]
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
