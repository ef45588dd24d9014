"""Break the product on purpose, one guarantee at a time; each break must be found.

usage: python -m tools.mutants [--again] [name ..]

All tests that mutants name are run once over the tree as it is, and have to pass. Then
each patch is applied to a copy of the tree, and its tests run over that: one of them
has to fail. What came of each is kept in .cache/mutants.json; what was caught on this
very tree is not run again without --again, so a run that was broken off goes on.
"""

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from tools.mutants import run, scratch
from tools.mutants.kept import Results
from tools.mutants.mutant import Mutant, read_all
from tools.mutants.page import rate
from tools.mutants.verdict import CAUGHT, UNCLEAR, Verdict, judge, not_shown

_LINES_SHOWN = 30


def main() -> int:
    """Run the mutants that were asked for; 1 unless each was caught."""
    told = _asked()
    mutants, results = _chosen(told.names), Results()
    open_ones = [one for one in mutants if told.again or not results.known(one)]
    with scratch.copy() as folder:
        if open_ones and not _is_whole(folder, open_ones):
            return 1
        for mutant in open_ones:
            verdict, seconds = _try(folder, mutant)
            results.put(mutant, verdict, seconds, time.strftime("%Y-%m-%d"))
            print(_said(mutant, results), flush=True)
    return _sum_up(mutants, open_ones, results)


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="tools.mutants", description=__doc__)
    parser.add_argument("names", nargs="*", help="Mutants by name; all if none.")
    parser.add_argument("--again", action="store_true", help="Also what was caught.")
    return parser.parse_args()


def _chosen(names: Sequence[str]) -> list[Mutant]:
    known = {one.name: one for one in read_all()}
    for name in names:
        if name not in known:
            sys.exit(f"There is no mutant '{name}'; there are {', '.join(known)}.")
    return [known[name] for name in names] or list(known.values())


def _is_whole(folder: Path, mutants: Sequence[Mutant]) -> bool:
    """Run all tests named over the tree as it is; print what does not pass."""
    tests = sorted({test for one in mutants for test in one.tests})
    print(f"{len(tests)} tests over the tree as it is ...", flush=True)
    ran = run.whole(folder, tests)
    missing = not_shown(tests, ran)
    if missing:
        print("\n".join(ran.output.splitlines()[-_LINES_SHOWN:]))
        print(
            "These do not pass over the tree as it is, so their failing shows nothing:"
        )
        print("\n".join(f"  {test}" for test in missing))
    else:
        print(f"passed in {ran.seconds:.0f} s", flush=True)
    return not missing


def _try(folder: Path, mutant: Mutant) -> tuple[Verdict, float]:
    """Break the copy by a mutant and run its tests; give what came, in how long."""
    try:
        with scratch.broken(folder, mutant.path):
            ran = run.broken(folder, mutant)
    except scratch.ApplyError as error:
        return Verdict(UNCLEAR, why=str(error)), 0.0
    return judge(ran, may_hang=mutant.may_hang), ran.seconds


def _said(mutant: Mutant, results: Results) -> str:
    result = results.all[mutant.name]
    why = result["test"] if result["word"] == CAUGHT else result["why"]
    seconds = f"{result['seconds']:5.1f} s"
    word = result["word"] if result["word"] == CAUGHT else result["word"].upper()
    return f"{mutant.promise:4} {mutant.name:34} {word:8} {seconds}  {why}"


def _sum_up(
    mutants: Sequence[Mutant], open_ones: Sequence[Mutant], results: Results
) -> int:
    """Print a line for each that was known before, and the rate; 1 if one is left."""
    for mutant in mutants:
        if mutant not in open_ones:
            print(_said(mutant, results))
    words = [results.all[one.name]["word"] for one in mutants]
    print(rate(words, len(mutants)))
    return int(any(word != CAUGHT for word in words))


if __name__ == "__main__":
    sys.exit(main())
