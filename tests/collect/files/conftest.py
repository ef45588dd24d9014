import gc
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from habitue.base.clock import to_us
from habitue.collect.files import (
    Built,
    Mapping,
    Parsed,
    Rejected,
)
from habitue.collect.files.parsing import parse
from habitue.collect.files.planning import plan
from habitue.demo.history import history_file, history_plan

HISTORY_NOW_US = to_us(datetime(2026, 11, 25, 14, 0, tzinfo=UTC))


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


@pytest.fixture(scope="session")
def retail_parsed() -> list[Parsed]:
    """All outcomes of the demo's history, as of a Wednesday."""
    # Half a million products at once: looking for circles among them takes long.
    gc.disable()
    try:
        return list(parse(history_plan(HISTORY_NOW_US)))
    finally:
        gc.enable()


@pytest.fixture(scope="session")
def retail_items(retail_parsed: list[Parsed]) -> list[dict[str, Any]]:
    return [one.item for one in retail_parsed if isinstance(one, Built)]


@pytest.fixture(scope="session")
def retail_lines() -> Any:
    """The same file in pandas, as it was published."""
    table = pd.read_parquet(history_file())
    table["Money"] = table.Quantity * table.UnitPrice
    return table
