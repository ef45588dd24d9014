"""Run rows of the test plan, each in a process of its own, and write docs/proof.md.

usage: python -m tools.torture [--long] [--again] [--write] [T01 T08 ..]

What a row came to is kept in docs/proof, its log in .cache/torture; a row that was
proved on this very tree is not run again without --again, so a run that was broken off
goes on. All rows take three hours: they need not be of one day; each names its tree.
"""

import argparse
import json
import os
import subprocess
import sys
import time
from typing import Any

from tools import tree
from tools.torture.page import KEPT, PAGE, machine, page
from tools.torture.plan import PLAN, Row

LOGS = tree.ROOT / ".cache" / "torture"
ROW_S_MAX = 2 * 60 * 60


def main() -> int:
    """Run the rows that were asked for; 1 if one of them failed."""
    told = _asked()
    for folder in (KEPT, LOGS):
        folder.mkdir(parents=True, exist_ok=True)
    of = tree.name()
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


def _run(row: Row, of: str, *, long: bool) -> dict[str, Any]:
    found, log = LOGS / f"{row.code}.found.json", LOGS / f"{row.code}.log"
    found.unlink(missing_ok=True)
    environ = {**os.environ, **({"HABITUE_TORTURE": "1"} if long else {})}
    began = time.monotonic()
    with log.open("w") as out:
        done = subprocess.run(
            [
                *(sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"),
                *("--proof", row.code, "--proofs", str(found), "-rs", *row.where),
            ],
            cwd=tree.ROOT,
            env=environ,
            stdout=out,
            stderr=subprocess.STDOUT,
            timeout=ROW_S_MAX,
            check=False,
        )
    tests = json.loads(found.read_text()) if found.exists() else []
    result = {
        "row": row.code,
        "tree": of,
        "long": long,
        "date": time.strftime("%Y-%m-%d"),
        "machine": machine(),
        "seconds": round(time.monotonic() - began),
        # No test at all proves nothing, whatever pytest says of it.
        "proved": done.returncode == 0 and any(t["fate"] == "passed" for t in tests),
        "tests": tests,
    }
    (KEPT / f"{row.code}.json").write_text(json.dumps(result, indent=1) + "\n")
    return result


def _kept(row: Row, of: str, *, long: bool) -> dict[str, Any] | None:
    """Give what the row came to, if it was proved on this tree, and as long."""
    result = _read(row)
    if result is None or result["tree"] != of or not result["proved"]:
        return None
    return result if result["long"] or not long else None


def _read(row: Row) -> dict[str, Any] | None:
    path = KEPT / f"{row.code}.json"
    return json.loads(path.read_text()) if path.exists() else None


def _summary(result: dict[str, Any]) -> str:
    fates = [test["fate"] for test in result["tests"]]
    counts = ", ".join(f"{fates.count(fate)} {fate}" for fate in sorted(set(fates)))
    word = "proved" if result["proved"] else "FAILED"
    log = "" if result["proved"] else f"; see .cache/torture/{result['row']}.log"
    return f"{word}: {counts or 'no test'} in {result['seconds']} s{log}"


if __name__ == "__main__":
    sys.exit(main())
