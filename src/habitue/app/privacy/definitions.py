"""Takes a person out of what the shop has defined, and says where that can't be done.

The list of staff and the names of watched files are defined anew without them, and a
saved view that looks for them is removed, by name as well; the records of the former
versions are erased with the rest. Any other definition is the shop's own text: what
names them there is told, for an administrator to change.
"""

import asyncio
from collections.abc import Callable, Collection, Iterator, Sequence

import msgspec
from msgspec import Struct, structs

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
from habitue.model.geo_test import GEO_TEST
from habitue.model.identifier import Identifier
from habitue.model.import_run import IMPORT, ImportRun
from habitue.model.staff import StaffList
from habitue.model.view import VIEW, SavedView
from habitue.model.watch import WatchedFile
from habitue.privacy.naming import Naming
from habitue.privacy.port import Taken
from habitue.privacy.subject import Subject
from habitue.profile.names import folded

ERASED = "(erased)"
# The shop's own text, which only somebody who knows what it is for can change.
OTHERS = (
    *(SOURCE, KEY, WEBHOOK, OAUTH_CLIENT, MAPPING, WATCH),
    *(KIND, POLICY, CHANNEL_RULES, CHANNEL_COSTS, CHANNEL_RATES, GEO_TEST),
)
# A customer number may be any word; these are nobody else's.
_TELLING = frozenset({"email", "phone"})

# Says whom a search for a text finds, by their ids.
Finds = Callable[[str], Collection[int]]


class Whom(Struct, frozen=True):
    """Who is taken out: by what they are known, and by which words they are called.

    finds_alone: says whether a search for a text finds them and nobody else.
    """

    own: Sequence[Identifier]
    called: Collection[str] = ()
    finds_alone: Callable[[str], bool] = lambda _: False

    def is_called(self, text: str) -> bool:
        """Say whether a text is a name of theirs, in any spelling.

        One word of many people is not: it tells nobody which of them is meant.
        """
        words = folded(text)
        if len(set(words).intersection(self.called)) > 1:
            return True
        begins = all(any(one.startswith(word) for one in self.called) for word in words)
        return begins and (len(words) > 1 or (bool(words) and self.finds_alone(text)))


Without = Callable[[bytes, Whom], bytes]


class DefinedHere:
    """Fills the port of privacy: what the log of this process defines."""

    def __init__(
        self,
        truth: Truth,
        writing: Writing,
        changed: Callable[[], None],
        finds: Finds,
    ) -> None:
        """changed: lets this process go by what is defined now."""
        self._truth = truth
        self._writing = writing
        self._changed = changed
        self._finds = finds

    async def take_out(self, subject: Subject, called: Collection[str]) -> Taken:
        """Define anew, without a person, what names them."""
        whom = self._whom(subject, called)
        offsets: list[int] = []
        for kind, without in _WITHOUT.items():
            for one in self._truth.definitions(kind):
                body, last = without(one.body, whom), one
                if body != one.body:
                    last = await self._writing.define(kind, one.name, body)
                former = await asyncio.to_thread(self._former, last)
                offsets += [at for at, held in former if without(held, whom) != held]
        if offsets:
            self._changed()
        left = await asyncio.to_thread(lambda: tuple(self._left(subject.own)))
        return Taken(offsets=tuple(offsets), left=left)

    def _whom(self, subject: Subject, called: Collection[str]) -> Whom:
        def finds_alone(text: str) -> bool:
            return set(self._finds(text)) == {subject.person_id}

        return Whom(subject.own, called, finds_alone)

    def _former(self, one: Definition) -> list[tuple[int, bytes]]:
        """Give the versions before one: where in the log each stands, and its text."""
        found = []
        for number in range(1, one.version):
            called = definition_id(one.kind, one.name, number)
            offset = self._truth.find(DEFINITION_SOURCE, called)
            record = None if offset is None else self._truth.get(offset)
            if offset is None or record is None or record.body is None:
                continue
            body = msgspec.json.decode(record.body, type=_Text).body
            found.append((offset, bytes(body)))
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


def _staff_without(body: bytes, whom: Whom) -> bytes:
    """Give a list of staff without a person: their line, and notes that name them."""
    staff, naming = msgspec.json.decode(body, type=StaffList), Naming(whom.own)
    theirs = {str(one) for one in whom.own}
    kept = tuple(
        structs.replace(entry, note="") if naming.names(entry.note) else entry
        for entry in staff.entries
        if entry.text not in theirs
    )
    same = kept == staff.entries
    return body if same else msgspec.json.encode(structs.replace(staff, entries=kept))


def _file_without(body: bytes, whom: Whom) -> bytes:
    """Give what became of a file, without a name or reason that names a person."""
    file, naming = msgspec.json.decode(body, type=WatchedFile), Naming(whom.own)
    name = ERASED if naming.names(file.name) else file.name
    reason = ERASED if naming.names(file.reason or "") else file.reason
    if (name, reason) == (file.name, file.reason):
        return body
    return msgspec.json.encode(structs.replace(file, name=name, reason=reason))


def _import_without(body: bytes, whom: Whom) -> bytes:
    """Give an import, without a name, tag or reason that names a person."""
    run, naming = msgspec.json.decode(body, type=ImportRun), Naming(whom.own)
    changed = structs.replace(
        run,
        file=ERASED if naming.names(run.file) else run.file,
        undone_why=ERASED if naming.names(run.undone_why) else run.undone_why,
        tags=tuple(one for one in run.tags if not naming.names(one)),
        reasons={one: n for one, n in run.reasons.items() if not naming.names(one)},
    )
    return body if changed == run else msgspec.json.encode(changed)


def _view_without(body: bytes, whom: Whom) -> bytes:
    """Give a saved view as it is; none, if it names a person or looks for them."""
    held, naming = msgspec.json.decode(body, type=SavedView | None), Naming(whom.own)
    if held is None:
        return body
    texts = (held.name, held.text)
    names = naming.names(*texts) or any(whom.is_called(one) for one in texts)
    return b"null" if names else body


_WITHOUT: dict[str, Without] = {
    STAFF: _staff_without,
    FILE: _file_without,
    IMPORT: _import_without,
    VIEW: _view_without,
}
