"""Run rows of the test plan, each in a process of its own, and write docs/proof.md.

usage: python -m tools.torture [--long] [--again] [--write] [--jobs 2] [T01 T08 ..]

What a row came to is kept in docs/proof, its log in .cache/torture; a row that was
proved with these very sources, tests and tools is not run again without --again, so a
run that was broken off goes on. A row that hangs is ended, kept as failed, and the next
go on. With --jobs rows that measure no time run side by side (`beside` in plan.toml),
the others alone after them. All rows take three hours one by one: they need not be of
one day; each names its tree.
"""

import argparse
import sys
from collections.abc import Iterator

from tools import tree
from tools.torture.page import KEPT, PAGE, page
from tools.torture.plan import PLAN, Row
from tools.torture.rows import LOGS, Result, Tree, kept, read, run


def main() -> int:
    """Run the rows that were asked for; 1 if one of them failed."""
    told = _asked()
    for folder in (KEPT, LOGS):
        folder.mkdir(parents=True, exist_ok=True)
    failed = 0
    for at, (row, result) in enumerate(_results(rows := _rows(told.rows), told), 1):
        print(f"[{at}/{len(rows)}] {row.code} {_summary(result)}", flush=True)
        failed += not result["proved"]
    if told.write:
        PAGE.write_text(page([read(row) for row in PLAN]))
    return int(bool(failed))


def _results(rows: list[Row], told: argparse.Namespace) -> Iterator[tuple[Row, Result]]:
    """Give each row with what it came to: first what was proved before."""
    of = Tree(tree.name(), tree.digest("src", "tests", "tools"))
    before = {
        row: result
        for row in rows
        if not told.again and (result := kept(row, of, long=told.long)) is not None
    }
    yield from before.items()
    rest = [row for row in rows if row not in before]
    yield from run(rest, of, long=told.long, jobs=told.jobs)


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="tools.torture", description=__doc__)
    parser.add_argument("rows", nargs="*", help="Rows such as T01; all if none.")
    parser.add_argument("--long", action="store_true", help="The targets of the plan.")
    parser.add_argument("--again", action="store_true", help="Also what is proved.")
    parser.add_argument("--write", action="store_true", help="Write docs/proof.md.")
    parser.add_argument("--jobs", type=_jobs, default=1, help="Rows at a time.")
    return parser.parse_args()


def _jobs(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"'{text}' is no number of rows; write 2.")
    return int(text)


def _rows(codes: list[str]) -> list[Row]:
    known = {row.code: row for row in PLAN}
    for code in codes:
        if code not in known:
            sys.exit(f"There is no row '{code}'; there are {', '.join(known)}.")
    return [known[code] for code in codes] or list(PLAN)


def _summary(result: Result) -> str:
    fates = [test["fate"] for test in result["tests"]]
    counts = ", ".join(f"{fates.count(fate)} {fate}" for fate in sorted(set(fates)))
    counts = result.get("why") or counts
    word = "proved" if result["proved"] else "FAILED"
    log = "" if result["proved"] else f"; see .cache/torture/{result['row']}.log"
    return f"{word}: {counts or 'no test'} in {result['seconds']} s{log}"


if __name__ == "__main__":
    sys.exit(main())
