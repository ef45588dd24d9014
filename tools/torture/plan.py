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
    # No test of it holds a time against a bar, so another row may run beside it.
    beside: bool = False


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
            one.get("beside", False),
        )
        for code, one in told.items()
    )


PLAN = read()
