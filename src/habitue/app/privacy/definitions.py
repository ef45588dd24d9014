"""Takes a person out of what the shop has defined, and says where that can't be done.

The list of staff and the names of watched files are defined anew without them, and a
saved view that looks for them is removed; the records of the former versions are erased
with the rest. Any other definition is the shop's own text: what names them there is
told, for an administrator to change.
"""

import asyncio
from collections.abc import Callable, Iterator, Sequence

import msgspec
from msgspec import structs

from habitue.access.hooks import WEBHOOK
from habitue.access.oauth import OAUTH_CLIENT
from habitue.access.sources import KEY, SOURCE
from habitue.app.desks.mapping_desk import MAPPING
from habitue.app.desks.writing import Writing
from habitue.app.projection.defined import (
    CHANNEL_COSTS,
    CHANNEL_RATES,
    CHANNEL_RULES,
    STAFF,
)
from habitue.app.watch.desk import FILE, WATCH
from habitue.identity.defining import KIND, POLICY
from habitue.log.port import DEFINITION_SOURCE, Definition, Truth, definition_id
from habitue.model.identifier import Identifier
from habitue.model.import_run import IMPORT, ImportRun
from habitue.model.staff import StaffList
from habitue.model.view import VIEW, SavedView
from habitue.model.watch import WatchedFile
from habitue.privacy.naming import Naming
from habitue.privacy.port import Taken

ERASED = "(erased)"
# The shop's own text, which only somebody who knows what it is for can change.
OTHERS = (
    *(SOURCE, KEY, WEBHOOK, OAUTH_CLIENT, MAPPING, WATCH),
    *(KIND, POLICY, CHANNEL_RULES, CHANNEL_COSTS, CHANNEL_RATES),
)
# A customer number may be any word; these are nobody else's.
_TELLING = frozenset({"email", "phone"})

Without = Callable[[bytes, Sequence[Identifier]], bytes]


class DefinedHere:
    """Fills the port of privacy: what the log of this process defines."""

    def __init__(
        self, truth: Truth, writing: Writing, changed: Callable[[], None]
    ) -> None:
        """changed: lets this process go by what is defined now."""
        self._truth = truth
        self._writing = writing
        self._changed = changed

    async def take_out(self, own: Sequence[Identifier]) -> Taken:
        """Define anew, without a person, what names them."""
        offsets: list[int] = []
        for kind, without in _WITHOUT.items():
            for one in self._truth.definitions(kind):
                body, last = without(one.body, own), one
                if body != one.body:
                    last = await self._writing.define(kind, one.name, body)
                offsets += await asyncio.to_thread(self._former, last, own)
        if offsets:
            self._changed()
        left = await asyncio.to_thread(lambda: tuple(self._left(own)))
        return Taken(offsets=tuple(offsets), left=left)

    def _former(self, one: Definition, own: Sequence[Identifier]) -> list[int]:
        """Give the records of the versions before one that named them."""
        found, without = [], _WITHOUT[one.kind]
        for number in range(1, one.version):
            called = definition_id(one.kind, one.name, number)
            offset = self._truth.find(DEFINITION_SOURCE, called)
            record = None if offset is None else self._truth.get(offset)
            if offset is None or record is None or record.body is None:
                continue
            body = msgspec.json.decode(record.body, type=_Text).body
            if without(bytes(body), own) != bytes(body):
                found.append(offset)
        return found

    def _left(self, own: Sequence[Identifier]) -> Iterator[str]:
        naming = Naming([one for one in own if one.kind in _TELLING])
        for kind in OTHERS:
            for number, one in enumerate(self._truth.definitions(kind)):
                if naming.names(one.name):
                    # A certificate names nobody, not even so.
                    yield f"{kind}/#{number + 1}"
                elif naming.names(one.body):
                    yield f"{kind}/{one.name}"


class _Text(msgspec.Struct):
    """Of the text of a definition: what it defines."""

    body: msgspec.Raw


def _staff_without(body: bytes, own: Sequence[Identifier]) -> bytes:
    """Give a list of staff without a person: their line, and notes that name them."""
    staff, naming = msgspec.json.decode(body, type=StaffList), Naming(own)
    theirs = {str(one) for one in own}
    kept = tuple(
        structs.replace(entry, note="") if naming.names(entry.note) else entry
        for entry in staff.entries
        if entry.text not in theirs
    )
    same = kept == staff.entries
    return body if same else msgspec.json.encode(structs.replace(staff, entries=kept))


def _file_without(body: bytes, own: Sequence[Identifier]) -> bytes:
    """Give what became of a file, without a name or reason that names a person."""
    file, naming = msgspec.json.decode(body, type=WatchedFile), Naming(own)
    name = ERASED if naming.names(file.name) else file.name
    reason = ERASED if naming.names(file.reason or "") else file.reason
    if (name, reason) == (file.name, file.reason):
        return body
    return msgspec.json.encode(structs.replace(file, name=name, reason=reason))


def _import_without(body: bytes, own: Sequence[Identifier]) -> bytes:
    """Give an import, without a name, tag or reason that names a person."""
    run, naming = msgspec.json.decode(body, type=ImportRun), Naming(own)
    changed = structs.replace(
        run,
        file=ERASED if naming.names(run.file) else run.file,
        undone_why=ERASED if naming.names(run.undone_why) else run.undone_why,
        tags=tuple(one for one in run.tags if not naming.names(one)),
        reasons={one: n for one, n in run.reasons.items() if not naming.names(one)},
    )
    return body if changed == run else msgspec.json.encode(changed)


def _view_without(body: bytes, own: Sequence[Identifier]) -> bytes:
    """Give a saved view as it is; none, if it names a person or looks for them."""
    held, naming = msgspec.json.decode(body, type=SavedView | None), Naming(own)
    names = held is not None and naming.names(held.name, held.text)
    return b"null" if names else body


_WITHOUT: dict[str, Without] = {
    STAFF: _staff_without,
    FILE: _file_without,
    IMPORT: _import_without,
    VIEW: _view_without,
}
