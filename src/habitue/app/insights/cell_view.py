"""A cell beside a number of a report, written where the report is made."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    # The process that makes reports needs none of what reads a cell.
    from habitue.measure.kpi.cells import What

View = dict[str, Any]


def cell_of(told: Mapping[str, Any], what: "What", **more: Any) -> View:
    """Write whom a number counts; told: since, until, the days of the report.

    >>> cell_of({"since": "2026-03-01", "until": "2026-03-31"}, "intent", intent="buy")
    {'what': 'intent', 'since': '2026-03-01', 'until': '2026-03-31', 'intent': 'buy'}
    """
    given = {name: one for name, one in more.items() if one}
    return {"what": what, "since": told["since"], "until": told["until"], **given}
