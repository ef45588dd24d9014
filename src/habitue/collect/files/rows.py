"""Lines with their cells read, column by column: keys, faults and values."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
from msgspec import Struct

from habitue.collect.files import values
from habitue.collect.files.chunks import Chunk, Table
from habitue.collect.files.fields import fields_of
from habitue.collect.files.moments import Calendar
from habitue.collect.files.nouns import ImportPlan, Rejected

# Longer numbers would not leave a message id room for the rest.
KEY_CHARS_MAX = 120


class Block(Struct):
    """A stretch of lines, read: their keys, numbers, values by field, and faults."""

    keys: list[str | None]
    lines: Sequence[int]
    columns: dict[str, list[Any]]
    faults: dict[int, str]
    texts: Sequence[str]

    def runs(self) -> Iterator["Run"]:
        """Part the block where the key changes; a line without a key stands alone."""
        keys = np.array(self.keys, dtype=object)
        parted = keys[1:] != keys[:-1]
        if None in self.keys:
            parted |= keys[1:] == np.array(None)
        ends = [*(np.flatnonzero(parted) + 1).tolist(), len(keys)]
        start = 0
        for end in ends:
            yield Run(self.keys[start], self, start, end)
            start = end


class Run(Struct, frozen=True):
    """Adjacent lines with one key."""

    key: str | None
    block: Block
    start: int
    end: int

    def __len__(self) -> int:
        return self.end - self.start

    def column(self, name: str) -> list[Any]:
        """Give a field of each line."""
        return self.block.columns[name][self.start : self.end]

    def lines(self) -> Sequence[int]:
        """Give the number of each line."""
        return self.block.lines[self.start : self.end]

    def faults(self) -> dict[int, str]:
        """Give what is wrong with lines, by their place in the block."""
        if not self.block.faults:
            return {}
        places = range(self.start, self.end)
        found = self.block.faults
        return {at: found[at] for at in places if at in found}


# The lines of one receipt: one run as a rule, several where they are scattered.
Group = Sequence[Run]
Alive = Callable[[], None]


class RowReader:
    """Reads the lines of a planned file; each different cell is read once."""

    def __init__(
        self, plan: ImportPlan, table: Table, alive: Alive = lambda: None
    ) -> None:
        # alive is called for each chunk: a long file may yield nothing for minutes.
        self._plan, self._table, self._alive = plan, table, alive
        self._types = {
            name: f.type for name, f in fields_of(plan.kind, plan.own_kinds).items()
        }
        readers = readers_of(plan)
        self._memos = {
            name: _memo(self._types[name], readers, plan.mapping.strip.get(name))
            for name in plan.positions
        }
        self._key_memos = [
            (
                plan.positions[name],
                _memo(self._key_type(name), readers, plan.mapping.strip.get(name)),
            )
            for name in plan.mapping.key
        ]

    def _key_type(self, name: str) -> str:
        return "day" if self._types[name] == "moment" else "text"

    def key_chunks(self) -> Iterator[list[str | None]]:
        """Read the keys alone of all lines, a chunk at a time."""
        wanted = [at for at, _ in self._key_memos] or [0]
        for chunk in self._table.chunks(wanted):
            self._alive()
            yield self._keys(chunk)

    def blocks(self) -> Iterator[Block]:
        """Read all lines, a block at a time."""
        positions = self._plan.positions
        wanted: Sequence[int] = list(positions.values())
        if self._plan.format == "parquet":
            # A rejected row is given back whole, with the columns nobody asked for.
            wanted = range(len(self._plan.headers))
        for chunk in self._table.chunks(wanted):
            self._alive()
            columns = {
                name: memo.column(chunk.columns[positions[name]])
                for name, memo in self._memos.items()
            }
            keys = self._keys(chunk)
            faults = self._faults(chunk, keys, columns)
            yield Block(keys, chunk.lines, columns, faults, chunk.texts)

    def rejected(self, run: Run, reason: str) -> Iterator[Rejected]:
        """Give lines back, each with its own fault or the reason they share."""
        block = run.block
        for at in range(run.start, run.end):
            text = block.texts[at]
            yield Rejected(
                block.lines[at],
                # A plain text: what crosses to the parent must be no Bad.
                str(block.faults.get(at, reason)),
                text.rstrip("\r\n"),
                self._table.cells(text),
            )

    def _keys(self, chunk: Chunk) -> list[str | None]:
        parts = [memo.column(chunk.columns[at]) for at, memo in self._key_memos]
        if not parts:
            return [None] * len(chunk.lines)
        if len(parts) > 1:
            return list(map(_usable, map(_joined, zip(*parts, strict=True))))
        # Nearly all are as short as numbers are, and then none needs a look.
        if max(map(len, filter(None, parts[0])), default=0) <= KEY_CHARS_MAX:
            return parts[0]
        return list(map(_usable, parts[0]))

    def _faults(
        self, chunk: Chunk, keys: list[str | None], columns: dict[str, list[Any]]
    ) -> dict[int, str]:
        faults: dict[int, str] = {}
        if self._key_memos and None in keys:
            name = self._plan.mapping.key[-1].replace("_", " ")
            fault = f"The line has no usable {name}."
            faults = {at: fault for at, key in enumerate(keys) if key is None}
        for name, column in columns.items():
            if self._memos[name].bad:
                header = self._plan.headers[self._plan.positions[name]]
                faults |= _bad_cells(header, column)
        return {**faults, **chunk.errors}


def _memo(
    kind: str, readers: dict[str, Callable[[Any], Any]], prefix: str | None
) -> values.Memo:
    if prefix:
        return values.Memo(values.without(prefix, readers[kind]))
    made = values.Texts if kind == "text" else values.Memo
    return made(readers[kind])


def _bad_cells(header: str, column: list[Any]) -> dict[int, str]:
    return {
        at: f"{header}: {value}"
        for at, value in enumerate(column)
        if isinstance(value, values.Bad)
    }


def _joined(parts: tuple[Any, ...]) -> str | None:
    if None in parts or any(isinstance(part, values.Bad) for part in parts):
        return None
    return "/".join(parts)


def _usable(key: str | None) -> str | None:
    if key is None or len(key) > KEY_CHARS_MAX:
        return None
    return key


def readers_of(plan: ImportPlan) -> dict[str, Callable[[Any], Any]]:
    """Give the reader of each type of field, as the plan has it."""
    rules = plan.mapping
    calendar = Calendar(
        rules.date_order or "iso",
        plan.zone,
        rules.date_format,
        plan.moved_days,
        day_zero=plan.day_zero,
    )
    amount = values.reader_of_amounts(rules.decimal or ".")
    return {
        "text": values.text,
        "amount": amount,
        "number": amount,
        "moment": calendar.moment,
        "day": calendar.day,
        "flag": values.flag,
        "currency": values.currency,
    }
