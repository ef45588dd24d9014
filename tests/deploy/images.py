"""Reads a Containerfile as a list of instructions."""

from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parent.parent.parent
DEPLOY = ROOT / "deploy"


class Instruction(NamedTuple):
    """One instruction: its word, what it is told, and the stage it stands in."""

    word: str
    told: str
    stage: int


def instructions(text: str) -> list[Instruction]:
    """Read a Containerfile; lines that go on are joined, comments left out."""
    lines = [line for line in text.splitlines() if not line.lstrip().startswith("#")]
    stage, found = 0, []
    for line in "\n".join(lines).replace("\\\n", " ").splitlines():
        if not line.strip():
            continue
        word, _, told = line.strip().partition(" ")
        stage += word == "FROM"
        found.append(Instruction(word, " ".join(told.split()), stage))
    return found
