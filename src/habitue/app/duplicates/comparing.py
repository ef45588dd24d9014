"""How fields are compared: levels from the same to different, with starting values.

The values are how often a level is met among records of one person (m) and of two (u).
They are what stands until enough records are there to learn from, and where learning
begins; the same for all data.
"""

from collections.abc import Iterable
from functools import cache
from typing import Any, NamedTuple

from splink import comparison_level_library as levels
from splink import comparison_library as comparisons

SAME, SWAPPED, CLOSE, ALIKE, DIFFERENT = "same", "swapped", "close", "alike", "differ"
UNKNOWN = "unknown"
# Splink says so of a field that one of the two lacks.
_NULL = -1


class Level(NamedTuple):
    """A level: its word, how Splink tells it, m and u."""

    word: str
    made: Any
    m: float
    u: float


def comparison(field: str, *, counts: bool) -> Any:
    """Give the comparison of a field as Splink takes it.

    counts: whether to count values: two of a rare name are more likely one person than
    two of a common one.
    """
    told = [
        one.made.configure(m_probability=one.m, u_probability=one.u)
        for one in _levels(field)
    ]
    if counts:
        told[0].term_frequency_adjustments = True
    return comparisons.CustomComparison(
        output_column_name=field,
        comparison_levels=[levels.NullLevel(field), *told],
    )


def words_of(fields: Iterable[str], gammas: Iterable[int]) -> dict[str, str]:
    """Say how fields agree, from the numbers that Splink gives their levels.

    The last level is 0, the first the highest; one who lacks the field has -1.
    """
    return {
        field: UNKNOWN if gamma == _NULL else _words(field)[-1 - gamma]
        for field, gamma in zip(fields, gammas, strict=True)
    }


@cache
def _words(field: str) -> tuple[str, ...]:
    return tuple(one.word for one in _levels(field))


def _levels(field: str) -> list[Level]:
    match field:
        case "first" | "last":
            return _name(field, "last" if field == "first" else "first")
        case "email":
            return _email(field)
        case "street":
            return _text(field, 0.002)
        case "city":
            return _text(field, 0.03)
        case "birth":
            return _code(field, 0.0005)
        case "postcode":
            return _code(field, 0.005)
        case _:
            return _code(field, 0.00002)


def _name(field: str, other: str) -> list[Level]:
    swapped = f'"{field}_l" = "{other}_r"'
    return [
        Level(SAME, levels.ExactMatchLevel(field), 0.75, 0.005),
        Level(CLOSE, levels.JaroWinklerLevel(field, 0.92), 0.12, 0.004),
        Level(ALIKE, levels.JaroWinklerLevel(field, 0.8), 0.05, 0.02),
        Level(SWAPPED, levels.CustomLevel(swapped), 0.03, 0.001),
        Level(DIFFERENT, levels.ElseLevel(), 0.05, 0.97),
    ]


def _text(field: str, u: float) -> list[Level]:
    return [
        Level(SAME, levels.ExactMatchLevel(field), 0.7, u),
        Level(CLOSE, levels.JaroWinklerLevel(field, 0.92), 0.1, u / 2),
        Level(ALIKE, levels.JaroWinklerLevel(field, 0.8), 0.05, 0.02),
        Level(DIFFERENT, levels.ElseLevel(), 0.15, 0.98 - 1.5 * u),
    ]


def _code(field: str, u: float) -> list[Level]:
    return [
        Level(SAME, levels.ExactMatchLevel(field), 0.85, u),
        Level(CLOSE, levels.DamerauLevenshteinLevel(field, 1), 0.07, 5 * u),
        Level(ALIKE, levels.DamerauLevenshteinLevel(field, 2), 0.03, 20 * u),
        Level(DIFFERENT, levels.ElseLevel(), 0.05, 1 - 26 * u),
    ]


def _email(field: str) -> list[Level]:
    # By what stands before the @: half a country has its mail with one provider.
    left, right = (f"split_part(\"{field}_{side}\", '@', 1)" for side in "lr")
    alike = f"jaro_winkler_similarity({left}, {right}) >= 0.92"
    return [
        Level(SAME, levels.ExactMatchLevel(field), 0.6, 0.0001),
        Level(CLOSE, levels.CustomLevel(f"{left} = {right}"), 0.1, 0.0002),
        Level(ALIKE, levels.CustomLevel(alike), 0.1, 0.002),
        Level(DIFFERENT, levels.ElseLevel(), 0.2, 0.9977),
    ]
