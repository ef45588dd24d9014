"""Of all that was told of a product or a store, what still says something.

Each field stands as the report of the greatest version tells it: (updated_at, time,
message id). What is beaten in every field stays so, whatever comes later.
"""

from typing import Any

from habitue.catalog.rows import BEATEN_MAX, DELETED, FIELDS_MAX, FactsRow, ThingRow

Version = tuple[int, int, str]


def version_of(report: FactsRow) -> Version:
    return report.updated_us, report.at_us, report.message_id


def add_report(row: ThingRow, report: FactsRow) -> None:
    """Fold a report in; mutates the row."""
    told = (*row.reports, report)
    row.reports = prune(told)
    gone = {one.offset for one in told} - {one.offset for one in row.reports}
    if gone:
        row.beaten = tuple(sorted({*row.beaten, *gone})[:BEATEN_MAX])


def prune(reports: tuple[FactsRow, ...]) -> tuple[FactsRow, ...]:
    """Keep of each report the fields that no greater version tells, in order."""
    names = {name for one in reports for name in one.fields} - {DELETED}
    left = {DELETED, *sorted(names)[:FIELDS_MAX]}
    kept: list[FactsRow] = []
    for one in sorted(reports, key=version_of, reverse=True):
        fields = {name: one.fields[name] for name in sorted(one.fields) if name in left}
        if fields:
            left.difference_update(fields)
            kept.append(
                FactsRow(one.updated_us, one.at_us, one.message_id, one.offset, fields)
            )
    return tuple(reversed(kept))


def fields_of(row: ThingRow) -> dict[str, Any]:
    """Give the fields as they stand; what was told as null is not there."""
    found = {
        name: value for report in row.reports for name, value in report.fields.items()
    }
    return {name: found[name] for name in sorted(found) if found[name] is not None}


def offsets_of(row: ThingRow) -> set[int]:
    """Give the offsets of all reports that were folded in."""
    return {*row.beaten, *(report.offset for report in row.reports)}
