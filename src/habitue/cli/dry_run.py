"""What an import would do: the columns, the first events, and the problems."""

from collections import Counter
from typing import Any

import msgspec
from msgspec import Struct
from rich.markup import escape
from rich.table import Table

from habitue.cli.options import print_json, stdout
from habitue.collect.files import Built, ImportPlan, assumptions, stream

# Farther than so many lines a dry run does not read.
LINES_MAX = 100_000
EVENTS_SHOWN = 3
PROBLEMS_SHOWN = 20


class Trial(Struct):
    """What the lines of a file would become."""

    lines_read: int
    lines_total: int
    events: int
    first: list[dict[str, Any]]
    # (line, why) of the first that would be rejected; how many have each reason.
    problems: list[tuple[int, str]]
    reasons: Counter[str]


def try_out(plan: ImportPlan) -> Trial:
    """Read the lines of a planned file, and send nothing."""
    trial = Trial(0, 0, 0, [], [], Counter())
    for batch in stream(plan):
        for one in batch.parsed:
            if isinstance(one, Built):
                trial.events += 1
                if len(trial.first) < EVENTS_SHOWN:
                    trial.first.append(one.item)
            else:
                trial.reasons[one.reason] += 1
                if len(trial.problems) < PROBLEMS_SHOWN:
                    trial.problems.append((one.line, one.reason))
        trial.lines_read, trial.lines_total = batch.lines_done, batch.lines_total
        if trial.lines_read >= LINES_MAX:
            break
    trial.problems.sort()
    return trial


def show(plan: ImportPlan, trial: Trial, *, json: bool) -> None:
    """Print how a file is read and what it would become."""
    if json:
        print_json(_told(plan, trial))
        return
    for sentence in assumptions(plan):
        stdout.print(escape(sentence), highlight=False)
    stdout.print(_columns(plan))
    for item in trial.first:
        told = msgspec.json.encode(item).decode()
        stdout.print(escape(told), highlight=False, soft_wrap=True)
    bad = sum(trial.reasons.values())
    stdout.print(
        f"{trial.lines_read:,} of {trial.lines_total:,} lines read: they would make"
        f" {trial.events:,} events; {bad:,} lines would be rejected. Nothing was sent.",
        highlight=False,
    )
    for line, reason in trial.problems:
        stdout.print(f"  line {line:,}: {escape(reason)}", highlight=False)


def _columns(plan: ImportPlan) -> Table:
    table = Table("column", "field", "certain")
    fields = {at: name for name, at in plan.positions.items()}
    for at, header in enumerate(plan.headers):
        name = fields.get(at)
        certainty = plan.certainties.get(name or "", 100)
        sure = f"{certainty} %" if name else ""
        table.add_row(escape(header), escape(name or "left out"), sure)
    return table


def _told(plan: ImportPlan, trial: Trial) -> dict[str, Any]:
    return {
        "kind": plan.kind,
        "format": plan.format,
        "encoding": plan.encoding,
        "encoding_certainty": plan.encoding_certainty,
        "saved_mapping": plan.saved,
        "assumptions": assumptions(plan),
        "columns": {
            plan.headers[at]: {
                "field": name,
                "certainty": plan.certainties.get(name, 100),
            }
            for name, at in plan.positions.items()
        },
        "left_out": list(plan.ignored),
        "lines_read": trial.lines_read,
        "lines_total": trial.lines_total,
        "events": trial.events,
        "first": trial.first,
        "rejected": sum(trial.reasons.values()),
        "problems": [{"line": line, "reason": why} for line, why in trial.problems],
        "reasons": dict(trial.reasons.most_common()),
    }
