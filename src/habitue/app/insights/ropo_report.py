"""ROPO and showrooming: shares of purchases and money, with what is not known."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from habitue.app.insights.cell_view import cell_of
from habitue.app.insights.figures import money, part, share_of
from habitue.app.insights.months import clipped
from habitue.journey.ropo import FOUND, Answer, Shares

View = dict[str, Any]
Row = dict[str, Any]
# Of products, categories and brands so many are shown, the most bought first.
SHOWN_MAX = 50
# What people are told apart by: of all purchases, and of a group of them.
ANSWERS = ("yes", "no", "unlinked", *(one.value for one in FOUND))
GROUPED = ("yes", "no")


def ropo_report(table: Any, told: View) -> View:
    """Make the report of the rows of `ropo_all`."""
    rows, regions = table.to_pylist(), told["regions"]
    for row in rows:
        # Lines have no store; nor have orders online, but one where they were tried.
        row["region"] = regions.get(row["store"] or "", "")
        row["tried_region"] = regions.get(row["tried"] or "", "")
    online, store = (
        [row for row in rows if row["side"] == side] for side in ("online", "store")
    )
    return {
        "ropo": _side(store, Cells(told, "store")) | _bought_in(store, told),
        "showrooming": _side(online, Cells(told, "online")) | _tried_in(online, told),
        "by": told["by"],
    }


class Cells(NamedTuple):
    """Writes who stands behind counts of purchases made on a side."""

    told: View
    side: str

    def of(self, answers: Iterable[str], **more: Any) -> View:
        """Give a cell an answer; more: of which part of the purchases."""
        asked = {name: self.told[name] for name in ("window_days", "same")}
        return {
            answer: cell_of(
                self.told,
                "ropo",
                **{"side": self.side, "answer": answer, **asked, **more},
            )
            for answer in answers
        }

    def by(self, name: str, key: str) -> View:
        """Give the cells of a group; of no part where nothing tells of which it is."""
        if name == "month":
            days = clipped(key, self.told["since"], self.told["until"])
            return self.of(GROUPED, since=days[0], until=days[1])
        return self.of(GROUPED, by=name, part=key)


def _side(rows: list[Row], cells: Cells) -> View:
    purchases = [row for row in rows if row["sort"] == "purchase"]
    lines = [row for row in rows if row["sort"] == "line"]
    return {
        "purchases": shares_view(added(purchases, "purchases"))
        | {"cells": cells.of(ANSWERS)},
        "money": _money(purchases),
        "by_answer": {
            answer.value: sum(
                row["purchases"] for row in purchases if row["answer"] == answer
            )
            for answer in Answer
        },
        "by_month": _grouped(purchases, "month", cells, newest=True),
        **{
            f"by_{name}": _grouped(lines, name, cells)
            for name in ("category", "brand", "product")
        },
    }


def _bought_in(rows: list[Row], told: View) -> View:
    """Say it of each store and region in which was bought."""
    purchases = [row for row in rows if row["sort"] == "purchase"]
    cells = Cells(told, "store")
    return {
        f"by_{name}": _grouped(purchases, name, cells) for name in ("store", "region")
    }


def _tried_in(rows: list[Row], told: View) -> View:
    """Say of each store and region how much was tried there and bought online.

    share: of all purchases online; what was tried nowhere is of no store.
    """
    purchases = [row for row in rows if row["sort"] == "purchase"]
    return {
        f"tried_by_{name}": _tried(purchases, column, name, Cells(told, "online"))
        for name, column in (("store", "tried"), ("region", "tried_region"))
    }


def _tried(purchases: list[Row], column: str, name: str, cells: Cells) -> list[View]:
    whole = sum(row["purchases"] for row in purchases)
    groups: dict[str, list[Row]] = {}
    for row in purchases:
        if row["answer"] not in {Answer.NO, Answer.UNKNOWN}:
            groups.setdefault(row[column] or "", []).append(row)
    made = [
        {
            name: key,
            "purchases": (count := sum(row["purchases"] for row in held)),
            "share": share_of(count, whole),
            "money": _money(held),
            "cells": {
                answer: cell
                for answer, cell in cells.by(name, key).items()
                if answer == "yes"
            },
        }
        for key, held in groups.items()
    ]
    return sorted(made, key=lambda one: (-one["purchases"], one[name]))[:SHOWN_MAX]


def added(rows: Iterable[Row], what: str) -> Shares:
    """Add up rows: purchases (or lines), or their amount."""
    found = Shares()
    for row in rows:
        found = found.added(Answer(row["answer"]), row[what], linked=row["is_linked"])
    return found


def shares_view(told: Shares) -> View:
    """Write shares: what is known, and the bounds of what can be."""
    return {
        "yes": told.yes,
        "no": told.no,
        "unlinked": told.unlinked,
        "unknown": told.unknown,
        "share_known": part(told.share_known),
        "low": part(told.low),
        "high": part(told.high),
    }


def _money(rows: list[Row]) -> list[View]:
    found = []
    for currency in sorted({row["currency"] for row in rows}):
        told = added((row for row in rows if row["currency"] == currency), "amount")
        amounts = {
            name: money(getattr(told, name), currency)
            for name in ("yes", "no", "unlinked", "unknown")
        }
        view = {"currency": currency, **shares_view(told), **amounts}
        found.append(view | {"yes_minor": told.yes})
    return found


def _grouped(
    rows: list[Row], name: str, cells: Cells, *, newest: bool = False
) -> list[View]:
    groups: dict[str, list[Row]] = {}
    for row in rows:
        groups.setdefault(row[name] or "", []).append(row)
    made = [
        {
            name: key,
            **shares_view(added(held, "purchases")),
            "cells": cells.by(name, key),
        }
        for key, held in groups.items()
    ]
    if newest:
        made.sort(key=lambda one: str(one[name]))
    else:
        made = sorted(made, key=lambda one: (-_all(one), str(one[name])))[:SHOWN_MAX]
    return [one | {"money": _money(groups[str(one[name])])} for one in made]


def _all(view: View) -> int:
    return int(view["yes"] + view["no"] + view["unknown"])
