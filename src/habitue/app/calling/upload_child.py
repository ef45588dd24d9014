"""The process that reads an uploaded file: the server itself never parses one.

The reading is done by a child of its own, bounded in memory and time. To import a file
it is a client of the server that started it, with the key of that import and no other.
"""

import os
import sys
from collections import Counter
from itertools import islice
from pathlib import Path
from typing import Any

from msgspec import structs

from habitue.app.calling.gateway import Client, RemoteGateway
from habitue.app.calling.importing import Importer, Summary, ending_of
from habitue.app.imports.format import Order, Told, encode, read_order
from habitue.app.serving.owner import Owner
from habitue.base.errors import HabitueError
from habitue.collect.files import (
    FileError,
    FileKind,
    ImportPlan,
    Limits,
    assumptions,
    look,
    recall,
    stream,
)
from habitue.collect.files.fields import fields_of
from habitue.collect.files.rejects import LINE, REASON
from habitue.collect.files.trying import try_out

# The page is for lists of people; other files have the command and watched folders.
KIND: FileKind = "contacts"
ROWS_SHOWN = 5
# The first rows lie within so many lines, empty ones and heads of sheets included.
_LINES = 80
_CELL_CHARS_SHOWN = 120
_LIMITS = structs.replace(Limits(), cpu_s_max=600)


def main() -> None:
    """Read an order from standard input; answer line by line."""
    order = read_order(sys.stdin.buffer.read())
    # A reject file is about people: for its owner's eyes alone.
    os.umask(0o077)
    try:
        _tell(Told(found=carry_out(order)))
    except FileError as error:
        _tell(Told(fault=str(error)))
    except (HabitueError, OSError) as error:
        _tell(Told(trouble=str(error)))


def carry_out(order: Order) -> dict[str, Any]:
    """Do what is asked with a file, and give what was found."""
    plan = look(
        order.path,
        KIND,
        order.mapping,
        as_of_us=order.as_of_us,
        own_kinds=order.own_kinds,
        saved=order.saved,
        time_zone=order.time_zone,
        limits=_LIMITS,
    )
    match order.do:
        case "look":
            return _looked(plan)
        case "try":
            # Both at once: each process that reads takes a second to start.
            return {**_looked(plan), "tried": _tried(plan)}
        case "run":
            return _run(plan, order)


def _looked(plan: ImportPlan) -> dict[str, Any]:
    fields = {at: name for name, at in plan.positions.items()}
    rows = [one.cells for one in islice(recall(plan, _first_lines()), ROWS_SHOWN)]
    columns = [
        {
            "header": header,
            "field": fields.get(at, ""),
            "certainty": plan.certainties.get(fields.get(at, ""), 100),
            "cells": [_shown(row[at]) for row in rows if at < len(row)],
        }
        for at, header in enumerate(plan.headers)
        if header not in {LINE, REASON}
    ]
    return {
        "format": plan.format,
        "encoding": plan.encoding,
        "encoding_certainty": plan.encoding_certainty,
        "delimiter": plan.mapping.delimiter or "",
        "date_order": plan.mapping.date_order or "",
        "saved": plan.saved,
        "columns": columns,
        "fields": list(fields_of(KIND, plan.own_kinds)),
        "assumptions": assumptions(plan),
    }


def _first_lines() -> dict[int, str]:
    return dict.fromkeys(range(1, _LINES), "")


def _shown(cell: str) -> str:
    return cell if len(cell) <= _CELL_CHARS_SHOWN else cell[:_CELL_CHARS_SHOWN] + "…"


def _tried(plan: ImportPlan) -> dict[str, Any]:
    trial = try_out(stream(plan))
    return {
        "lines_read": trial.lines_read,
        "lines_total": trial.lines_total,
        "good": trial.events,
        "bad": sum(trial.reasons.values()),
        "problems": [{"line": line, "why": why} for line, why in trial.problems],
        "reasons": dict(trial.reasons.most_common(20)),
        "consents": _consents(trial.first),
    }


def _consents(items: list[dict[str, Any]]) -> int:
    """Count the consents that the first items bring, so that none comes unseen."""
    return sum(len(one["context"].get("consents", ())) for one in items)


def _run(plan: ImportPlan, order: Order) -> dict[str, Any]:
    owner = Owner(order.host, order.port, order.key)
    gateway = RemoteGateway(owner)
    summary = Summary(Counter(), Counter(), Counter())

    def progress(done: int, total: int) -> None:
        _tell(Told(done=done, total=total))

    try:
        Importer(Client(gateway, order.key), order.source).send(
            plan, order.key, Path(order.rejects), progress, summary
        )
    except (HabitueError, OSError) as error:
        return {**ending_of(summary, broken=True), "why": str(error)}
    finally:
        gateway.close()
    return {**ending_of(summary, broken=False), "why": ""}


def _tell(told: Told) -> None:
    sys.stdout.buffer.write(encode(told) + b"\n")
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
