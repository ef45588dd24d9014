"""A cell of a report: a number of people, and the condition that says who.

The dates and bounds in a condition stand still; who satisfies it may change with what
is learnt later: a late report, a merge, an order that was cancelled. That is told on
the page. Who came by a channel of the rules, was there online at all, had an intention,
looked on one side before they bought on the other or is in an arm is said by no
condition: `is_listed` names these.
"""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta, Struct

from habitue.base.errors import InvalidError
from habitue.measure.kpi.way import WAY
from habitue.segment.check import read
from habitue.segment.condition import (
    AllOf,
    Condition,
    Count,
    Did,
    InSegment,
    Not,
    Order,
    Sequence,
    Step,
    Sum,
    Where,
    Window,
)

PURCHASE = "$purchase"
What = Literal[
    "buyers",
    "new",
    "returning",
    "repeat",
    "loyal",
    "decile",
    "cohort",
    "step",
    "reached",
    "led",
    "visitors",
    "way",
    "intent",
    "as_far",
    "arm",
    "ropo",
]
Answer = Literal["", "yes", "no", "unlinked", "product", "category", "brand", "visit"]
Intent = Literal["", "search", "compare", "recommend", "buy", "use"]
# Whom a list alone can tell.
LISTED = frozenset(
    {"reached", "led", "visitors", "way", "intent", "as_far", "arm", "ropo"}
)
# What of purchases may not be told.
UNTOLD = frozenset({"channel", "store"})
CELL_MAX = 4_000
# Less than any purchase was ever of: money that is of a currency at all.
_ANY_MINOR = -(10**12)


class Cell(
    Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True
):
    """Which people a number counts, in words of the report.

    since, until: the first and last day, in the shop's zone. channel, store: of
    purchases; of a step, the channel of the first one; of who was reached, the one by
    the rules. by, part: a property of the first step (or "$way", the channel that led
    there), and what it is, no part where it is not told; of purchases, the store or
    channel that is not told. same: one that is the same in all steps. least: purchases
    of the loyal, and of who is in an arm. low, below: bounds of a tenth in minor units
    of the currency. month, month_until: the later month of a cohort. path, window_days:
    of ways to purchases. intent: had, or come as far as. experiment, arm, days: so long
    after the assignment; outcome: an event that was looked for, and done. side, answer:
    where was bought what is tied to the other side, by what it is or that it is not;
    same: what had to be the same; by, part: of a store, region, product, category or
    brand, no part of those without one.
    """

    what: What
    since: str
    until: str
    channel: str = ""
    store: str = ""
    least: int = 0
    currency: str = ""
    low: int | None = None
    below: int | None = None
    month: str = ""
    month_until: str = ""
    steps: tuple[str, ...] = ()
    by: str = ""
    part: str = ""
    same: str = ""
    segment: str = ""
    path: tuple[str, ...] = ()
    window_days: Annotated[int, Meta(ge=0, le=365)] = 0
    intent: Intent = ""
    experiment: str = ""
    arm: str = ""
    days: Annotated[int, Meta(ge=0, le=90)] = 0
    outcome: str = ""
    side: Literal["", "online", "store"] = ""
    answer: Answer = ""

    @property
    def is_listed(self) -> bool:
        """Say whether no condition says who it is, so that only a list can."""
        untold = self.by == WAY or (bool(self.by) and not self.part)
        is_untold_step = self.what == "step" and untold
        return self.what in LISTED or bool(self.same) or is_untold_step


def read_cell(told: str) -> Cell:
    """Read a cell as the report tells it, in JSON; InvalidError says what can't be."""
    if len(told) > CELL_MAX:
        raise InvalidError("A cell of a report is shorter; take it from one.")
    try:
        return msgspec.json.decode(told, type=Cell)
    except msgspec.MsgspecError as error:
        raise InvalidError(
            f"This is no cell of a report: {error}. Take one as the report tells it."
        ) from error


def write_cell(cell: Cell) -> str:
    """Write a cell, to be read again.

    >>> write_cell(Cell(what="new", since="2026-03-01", until="2026-03-31"))
    '{"what":"new","since":"2026-03-01","until":"2026-03-31"}'
    """
    return msgspec.json.encode(cell).decode()


def condition_of(cell: Cell) -> Condition:
    """Say who a cell counts; InvalidError of one that only a list can tell."""
    if cell.is_listed:
        raise InvalidError("No condition says whom this number counts, only a list.")
    told = _of(cell)
    if cell.segment:
        told = AllOf(of=(InSegment(segment=cell.segment), told))
    # A cell may be anybody's: what can't be a condition is refused with the reason.
    return read(msgspec.to_builtins(told))


def _of(cell: Cell) -> Condition:
    within = Window(since=cell.since, until=cell.until)
    where = _where(cell)
    bought = Did(event=PURCHASE, where=where, within=within)
    first = Did(event=PURCHASE, where=where, which="first", within=within)
    match cell.what:
        case "new":
            return first
        case "returning":
            return AllOf(of=(bought, Not(of=first)))
        case "repeat" | "loyal":
            least = 2 if cell.what == "repeat" else cell.least
            often = Count(op=">=", value=least)
            return Did(event=PURCHASE, where=where, count=often, within=within)
        case "decile":
            return _tenth(cell, within)
        case "cohort":
            later = Window(since=cell.month, until=cell.month_until)
            return AllOf(of=(first, Did(event=PURCHASE, within=later)))
        case "step":
            return _steps(cell, within)
        case _:
            return bought


def _where(cell: Cell) -> tuple[Where, ...]:
    told = {"$channel": cell.channel, "$store": cell.store}
    found = tuple(
        Where(property=name, op="is", value=value)
        for name, value in told.items()
        if value
    )
    if cell.by in UNTOLD and cell.what != "step":
        found += (Where(property=f"${cell.by}", op="missing"),)
    return found


def _tenth(cell: Cell, within: Window) -> Condition:
    """Who bought in the currency at all, for at least so much and less than that."""
    money = Where(property="$total", op=">=", value=_ANY_MINOR, currency=cell.currency)
    parts: list[Condition] = [Did(event=PURCHASE, where=(money,), within=within)]
    bounds: tuple[tuple[Order, int | None], ...] = ((">=", cell.low), ("<", cell.below))
    for op, value in bounds:
        if value is not None:
            wanted = Sum(of="$total", op=op, value=value, currency=cell.currency)
            parts.append(Did(event=PURCHASE, sum=wanted, within=within))
    return AllOf(of=tuple(parts))


def _steps(cell: Cell, within: Window) -> Condition:
    if not cell.steps:
        raise InvalidError("A cell of steps names them.")
    first = _where(cell)
    if cell.by:
        first += (Where(property=cell.by, op="is", value=cell.part),)
    steps = tuple(
        Step(event=name, where=first if at == 0 else ())
        for at, name in enumerate(cell.steps)
    )
    if len(steps) == 1:
        return Did(event=cell.steps[0], where=first, within=within)
    return Sequence(steps=steps, within=within)
