"""A line of a list of contacts becomes what is known of a person."""

from collections.abc import Iterator
from hashlib import blake2b
from typing import Any

from habitue.base.clock import to_iso
from habitue.collect.files.building import (
    Contexts,
    Facts,
    consents_of,
    identifiers_of,
    kinds_of,
    message_id,
)
from habitue.collect.files.fields import TRAITS
from habitue.collect.files.nouns import Built, ImportPlan, Parsed
from habitue.collect.files.rows import Block, RowReader, Run
from habitue.collect.files.values import Bad

_NAMES = ("email", "phone", *(field.name for field in TRAITS))


class Contacts:
    """Builds one item of each line."""

    def __init__(self, plan: ImportPlan, reader: RowReader) -> None:
        self._reader = reader
        self._facts = Facts(plan)
        self._contexts = Contexts(plan)
        self._kinds = kinds_of(plan)

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
        identifiers = identifiers_of(head, self._kinds)
        if not identifiers:
            return Bad("The line names nobody: no e-mail, phone, card or number.")
        consents = consents_of(head)
        if isinstance(consents, Bad):
            return consents
        at = head.get("updated_at", head.get("date"))
        item: dict[str, Any] = {
            "type": "identify",
            "messageId": "",
            "identifiers": identifiers,
            "traits": {name: head[name] for name in _NAMES if name in head},
            "context": self._contexts.of(consents, at),
        }
        # Without a date of its own a line counts from when it comes in: the file's
        # date would make the same line another message each time.
        if at is not None:
            item["timestamp"] = to_iso(at)
        # Addresses of people don't belong in ids, which end up in logs.
        who = repr(sorted(identifiers.items())).encode()
        key = blake2b(who, digest_size=8).hexdigest()
        item["messageId"] = message_id("contact", key, item)
        return item
