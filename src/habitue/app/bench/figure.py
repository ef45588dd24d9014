"""A figure: what was measured, beside its floor and its bar."""

from collections.abc import Callable, Iterable, Iterator
from typing import Literal

from msgspec import Struct
from rich.table import Table
from rich.text import Text

Say = Callable[[str], None]


class Figure(Struct, frozen=True, kw_only=True):
    """One row: a value and the floor of the same run, both in one unit.

    ratio says how near the value is to its floor: 1 is as good as the floor, 0.5
    half as good, whether more is better or less. bar is what DESIGN section 10
    asks for; None where it asks for nothing.
    """

    name: str
    value: float
    unit: str
    better: Literal["more", "less"]
    floor: float | None = None
    ratio: float | None = None
    bar: float | None = None
    note: str = ""

    @property
    def meets(self) -> bool | None:
        """Say whether the bar is met; None where there is none."""
        if self.bar is None:
            return None
        return (
            self.value >= self.bar if self.better == "more" else self.value <= self.bar
        )


def more(  # noqa: PLR0913 - a row of a table has so many columns
    name: str,
    value: float,
    unit: str,
    *,
    floor: float | None = None,
    bar: float | None = None,
    note: str = "",
) -> Figure:
    """Make a figure of which more is better.

    >>> more("appended", 50.0, "events/s", floor=100.0, bar=40.0).ratio
    0.5
    """
    ratio = round(value / floor, 3) if floor else None
    return Figure(
        name=name,
        value=_short(value),
        unit=unit,
        better="more",
        floor=None if floor is None else _short(floor),
        ratio=ratio,
        bar=bar,
        note=note,
    )


def less(  # noqa: PLR0913 - a row of a table has so many columns
    name: str,
    value: float,
    unit: str,
    *,
    floor: float | None = None,
    bar: float | None = None,
    note: str = "",
) -> Figure:
    """Make a figure of which less is better.

    >>> less("read", 4.0, "ms", floor=1.0).ratio
    0.25
    """
    ratio = round(floor / value, 3) if floor and value else None
    return Figure(
        name=name,
        value=_short(value),
        unit=unit,
        better="less",
        floor=None if floor is None else _short(floor),
        ratio=ratio,
        bar=bar,
        note=note,
    )


def table(figures: Iterable[Figure]) -> Table:
    """Lay the figures out for the terminal."""
    shown = Table(title="Habitué on this machine", show_lines=True)
    shown.add_column("what")
    for heading in ("value", "floor", "ratio", "bar", "met"):
        shown.add_column(heading, justify="right", no_wrap=True)
    for figure in figures:
        name, *middle, note = cells(figure)
        shown.add_row(Text.assemble(name, *_below(note)), *middle)
    return shown


def _below(note: str) -> Iterator[tuple[str, str]]:
    if note:
        yield f"\n{note}", "dim"


def cells(figure: Figure) -> tuple[str, ...]:
    """Write a figure as the cells of a table."""
    met = {None: "", True: "yes", False: "no"}[figure.meets]
    return (
        figure.name,
        f"{number(figure.value)} {figure.unit}",
        "" if figure.floor is None else number(figure.floor),
        "" if figure.ratio is None else f"{figure.ratio:.2f}",
        "" if figure.bar is None else _bar(figure),
        met,
        figure.note,
    )


def number(value: float) -> str:
    """Write a number as people read it.

    >>> number(30000.0), number(3.14159)
    ('30,000', '3.14')
    """
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def quantile(values: list[float], share: float) -> float:
    """Give the value that so large a share does not exceed; 0 of nothing.

    >>> quantile([3.0, 1.0, 2.0], 0.5)
    2.0
    """
    if not values:
        return 0.0
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


def _bar(figure: Figure) -> str:
    sign = "≥" if figure.better == "more" else "≤"
    return f"{sign} {number(figure.bar or 0)}"


def _short(value: float) -> float:
    return float(f"{value:.4g}") if abs(value) < 1000 else float(round(value))
