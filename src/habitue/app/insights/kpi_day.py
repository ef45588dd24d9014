"""Of the key figures of a day what the first screen shows, and no more.

A whole report looks at all that each buyer ever bought; this looks at the day alone.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from habitue.app.insights.kpi_view import SHOWN_MAX, Frame, rows_of, steps_view
from habitue.measure.kpi.asking import STEPS

View = dict[str, Any]
# Who looked at anything is who took the first step.
LOOKED = STEPS[0]
DAY = (
    "SELECT 'store' AS sort, * FROM placed"
    " UNION ALL BY NAME SELECT 'step' AS sort, * FROM step"
)


def day_view(rows: Sequence[Mapping[str, Any]], frame: Frame) -> View:
    """Show it in the words of a report: all, stores, steps."""
    stores = rows_of(rows, "store")
    most = sorted(stores, key=lambda one: (-one["purchases"], one["store"]))
    return {
        "all": {
            name: sum(one[name] for one in stores) for name in ("purchases", "unknown")
        },
        "stores": [_store(one, frame) for one in most[:SHOWN_MAX]],
        "steps": steps_view(rows_of(rows, "step"), frame),
    }


def _store(row: Mapping[str, Any], frame: Frame) -> View:
    name = row["store"]
    of = {"store": name} if name else {"by": "store"}
    told = {one: row[one] for one in ("store", "purchases", "unknown", "buyers")}
    return {**told, "cells": {"buyers": frame.cell("buyers", **of)}}
