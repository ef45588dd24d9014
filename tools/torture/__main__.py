"""Run rows of the test plan, each in a process of its own, and write docs/proof.md.

usage: python -m tools.torture [--long] [--again] [--write] [T01 T08 ..]

What a row came to is kept in docs/proof, its log in .cache/torture; a row that was
proved with these very sources, tests and tools is not run again without --again, so a
run that was broken off goes on. A row that hangs is ended, kept as failed, and the next
go on. All rows take three hours: they need not be of one day; each names its tree.
"""

import argparse
import json
import os
import sys
import time
from random import Random
from typing import Any, NamedTuple

from tools import tree
from tools.torture.page import KEPT, PAGE, machine, page
from tools.torture.plan import PLAN, Row
from tools.torture.run import ROW_S_MAX, run

LOGS = tree.ROOT / ".cache" / "torture"


class Tree(NamedTuple):
    """What rows are run on: a commit's name to read, a digest of files to go by."""

    name: str
    digest: str


def main() -> int:
    """Run the rows that were asked for; 1 if one of them failed."""
    told = _asked()
    for folder in (KEPT, LOGS):
        folder.mkdir(parents=True, exist_ok=True)
    of = Tree(tree.name(), tree.digest("src", "tests", "tools"))
    failed = 0
    for at, row in enumerate(rows := _rows(told.rows), 1):
        result = None if told.again else _kept(row, of, long=told.long)
        if result is None:
            print(f"[{at}/{len(rows)}] {row.code} {row.title} ...", flush=True)
            result = _run(row, of, long=told.long)
        print(f"[{at}/{len(rows)}] {row.code} {_summary(result)}", flush=True)
        failed += not result["proved"]
    if told.write:
        PAGE.write_text(page([_read(row) for row in PLAN]))
    return int(bool(failed))


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="tools.torture", description=__doc__)
    parser.add_argument("rows", nargs="*", help="Rows such as T01; all if none.")
    parser.add_argument("--long", action="store_true", help="The targets of the plan.")
    parser.add_argument("--again", action="store_true", help="Also what is proved.")
    parser.add_argument("--write", action="store_true", help="Write docs/proof.md.")
    return parser.parse_args()


def _rows(codes: list[str]) -> list[Row]:
    known = {row.code: row for row in PLAN}
    for code in codes:
        if code not in known:
            sys.exit(f"There is no row '{code}'; there are {', '.join(known)}.")
    return [known[code] for code in codes] or list(PLAN)


def _run(row: Row, of: Tree, *, long: bool) -> dict[str, Any]:
    found, log = LOGS / f"{row.code}.found.json", LOGS / f"{row.code}.log"
    found.unlink(missing_ok=True)
    # Each test has a line of its own, begun as it begins: the log says where it is.
    words = [sys.executable, "-m", "pytest", "-v", "-p", "no:cacheprovider", "-rs"]
    words += ["--proof", row.code, "--proofs", str(found), *row.where]
    # As the fixture `seed` does it, for the examples of hypothesis.
    seed = int(os.environ.get("HABITUE_SEED") or Random().randrange(2**32))
    words += ["--hypothesis-seed", str(seed)]
    began = time.monotonic()
    code = run(words, log, os.environ | ({"HABITUE_TORTURE": "1"} if long else {}))
    tests = json.loads(found.read_text()) if found.exists() else []
    result = {
        "row": row.code,
        "tree": of.name,
        "digest": of.digest,
        "long": long,
        "date": time.strftime("%Y-%m-%d"),
        "machine": machine(),
        "seed": seed,
        "seconds": round(time.monotonic() - began),
        # No test at all proves nothing, whatever pytest says of it.
        "proved": code == 0 and any(t["fate"] == "passed" for t in tests),
        "why": f"not done after {ROW_S_MAX:.0f} s" if code is None else "",
        "tests": tests,
    }
    (KEPT / f"{row.code}.json").write_text(json.dumps(result, indent=1) + "\n")
    return result


def _kept(row: Row, of: Tree, *, long: bool) -> dict[str, Any] | None:
    """Give what the row came to, if it was proved on these files, and as long.

    By the files, not by the commit: one that keeps what rows came to changes no row.
    """
    result = _read(row)
    if result is None or result.get("digest") != of.digest or not result["proved"]:
        return None
    return result if result["long"] or not long else None


def _read(row: Row) -> dict[str, Any] | None:
    path = KEPT / f"{row.code}.json"
    return json.loads(path.read_text()) if path.exists() else None


def _summary(result: dict[str, Any]) -> str:
    fates = [test["fate"] for test in result["tests"]]
    counts = ", ".join(f"{fates.count(fate)} {fate}" for fate in sorted(set(fates)))
    counts = result.get("why") or counts
    word = "proved" if result["proved"] else "FAILED"
    log = "" if result["proved"] else f"; see .cache/torture/{result['row']}.log"
    return f"{word}: {counts or 'no test'} in {result['seconds']} s{log}"


if __name__ == "__main__":
    sys.exit(main())
