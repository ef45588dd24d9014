"""Runs rows of the test plan, some of them at a time, and keeps what each came to."""

import json
import os
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

from tools import tree
from tools.torture.page import KEPT, machine
from tools.torture.plan import Row
from tools.torture.run import LOOK_S, ROW_S_MAX, Child

LOGS = tree.ROOT / ".cache" / "torture"

Result = dict[str, Any]


class Tree(NamedTuple):
    """What rows are run on: a commit's name to read, a digest of files to go by."""

    name: str
    digest: str


class Begun:
    """A row whose tests run."""

    def __init__(self, row: Row, of: Tree, *, long: bool) -> None:
        self.row, self._of, self._long = row, of, long
        self._found = LOGS / f"{row.code}.found.json"
        self._found.unlink(missing_ok=True)
        # As the fixture `seed` does it, for the examples of hypothesis.
        self._seed = int(os.environ.get("HABITUE_SEED") or Random().randrange(2**32))
        told = {"HABITUE_TORTURE": "1"} if long else {}
        log = LOGS / f"{row.code}.log"
        self.child = Child(self._command(), log, os.environ | told)

    def _command(self) -> list[str]:
        # Each test has a line of its own, begun as it begins: the log says where it is.
        words = [sys.executable, "-m", "pytest", "-v", "-p", "no:cacheprovider", "-rs"]
        words += ["--proof", self.row.code, "--proofs", str(self._found)]
        return [*words, *self.row.where, "--hypothesis-seed", str(self._seed)]

    def keep(self) -> Result:
        """Keep what a row came to that is over, and give it."""
        code, seconds = self.child.code, self.child.seconds
        tests = json.loads(self._found.read_text()) if self._found.exists() else []
        result = {
            "row": self.row.code,
            "tree": self._of.name,
            "digest": self._of.digest,
            "long": self._long,
            "date": time.strftime("%Y-%m-%d"),
            "machine": machine(),
            "seed": self._seed,
            "seconds": round(seconds),
            # No test at all proves nothing, whatever pytest says of it.
            "proved": code == 0 and any(t["fate"] == "passed" for t in tests),
            "why": f"not done after {ROW_S_MAX:.0f} s" if code is None else "",
            "tests": tests,
        }
        _place(self.row).write_text(json.dumps(result, indent=1) + "\n")
        return result


def run(
    rows: Sequence[Row], of: Tree, *, long: bool, jobs: int
) -> Iterator[tuple[Row, Result]]:
    """Run rows, and give each with what it came to, as it ends.

    Those that measure no time run side by side, so many at a time; then the others,
    each alone.
    """
    for some, at_once in (
        ([row for row in rows if row.beside or jobs == 1], jobs),
        ([row for row in rows if not row.beside and jobs > 1], 1),
    ):
        yield from _side_by_side(some, of, long=long, jobs=at_once)


def _side_by_side(
    rows: Sequence[Row], of: Tree, *, long: bool, jobs: int
) -> Iterator[tuple[Row, Result]]:
    waiting, running = list(reversed(rows)), list[Begun]()
    try:
        while waiting or running:
            while waiting and len(running) < jobs:
                running.append(Begun(waiting.pop(), of, long=long))
                row = running[-1].row
                print(f"{row.code} {row.title} ...", flush=True)
            for one in [begun for begun in running if begun.child.is_over()]:
                running.remove(one)
                yield one.row, one.keep()
            time.sleep(LOOK_S)
    finally:
        for one in running:
            one.child.end()


def kept(row: Row, of: Tree, *, long: bool) -> Result | None:
    """Give what the row came to, if it was proved on these files, and as long.

    By the files, not by the commit: one that keeps what rows came to changes no row.
    """
    result = read(row)
    if result is None or result.get("digest") != of.digest or not result["proved"]:
        return None
    return result if result["long"] or not long else None


def read(row: Row) -> Result | None:
    """Give what the row came to last; None if it was never run."""
    path = _place(row)
    return json.loads(path.read_text()) if path.exists() else None


def _place(row: Row) -> Path:
    return KEPT / f"{row.code}.json"
