"""The rows of the test plan that there are proofs of so far."""

import tomllib
from pathlib import Path
from typing import NamedTuple


class Row(NamedTuple):
    """One row: what is done to the product, for which promises, with which target."""

    code: str
    title: str
    promises: tuple[str, ...]
    target: str
    where: tuple[str, ...]


def read() -> tuple[Row, ...]:
    """Read the rows in order, from plan.toml."""
    told = tomllib.loads(Path(__file__).with_name("plan.toml").read_text("utf-8"))
    return tuple(
        Row(
            code,
            one["title"],
            tuple(one["promises"]),
            one["target"],
            tuple(one["where"]),
        )
        for code, one in told.items()
    )


PLAN = read()
