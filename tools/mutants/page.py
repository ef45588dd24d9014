"""Writes the mutants' part of docs/proof.md: guarantee, promise, test, caught."""

from collections.abc import Iterable, Mapping
from typing import Any

from tools.mutants.mutant import Mutant
from tools.mutants.verdict import CAUGHT

_HEAD = """## Mutants

Each is the product with one guarantee broken on purpose, by a patch in
`tools/mutants/patches`, and has to be found by a test that fails over it. Written from
what `make mutants` came to; `make mutants M=name` runs one again.

{rate}

| mutant | guarantee | promise | test that failed | came to | date, tree |
|---|---|---|---|---|---|
"""


def section(mutants: Iterable[Mutant], results: Mapping[str, dict[str, Any]]) -> str:
    """Write the section over all mutants; what was not run is said to be."""
    rows = [(one, _result_of(one, results)) for one in mutants]
    lines = [_line(one, result) for one, result in rows]
    words = [result["word"] for _, result in rows if result]
    return _HEAD.format(rate=rate(words, len(rows))) + "\n".join(lines) + "\n"


def rate(words: list[str], mutants: int) -> str:
    """Say how many of so many mutants were caught.

    >>> rate(["caught", "survived"], 3)
    'Caught: 1 of 3 (33 %); 1 not run.'
    """
    caught = words.count(CAUGHT)
    percent = 100 * caught // mutants if mutants else 0
    left = f"; {mutants - len(words)} not run" if len(words) < mutants else ""
    return f"Caught: {caught} of {mutants} ({percent} %){left}."


def _result_of(
    mutant: Mutant, results: Mapping[str, dict[str, Any]]
) -> dict[str, Any] | None:
    """Give what came of a mutant, unless that was of another patch."""
    held = results.get(mutant.name)
    return held if held and held["patch"] == mutant.digest else None


def _line(mutant: Mutant, result: dict[str, Any] | None) -> str:
    told = [mutant.name, mutant.guarantee, mutant.promise]
    if result is None:
        found = [", ".join(f"`{test}`" for test in mutant.tests), "not run", ""]
    else:
        test = f"`{result['test']}`" if result["test"] else ""
        word = result["word"] if result["word"] == CAUGHT else f"**{result['word']}**"
        found = [test, word, f"{result['date']}, {result['tree']}"]
    cells = [cell.replace("|", "\\|") for cell in (*told, *found)]
    return "| " + " | ".join(cells) + " |"
