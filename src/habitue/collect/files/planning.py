"""Decides how a file is read before its first line is: kind, columns, dates, money."""

import re
from collections.abc import Mapping as AnyMapping
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from habitue.collect.files.choosing import (
    day_zero_of,
    find_kept,
    form_of,
    known_rules,
    laid_over,
)
from habitue.collect.files.chunks import Table
from habitue.collect.files.fields import GOODS, NEEDS, NUMBER, Field, fields_of
from habitue.collect.files.headers import guess_kind, match_headers
from habitue.collect.files.json_lines import EVENT
from habitue.collect.files.limits import SAMPLE_ROWS, Limits
from habitue.collect.files.moments import detect_order
from habitue.collect.files.nouns import (
    FileError,
    FileKind,
    ImportPlan,
    Mapping,
    SavedMapping,
)
from habitue.collect.files.sources import is_gzipped
from habitue.collect.files.tables import open_table

_COMMA_DECIMAL = re.compile(r"-?(\d+|\d{1,3}([. \u00a0]\d{3})+),\d{1,2}\D*")
_DOT_DECIMAL = re.compile(r"-?(\d+|\d{1,3}(,\d{3})+)\.\d+\D*")


def plan(  # noqa: PLR0913 - each is a choice of who imports, given by name
    path: Path | str,
    what: FileKind | None = None,
    mapping: Mapping | None = None,
    *,
    as_of_us: int | None = None,
    historical: bool = True,
    moved_days: int = 0,
    own_kinds: tuple[str, ...] = (),
    saved: tuple[SavedMapping, ...] = (),
    time_zone: str = "UTC",
    limits: Limits | None = None,
) -> ImportPlan:
    """Look at a file's header and a sample, and decide how it is to be read.

    as_of_us is when the file's contents were so (default: when it was last
    written); a later file wins over an earlier one that tells the same receipt.
    own_kinds are the shop's own kinds of identifiers, by name; saved are the source's
    kept mappings, of which the one that was made for such headers is taken. time_zone
    is that of times without an offset, where no mapping says another.
    """
    path, limits = Path(path), limits or Limits()
    kept, opened = find_kept(path, limits, saved)
    given = mapping or Mapping()
    if kept is not None:
        given = laid_over(kept.mapping, given)
    if opened is None or mapping is not None:
        opened = open_table(path, limits, given)
    table = opened.table
    if EVENT in table.headers or what == "events":
        return _plan_events(path, table, as_of_us, historical, limits)
    rules, preset = known_rules(table, given)
    rules = msgspec.structs.replace(rules, time_zone=rules.time_zone or time_zone)
    kind = what or rules.kind or guess_kind(table.headers, rules, own_kinds)
    matched = match_headers(table.headers, kind, rules, own_kinds)
    return ImportPlan(
        path=str(path),
        kind=kind,
        format=table.format,
        gzipped=is_gzipped(path),
        headers=table.headers,
        positions=matched.positions,
        ignored=matched.ignored,
        certainties=matched.certainties,
        preset=preset,
        saved=kept.name if kept else None,
        encoding=opened.encoding.name,
        encoding_certainty=opened.encoding.certainty,
        day_zero=day_zero_of(table),
        mapping=_settled(rules, kind, table, matched.positions, own_kinds),
        as_of_us=_as_of(path) if as_of_us is None else as_of_us,
        historical=historical,
        moved_days=moved_days,
        own_kinds=own_kinds,
        limits=limits,
    )


def _plan_events(
    path: Path,
    table: Table,
    as_of_us: int | None,
    historical: bool,
    limits: Limits,
) -> ImportPlan:
    """Plan a file of events: JSON lines, or such lines in a column of their own."""
    if EVENT not in table.headers:
        raise FileError(
            "A file of events has one JSON object a line, as Segment's clients send"
            " them; this one does not begin so."
        )
    return ImportPlan(
        path=str(path),
        kind="events",
        format=table.format,
        gzipped=is_gzipped(path),
        headers=table.headers,
        positions={},
        mapping=Mapping(kind="events", **form_of(table)),
        as_of_us=_as_of(path) if as_of_us is None else as_of_us,
        historical=historical,
        limits=limits,
    )


def _as_of(path: Path) -> int:
    return path.stat().st_mtime_ns // 1_000


def _settled(
    rules: Mapping,
    kind: FileKind,
    table: Table,
    positions: dict[str, int],
    own_kinds: tuple[str, ...],
) -> Mapping:
    """Fill in what the mapping leaves open, or say what is missing."""
    fields = fields_of(kind, own_kinds)
    _check_names(rules, fields)
    _check_needed(kind, rules, positions)
    _check_lookups(rules, table.headers, positions)
    sample = _Sample(table, positions)
    return msgspec.structs.replace(
        rules,
        kind=kind,
        **form_of(table),
        time_zone=_zone(rules),
        decimal=rules.decimal or _decimal(sample.of_type(fields, "amount", "number")),
        date_order=rules.date_order
        or ("iso" if rules.date_format else _order(sample, fields)),
        key=rules.key or _key(kind, positions),
    )


class _Sample:
    """The first lines of a file, by field."""

    def __init__(self, table: Table, positions: dict[str, int]) -> None:
        self._columns: dict[str, list[Any]] = {name: [] for name in positions}
        rows = 0
        for chunk in table.chunks(list(positions.values())):
            for name, at in positions.items():
                self._columns[name] += chunk.columns[at]
            rows += len(chunk.lines)
            if rows >= SAMPLE_ROWS:
                break

    def of_type(self, fields: AnyMapping[str, Field], *types: str) -> list[Any]:
        return [
            cell
            for name, cells in self._columns.items()
            if name in fields and fields[name].type in types
            for cell in cells
        ]


def _order(sample: _Sample, fields: AnyMapping[str, Field]) -> Any:
    return detect_order(sample.of_type(fields, "moment", "day"))


def _decimal(cells: list[Any]) -> Any:
    texts = {cell.strip() for cell in cells if isinstance(cell, str)}
    comma = any(_COMMA_DECIMAL.fullmatch(text) for text in texts)
    dot = any(_DOT_DECIMAL.fullmatch(text) for text in texts)
    return "," if comma and not dot else "."


def _key(kind: FileKind, positions: dict[str, int]) -> tuple[str, ...]:
    """Say what names a receipt: its fiscal number, or store, till, day and number.

    A till counts from one again each morning, so its numbers need their day.
    """
    if kind not in NUMBER:
        return ()
    if "fiscal_id" in positions:
        return ("fiscal_id",)
    if kind in {"orders", "invoices"}:
        return (NUMBER[kind],)
    place = [name for name in ("store_id", "till_id") if name in positions]
    day = ["date"] if "till_id" in positions else []
    return (*place, *day, NUMBER[kind])


def _zone(rules: Mapping) -> str:
    zone = rules.time_zone or "UTC"
    try:
        ZoneInfo(zone)
    except (KeyError, ValueError, OSError) as error:
        raise FileError(
            f"There is no time zone '{zone}'; write it like 'Europe/Warsaw'."
        ) from error
    return zone


def _check_names(rules: Mapping, fields: AnyMapping[str, Field]) -> None:
    for name in (*rules.constants, *rules.lookups, *rules.key):
        if name not in fields:
            raise FileError(
                f"The mapping names the field '{name}'; "
                f"such a file has the fields {', '.join(sorted(fields))}."
            )


def _check_lookups(
    rules: Mapping, headers: tuple[str, ...], positions: dict[str, int]
) -> None:
    read = {headers[at] for at in positions.values()}
    for name, rule in rules.lookups.items():
        if rule.column not in read:
            raise FileError(
                f"The mapping looks '{name}' up in the column '{rule.column}', which"
                " is not read: give that column a field as well."
            )


def _check_line(kind: FileKind, there: set[str]) -> None:
    missing = [name for name in NEEDS[kind] if name not in there]
    if kind in GOODS and "price" in there and "currency" not in there:
        missing.append("currency")
    if missing:
        raise FileError(
            f"A file of {kind} needs {' and '.join(missing)}: name the column in the"
            " mapping, or give it as a constant."
        )


def _check_needed(kind: FileKind, rules: Mapping, positions: dict[str, int]) -> None:
    if kind == "contacts":
        return
    there = {*positions, *rules.constants, *rules.lookups}
    if kind in NEEDS:
        _check_line(kind, there)
        return
    money = {"price", "total", "line_total"} & there
    needed = {
        NUMBER[kind]: "no number by which lines belong together",
        "date": "no date",
        **({"currency": "no currency"} if money else {}),
    }
    for name, fault in needed.items():
        if name not in there:
            raise FileError(
                f"The file has {fault}: name the column for '{name}' in the"
                " mapping, or give it as a constant."
            )
    if not money:
        raise FileError(
            "The file has no money: name the column for 'price', 'line_total' or"
            " 'total' in the mapping."
        )
    for name in rules.key:
        if name not in positions:
            raise FileError(f"The mapping's key '{name}' has no column in this file.")
