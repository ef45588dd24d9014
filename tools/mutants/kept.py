"""What came of the mutants, kept as it is found: a run goes on where it ended."""

import json
from pathlib import Path
from typing import Any

from tools import tree
from tools.mutants.mutant import Mutant
from tools.mutants.verdict import CAUGHT, Verdict

KEPT = tree.ROOT / "docs" / "proof" / "mutants.json"
# What a mutant's tests are run over.
FOLDERS = ("src", "tests", "tools")


class Results:
    """The results by the mutants' names; each of a patch, on a tree."""

    def __init__(self, path: Path = KEPT) -> None:
        self._path = path
        self._now = {"tree": tree.name(), "digest": tree.digest(*FOLDERS)}
        self.all: dict[str, dict[str, Any]] = read(path)

    def known(self, mutant: Mutant) -> bool:
        """Say whether this very patch was caught on this very tree."""
        held = self.all.get(mutant.name, {})
        return (
            held.get("digest") == self._now["digest"]
            and held.get("patch") == mutant.digest
            and held.get("word") == CAUGHT
        )

    def put(self, mutant: Mutant, verdict: Verdict, seconds: float, date: str) -> None:
        """Keep what came of a mutant, and write all down."""
        self.all[mutant.name] = {
            **self._now,
            "patch": mutant.digest,
            "date": date,
            "word": verdict.word,
            "test": verdict.test,
            "why": verdict.why,
            "seconds": round(seconds, 1),
        }
        self._path.parent.mkdir(parents=True, exist_ok=True)
        made = self._path.with_suffix(".new")
        made.write_text(json.dumps(self.all, indent=1, sort_keys=True) + "\n")
        made.replace(self._path)


def read(path: Path = KEPT) -> dict[str, dict[str, Any]]:
    """Read what came of mutants so far; nothing where none was run."""
    return json.loads(path.read_text()) if path.exists() else {}
