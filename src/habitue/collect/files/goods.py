"""A line of a list of goods, prices, stock, stores or figures becomes one item."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from habitue.base.clock import to_iso
from habitue.collect.files.building import Facts
from habitue.collect.files.fields import GOODS, NEEDS, fields_of
from habitue.collect.files.nouns import Built, ImportPlan, Parsed
from habitue.collect.files.rows import Block, RowReader, Run
from habitue.collect.files.values import Bad, number


class Goods:
    """Builds one item of each line, in the words of the catalogue's feeds."""

    def __init__(self, plan: ImportPlan, reader: RowReader) -> None:
        self._reader = reader
        self._facts = Facts(plan)
        self._needs = NEEDS[plan.kind]
        fields = fields_of(plan.kind).values()
        self._amounts = [field.name for field in fields if field.type == "amount"]
        self._numbers = [field.name for field in fields if field.type == "number"]
        # What tells no time of its own was so when the file was written.
        self._as_of = to_iso(plan.as_of_us) if plan.kind in GOODS else None

    def build(self, block: Block) -> Iterator[Parsed]:
        """Give the item of each line, or reject the line."""
        heads, lines, faults = self._facts.heads(block), block.lines, block.faults
        for at, head in enumerate(heads):
            item = Bad("") if at in faults else self._item(head)
            if isinstance(item, Bad):
                yield from self._reader.rejected(Run(None, block, at, at + 1), item)
            else:
                yield Built(item, (lines[at],))

    def _item(self, head: dict[str, Any]) -> dict[str, Any] | Bad:
        for name in self._needs:
            if name not in head:
                return Bad(f"The line has no {name.replace('_', ' ')}.")
        item = dict(head)
        for name in self._numbers:
            if name in item:
                item[name] = number(item[name])
        for name in self._amounts:
            if name in item:
                # As text: an amount is exact, and a float need not be.
                item[name] = f"{Decimal(item[name]).scaleb(-6).normalize():f}"
        return self._timed(item)

    def _timed(self, item: dict[str, Any]) -> dict[str, Any]:
        """Say since when it holds, and how new its telling is."""
        at = item.pop("date", None)
        told = self._as_of if at is None else to_iso(at)
        if told is not None:
            item["at"] = told
        if "updated_at" in item:
            item["updated_at"] = to_iso(item["updated_at"])
        return item
