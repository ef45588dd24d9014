"""Arms cleared of what was known of their people before, out of rows of sums."""

from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from habitue.journey.cleared_sql import COVARIATES
from habitue.measure.experiment.arms import Arm
from habitue.measure.experiment.cuped import Paired, adjusted

Row = Mapping[str, Any]


class Cleared(Struct, frozen=True):
    """Arms by name, and the part of an outcome's variance that clearing took out."""

    arms: dict[str, Arm]
    removed: float


def cleared(rows: Mapping[str, Row], outcome: str) -> Cleared:
    """Clear an outcome of all arms; rows: those of `arm_sums`, by arm."""
    found = adjusted([paired(row, outcome) for row in rows.values()])
    return Cleared(dict(zip(rows, found.arms, strict=True)), found.removed)


def paired(row: Row, outcome: str) -> Paired:
    """Read an outcome of an arm, and what was known before: x1, x2 and so on."""
    # The square of a yes is a yes.
    squares = row["money2"] if outcome == "money" else row[outcome]
    return Paired(
        row["people"],
        row[outcome],
        squares,
        tuple(row[name] for name in COVARIATES),
        tuple(
            tuple(row["".join(sorted((a, b)))] for b in COVARIATES) for a in COVARIATES
        ),
        tuple(row[f"{outcome}_{name}"] for name in COVARIATES),
    )
