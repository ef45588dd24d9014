"""Makes wire items of lines: what they have in common, their ids, their consents."""

from collections.abc import Iterator, Sequence
from hashlib import blake2b
from itertools import chain
from typing import Any

import msgspec

from habitue.base.clock import to_iso
from habitue.collect.files.fields import CHANNELS, IDENTIFIERS, fields_of, own_kinds
from habitue.collect.files.nouns import FileError, ImportPlan
from habitue.collect.files.rows import Block, Group, readers_of
from habitue.collect.files.values import Bad

KINDS = tuple(field.name for field in IDENTIFIERS)
_ADDRESS = {"email": "email", "sms": "phone", "phone": "phone"}
_ENCODER = msgspec.json.Encoder()


class Facts:
    """The fields of a group of lines: by column, with constants and lookups."""

    def __init__(self, plan: ImportPlan) -> None:
        rules = plan.mapping
        self._names = tuple(plan.positions)
        self._constants = _constants(plan)
        fields = {plan.headers[at]: name for name, at in plan.positions.items()}
        self._lookups = [
            (name, fields[rule.column], rule) for name, rule in rules.lookups.items()
        ]

    def has(self, name: str) -> bool:
        """Say whether lines bring this field in a column of their own."""
        return name in self._names

    def column(self, group: Group, name: str) -> list[Any]:
        """Give a field of each line."""
        if name not in self._names:
            return [self._constants.get(name)] * sum(map(len, group))
        if len(group) == 1:
            return group[0].column(name)
        return list(chain.from_iterable(run.column(name) for run in group))

    def head(self, group: Group) -> dict[str, Any]:
        """Give what the first line that says anything says, for each field."""
        head = dict(self._constants)
        for name in self._names:
            for value in self.column(group, name):
                if value is not None:
                    head[name] = value
                    break
        for name, column, rule in self._lookups:
            cell = self.column(group, column)[0]
            value = rule.values.get(str(cell), rule.otherwise)
            if value is not None:
                head[name] = value
        return head

    def heads(self, block: Block) -> Iterator[dict[str, Any]]:
        """Give what each line of a block says alone, as `head` does of one."""
        constants, names, lookups = self._constants, self._names, self._lookups
        columns = [block.columns[name] for name in names]
        for row in zip(*columns, strict=True):
            told = zip(names, row, strict=True)
            head = constants | {name: cell for name, cell in told if cell is not None}
            for name, column, rule in lookups:
                cell = row[names.index(column)]
                found = rule.values.get(str(cell), rule.otherwise)
                if found is not None:
                    head[name] = found
            yield head

    def disagreement(self, group: Group, names: Sequence[str]) -> str | None:
        """Name a field on which lines that belong together tell different things."""
        for name in names:
            if name in self._names and len({*self.column(group, name)} - {None}) > 1:
                return name
        return None


def _constants(plan: ImportPlan) -> dict[str, Any]:
    """Read the mapping's constants as if they were cells of their fields."""
    fields, readers = fields_of(plan.kind, plan.own_kinds), readers_of(plan)
    constants = {}
    for name, cell in plan.mapping.constants.items():
        value = readers[fields[name].type](cell)
        if isinstance(value, Bad):
            raise FileError(f"The mapping's constant '{name}' can't be used: {value}")
        constants[name] = value
    return constants


def kinds_of(plan: ImportPlan) -> tuple[str, ...]:
    """Give the kinds of identifiers that a file's columns may be of."""
    return (*KINDS, *own_kinds(plan.own_kinds))


def identifiers_of(head: dict[str, Any], kinds: tuple[str, ...]) -> dict[str, str]:
    """Take the identifiers of these kinds out of a line's fields."""
    return {kind: head[kind] for kind in kinds if kind in head}


class Contexts:
    """Makes the contexts of a file's items."""

    def __init__(self, plan: ImportPlan) -> None:
        self._historical = plan.historical
        self._as_of = to_iso(plan.as_of_us)

    def of(self, consents: list[dict[str, Any]], at_us: int | None) -> dict[str, Any]:
        """Say how an item is to be taken: as history, and how new its telling is."""
        context: dict[str, Any] = {
            "historical": self._historical,
            "updated_at": self._as_of if at_us is None else to_iso(at_us),
        }
        if consents:
            context["consents"] = consents
        return context


def message_id(kind: str, key: str, item: dict[str, Any]) -> str:
    """Name an item by what it tells.

    The same lines again are the same message; a corrected receipt is a new one
    about the same object. What changes with each import is left out.
    """
    get = item.get
    told = (
        *(get("type"), get("event"), get("timestamp")),
        *(get("identifiers"), get("properties"), get("traits")),
        item["context"].get("consents"),
    )
    digest = blake2b(_ENCODER.encode(told), digest_size=8).hexdigest()
    return f"{kind}/{key}/{digest}"


def consents_of(head: dict[str, Any]) -> list[dict[str, Any]] | Bad:
    """Read the consents of a line; a grant needs its when and its what or where."""
    consents = []
    for channel in CHANNELS:
        granted = head.get(f"consent_{channel}")
        if granted is None:
            continue
        fault = _unproved(head) if granted else None
        if fault:
            return Bad(fault)
        consents.append(_consent(head, channel, granted))
    return consents


def _unproved(head: dict[str, Any]) -> str | None:
    missing = [] if head.get("consent_at") is not None else ["consent_at"]
    if not any(
        head.get(f"consent_{what}") for what in ("text", "text_version", "where")
    ):
        missing.append("consent_text or consent_where")
    if not missing:
        return None
    return (
        "A consent is granted without proof: add a column or a constant for"
        f" {' and '.join(missing)}."
    )


def _consent(head: dict[str, Any], channel: str, granted: bool) -> dict[str, Any]:
    at = head.get("consent_at")
    told = {
        "purpose": head.get("consent_purpose", "marketing"),
        "channel": channel,
        "granted": granted,
        "at": None if at is None else to_iso(at),
        "text": head.get("consent_text"),
        "text_version": head.get("consent_text_version"),
        "by": head.get("consent_by"),
        "where": head.get("consent_where"),
        "contact": head.get(_ADDRESS.get(channel, "")),
    }
    return {name: value for name, value in told.items() if value is not None}
