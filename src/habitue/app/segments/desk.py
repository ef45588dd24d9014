"""Segments as the API asks for them: definitions, counts, who is in and why."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from msgspec import structs

from habitue.access.pasted import masked
from habitue.access.reading import saw
from habitue.app.desks.profile_view import called
from habitue.app.desks.slices import Slices
from habitue.app.segments.counting import LoopCounting, judge, read_facts, reader_of
from habitue.app.segments.figures import figures_view, trend_view
from habitue.app.segments.library import Held, SegmentLibrary
from habitue.app.segments.member_forms import encode_members
from habitue.app.segments.view import (
    counted_view,
    definition_view,
    membership_view,
    past_view,
    reason_view,
    segment_view,
    version_view,
)
from habitue.app.segments.wrote import Writers
from habitue.base.clock import to_iso
from habitue.base.errors import ConflictError, InvalidError, NotFoundError, StorageError
from habitue.model.person import Person
from habitue.segment.check import read
from habitue.segment.condition import AllOf, Condition
from habitue.segment.definition import segment_of
from habitue.segment.facts import Facts
from habitue.segment.gallery import templates
from habitue.segment.meaning import matches
from habitue.segment.port import (
    Counting,
    Membership,
    Memberships,
    NoMemberships,
    Past,
)
from habitue.segment.texts import ENGLISH, Texts
from habitue.segment.walk import inlined, needs
from habitue.segment.why import explain
from habitue.segment.words import sentence

if TYPE_CHECKING:
    from habitue.app.desks.home import Home

View = dict[str, Any]
Views = list[View]
# Paths of the API that are no segments.
RESERVED = frozenset({"preview", "overlap", "templates"})
_NOT_HERE = (
    "People are counted by the process that leads, and this one follows it. Ask that"
    " one, or try again: if it ends, this one takes over."
)


class SegmentDesk:
    """Defines segments, and answers who is in them, how many, and why."""

    def __init__(
        self,
        home: "Home",
        counting: Counting | None = None,
        memberships: Memberships | None = None,
    ) -> None:
        """counting, memberships: what knows without judging each person anew."""
        engine = home.engine
        self._home = home
        self._library = SegmentLibrary(engine.truth, engine.writing)
        self._writers = Writers(home)
        self._counting: Counting = counting or LoopCounting(home)
        self._memberships: Memberships = memberships or NoMemberships()

    # -- definitions ----------------------------------------------------------

    def list(self) -> Views:
        """List the segments in force, by id."""
        return [segment_view(held) for held in self._library.all().values()]

    def get(self, segment_id: str) -> View:
        """Give a segment in force."""
        return segment_view(self._library.get(segment_id))

    def versions(self, segment_id: str) -> Views:
        """Give all versions of a segment, deleted ones as such, with who wrote them."""
        found = self._library.versions(segment_id)
        return [
            version_view(one, self._writers.of(segment_id, one, before))
            for one, before in zip(found, (None, *found), strict=False)
        ]

    async def add(self, segment_id: str, told: View) -> View:
        """Define a segment that is not there yet."""
        if segment_id in self._library.all():
            raise ConflictError(
                f"There is a segment '{segment_id}'; put it to change it."
            )
        return await self.put(segment_id, told)

    async def put(self, segment_id: str, told: View) -> View:
        """Define a segment, or change the one of this id."""
        if segment_id in RESERVED:
            raise InvalidError(f"No segment can be called '{segment_id}'.")
        said = {**told, "description": masked(told.get("description") or "")}
        held = await self._library.put(segment_of(segment_id, said))
        return segment_view(held)

    async def delete(self, segment_id: str) -> View:
        """Take a segment out of force."""
        await self._library.delete(segment_id)
        return {"id": segment_id, "deleted": True}

    def templates(self) -> Views:
        """Give the segments to start from, each with what it means in words."""
        return [
            {**definition_view(one), "words": sentence(one.condition)}
            for one in templates(self._home.engine.reckoning.currency).values()
        ]

    # -- counts ---------------------------------------------------------------

    async def preview(self, told: Any, sample: int) -> View:
        """Count who satisfies a condition that need not be a segment's."""
        condition = read(told)
        self._library.check(condition)
        counted = await self._leading().count(
            self._library.condition(condition), sample=sample
        )
        return {
            **counted_view(counted),
            "words": sentence(condition),
            "sample": [self._row(one) for one in counted.sample],
        }

    async def overlap(self, segment_ids: Sequence[str]) -> View:
        """Count who is in which of two or three segments at once."""
        wanted = [self._condition(one) for one in segment_ids]
        counts = await self._leading().overlap(wanted)
        parts = []
        for bits, counted in enumerate(counts):
            inside = [one for at, one in enumerate(segment_ids) if bits >> at & 1]
            parts.append({"in": inside, "count": counted.count})
        view = counted_view(counts[0])
        return {name: view[name] for name in view if name != "count"} | {"parts": parts}

    async def members(
        self, segment_id: str, after: int, limit: int, form: str, *, named: bool
    ) -> tuple[bytes, int | None]:
        """Give a page of who is in a segment, by id, and where the next begins.

        named: tell their names, too.
        """
        rows, more = await self.page(segment_id, after, limit, named=named)
        saw(row["person_id"] for row in rows)
        return encode_members(rows, more, form), more

    async def page(
        self, segment_id: str, after: int, limit: int, *, named: bool
    ) -> tuple[Views, int | None]:
        """Give person_id and name of a page of who is in a segment, and what follows.

        named: tell their names; None stands in place of them otherwise.
        """
        condition = self._condition(segment_id)
        counting = self._leading()
        kept = self._memberships.members(segment_id, after, limit)
        if kept is None:
            kept = await counting.page(condition, after, limit)
        rows, slices = [], Slices(self._home.fold)
        for person_id in kept[0]:
            rows.append(self._row(person_id, named=named))
            await slices.turn()
        return rows, kept[1]

    async def figures(self, segment_id: str, purpose: str, days: int) -> View:
        """Say what a segment's members are worth, how they are reached, and its trend.

        purpose: for which they are to be reached; days: of the trend, up to today.
        """
        held = self._library.get(segment_id)
        condition = self._library.condition(held.segment.condition)
        return {
            "segment": segment_id,
            "version": held.version,
            **await figures_view(self._leading(), condition, purpose),
            "trend": trend_view(self._memberships.trend(segment_id, days)),
        }

    def size(self, segment_id: str) -> int | None:
        """Count who is in a segment by what is kept; None while it is filled in."""
        return self._memberships.size(segment_id)

    def _condition(self, segment_id: str) -> Condition:
        held = self._library.get(segment_id)
        return self._library.condition(held.segment.condition)

    def _leading(self) -> Counting:
        if self._home.engine.leader is None:
            raise StorageError(_NOT_HERE)
        return self._counting

    def _row(self, person_id: int, *, named: bool = True) -> View:
        if not named:
            return {"person_id": person_id, "name": None}
        fold = self._home.fold
        person = fold.identity.person(person_id, 0)
        strands = () if person is None else person.strands
        return {"person_id": person_id, "name": called(fold.profiles.traits(strands))}

    # -- one person -----------------------------------------------------------

    async def holds(self, segment_id: str, person_id: int) -> bool:
        """Say whether a person is in a segment: by what is kept, or else judged."""
        self._library.get(segment_id)
        kept = self._memberships.of_person(person_id)
        if kept is None:
            return bool((await self.why(person_id, segment_id))["in"])
        return any(one.segment == segment_id for one in kept)

    def inside(self, person_id: int) -> Views | None:
        """Give the segments a person is in, as kept; None while one is filled in."""
        held = self._library.all()
        kept = self._memberships.of_person(person_id) if held else ()
        if kept is None:
            return None
        return [
            membership_view(held[one.segment], one, None)
            for one in kept
            if one.segment in held
        ]

    async def of_person(self, person_id: int, texts: Texts = ENGLISH) -> View:
        """Give the segments a person is in, each with the clauses that decide it."""
        how = partial(explain, texts=texts)
        person = self._person(person_id)
        held = self._library.all()
        facts, now_us = await self._judged(person, set(held))
        kept = self._memberships.of_person(person.person_id)
        known = {one.segment: one for one in kept or ()}
        inside, slices = [], Slices(self._home.fold)
        for name in sorted(facts.memberships):
            condition = held[name].segment.condition
            why = await judge(how, condition, facts, now_us)
            membership = known.get(name, Membership(segment=name))
            inside.append(membership_view(held[name], membership, why))
            await slices.turn()
        return {
            "person_id": person.person_id,
            "as_of": to_iso(now_us),
            "segments": inside,
        }

    async def past(self, person_id: int, segment_id: str | None = None) -> Views:
        """Give what a person was in and is no more, the latest first.

        segment_id: of this segment alone.
        """
        now_id = self._person(person_id).person_id
        held, slices = self._library.all(), Slices(self._home.fold)
        found = []
        for one in self._memberships.past(now_id) or ():
            if segment_id in (None, one.segment):
                found.append(past_view(one, self._as_it_was(one, held), now_id))
                await slices.turn()
        return found

    def _as_it_was(self, past: Past, held: Mapping[str, Held]) -> Held | None:
        now = held.get(past.segment)
        if now is not None and now.version == past.version:
            return now
        return self._library.version(past.segment, past.version)

    async def why(
        self, person_id: int, segment_id: str, texts: Texts = ENGLISH
    ) -> View:
        """Say why a person is in a segment, or why not, part by part."""
        person = self._person(person_id)
        held = self._library.get(segment_id)
        facts, now_us = await self._judged(person, self._library.reach(segment_id))
        how = partial(explain, texts=texts)
        reason = await judge(how, held.segment.condition, facts, now_us)
        view = membership_view(held, Membership(segment=segment_id), reason)
        return {
            "person_id": person.person_id,
            "as_of": to_iso(now_us),
            "segment": view["id"],
            "name": view["name"],
            "version": view["version"],
            "in": reason.holds,
            "because": view["because"],
            "reason": reason_view(reason),
        }

    async def _judged(self, person: Person, names: set[str]) -> tuple[Facts, int]:
        """Read a person as of one moment, with those of some segments they are in."""
        now_us, slices = self._home.engine.clock.now_us(), Slices(self._home.fold)
        library = self._library.conditions()
        wanted = {name: inlined(library[name], library) for name in sorted(names)}
        facts = await read_facts(
            reader_of(self._home),
            person,
            needs(AllOf(of=tuple(wanted.values()))),
            now_us,
            slices,
        )
        inside = set()
        for name, condition in wanted.items():
            if await judge(matches, condition, facts, now_us):
                inside.add(name)
            await slices.turn()
        return structs.replace(facts, memberships=frozenset(inside)), now_us

    def _person(self, person_id: int) -> Person:
        identity = self._home.fold.identity
        person = identity.person(person_id, 0)
        if person is None:
            now_id = identity.current(person_id)
            person = None if now_id is None else identity.person(now_id, 0)
        if person is None:
            raise NotFoundError(f"There is no person {person_id}.")
        return person
