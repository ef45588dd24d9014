"""Finds in the log what no index of identity knows: there is one list of it.

What was marked as a robot's or the shop's own is no evidence, and what was told but not
taken (too many, not theirs to tell) names nobody: yet both hold the identifier.
"""

import asyncio
from collections.abc import Collection, Generator, Iterable, Iterator

import msgspec
from msgspec import Struct

from habitue.log.port import Truth
from habitue.model.event import Event, names_of
from habitue.model.identifier import Identifier
from habitue.privacy.aside import MAY_HOLD, SPAN, Aside, event_at, read_event
from habitue.privacy.port import Known
from habitue.privacy.slices import in_slices
from habitue.privacy.subject import Subject

# Of more identifiers than these all events are read that may hold what is looked for.
_NAMES_MAX = 200

_encode = msgspec.json.Encoder().encode


class _Candidate(Struct, frozen=True):
    """An event that names one of the identifiers, and where it lies."""

    offset: int
    event: Event


class Search:
    """Looks through the log for what a person is named by."""

    def __init__(self, known: Known, truth: Truth) -> None:
        self._known = known
        self._truth = truth
        self._aside = Aside(truth)

    async def beside(
        self, subject: Subject, known: Collection[int], after: int = 0
    ) -> frozenset[int]:
        """Give what is theirs of the records after an offset, but for those known."""
        names = frozenset((*subject.own, *(one.identifier for one in subject.former)))
        found = await asyncio.to_thread(
            lambda: list(self._candidates(names, frozenset(known), after))
        )
        return await in_slices(self._theirs(subject, found))

    def _candidates(
        self, names: frozenset[Identifier], known: frozenset[int], after: int
    ) -> Iterator[_Candidate]:
        for held in self._holding(names, after):
            offset = event_at(self._truth, held)
            event = None if offset in known else read_event(self._truth, offset)
            if event is not None and not names.isdisjoint(names_of(event)):
                yield _Candidate(offset, self._known.mark(event, offset))

    def _holding(self, names: frozenset[Identifier], after: int) -> Iterator[int]:
        """Give the records after an offset that may name one of these aside."""
        if not names:
            return
        listed, until = self._aside.naming(names, after)
        yield from sorted(listed)
        # What is more than a list may hold is looked for each time.
        texts = MAY_HOLD if len(names) > _NAMES_MAX else tuple(texts_of(names))
        after, head = max(after, until), self._truth.head()
        for start in range(after, head, SPAN):
            yield from self._truth.holding(texts, start, min(start + SPAN, head))

    def _theirs(
        self, subject: Subject, found: Iterable[_Candidate]
    ) -> Generator[None, None, frozenset[int]]:
        theirs = set()
        for one in found:
            if self._is_theirs(subject, one):
                theirs.add(one.offset)
            yield
        return frozenset(theirs)

    def _is_theirs(self, subject: Subject, one: _Candidate) -> bool:
        event, own = one.event, frozenset(subject.own)
        devices = self._known.identity.devices
        # What counts and is taken is evidence: identity says whose it is.
        for each in event.identifiers if event.marked else ():
            if each.kind in devices:
                if each in own:
                    return True
            elif self._is_theirs_then(subject, each, one):
                return True
        aside = set(names_of(event)) - set(event.identifiers)
        return any(each in own and each.kind not in devices for each in aside)

    def _is_theirs_then(
        self, subject: Subject, each: Identifier, one: _Candidate
    ) -> bool:
        """Say whether an identifier was theirs when an event named it."""
        identity = self._known.identity
        number = identity.number(each)
        if number is None:
            # Nothing that counts has ever named it.
            return each in subject.own
        at = identity.strand_at(number, one.event.at_us, one.offset)
        return at in subject.strands


def texts_of(names: Iterable[Identifier]) -> Iterator[bytes]:
    """Give how identifiers stand in the body of an event: taken, and left out.

    >>> [text.decode() for text in texts_of([Identifier("email", "a@b.example")])]
    ['"email","a@b.example"', '"kind":"email","value":"a@b.example"']
    """
    for one in sorted(names):
        yield _encode(one)[1:-1]
        yield _encode({"kind": one.kind, "value": one.value})[1:-1]
