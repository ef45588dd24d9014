from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from habitue.collect.files import Built, Mapping, Parsed, Rejected, parse, plan


class Outcomes(list[Parsed]):
    """All outcomes of a file, with the items and rejected lines apart."""

    @property
    def items(self) -> list[dict[str, Any]]:
        return [one.item for one in self if isinstance(one, Built)]

    @property
    def rejected(self) -> list[Rejected]:
        return [one for one in self if isinstance(one, Rejected)]

    @property
    def reasons(self) -> dict[int, str]:
        return {one.line: one.reason for one in self.rejected}

    @property
    def lines(self) -> list[int]:
        """The number of every line that has an outcome, in order."""
        built = [n for one in self if isinstance(one, Built) for n in one.lines]
        return sorted(built + [one.line for one in self.rejected])


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    def write(text: str | bytes, name: str = "file.csv") -> Path:
        path = tmp_path / name
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return path

    return write


@pytest.fixture
def outcomes() -> Callable[..., Outcomes]:
    def outcomes(path: Path, what: Any = None, /, **rules: Any) -> Outcomes:
        return Outcomes(parse(plan(path, what, Mapping(**rules), as_of_us=0)))

    return outcomes
