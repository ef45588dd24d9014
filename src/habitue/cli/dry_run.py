"""What an import would do: the columns, the first events, and the problems."""

from typing import Any

import msgspec
from rich.markup import escape
from rich.table import Table

from habitue.cli.options import print_json, stdout
from habitue.collect.files import ImportPlan, assumptions
from habitue.collect.files.trying import Trial


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
