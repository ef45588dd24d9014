"""Saved views on People, as API and console ask for them: kept, changed, asked."""

import asyncio
from collections.abc import Sequence
from typing import Any, Protocol

import msgspec
from msgspec import structs

from habitue.access.permission import Permission
from habitue.access.scope import Sees
from habitue.app.desks.writing import Writing
from habitue.base.errors import ConflictError, InvalidError, NotFoundError
from habitue.model.view import VIEW, SavedView

View = dict[str, Any]
Views = list[View]
# So many views a team member may keep.
VIEWS_MAX = 50
NAME_CHARS_MAX = 60
TEXT_CHARS_MAX = 200
SHOWN_MAX = 50


class Who(Protocol):
    """Somebody who looks."""

    @property
    def name(self) -> str: ...

    @property
    def sees(self) -> Sees | None: ...

    def may(self, permission: Permission) -> bool: ...


class Search(Protocol):
    """Finds people as somebody types them."""

    def search(self, text: str, sees: Sees | None = None) -> Views: ...

    async def people(self, ids: Sequence[int]) -> Views: ...


class Segments(Protocol):
    """Says who is in a segment."""

    def get(self, segment_id: str) -> View: ...

    async def page(
        self, segment_id: str, after: int, limit: int, *, named: bool
    ) -> tuple[Views, int | None]: ...

    async def holds(self, segment_id: str, person_id: int) -> bool: ...


class ViewDesk:
    """Keeps views as definitions, each under an id, so that a name can change."""

    def __init__(self, writing: Writing, search: Search, segments: Segments) -> None:
        self._writing = writing
        self._search = search
        self._segments = segments
        # One change at a time: each is made to what the one before it left.
        self._turn = asyncio.Lock()

    # -- which there are ----------------------------------------------------------

    def list(self, who: Who) -> Views:
        """List somebody's own views and those of the team, own ones first, by name."""
        seen = [
            _view(view_id, one, who)
            for view_id, one in self._kept().items()
            if _sees(who, one)
        ]
        return sorted(
            seen, key=lambda one: (not one["own"], one["name"].casefold(), one["id"])
        )

    def get(self, who: Who, view_id: str) -> View:
        """Give a view that somebody sees; NotFoundError of any other."""
        return _view(view_id, self._seen(who, view_id), who)

    # -- keeping them ---------------------------------------------------------------

    async def add(self, who: Who, wanted: View) -> View:
        """Keep a search or filter: name, text, segment, shared."""
        made = SavedView(**{"name": "", **wanted, "owner": who.name})
        async with self._turn:
            kept = self._kept()
            own = sum(1 for one in kept.values() if one.owner == who.name)
            if own >= VIEWS_MAX:
                raise InvalidError(
                    f"You keep {VIEWS_MAX} views, which is all one can; remove one"
                    " that you use no more."
                )
            return await self._keep(self._writing.new_id(), made, who)

    async def change(self, who: Who, view_id: str, wanted: View) -> View:
        """Change a view's name, what it looks for, or whether the team sees it."""
        async with self._turn:
            held = self._changeable(who, view_id)
            return await self._keep(view_id, structs.replace(held, **wanted), who)

    async def remove(self, who: Who, view_id: str) -> View:
        """Keep a view no longer."""
        async with self._turn:
            held = self._changeable(who, view_id)
            await self._writing.define(VIEW, view_id, b"null")
        return {**_view(view_id, held, who), "removed": True}

    async def _keep(self, view_id: str, one: SavedView, who: Who) -> View:
        one = self._checked(one, who)
        for other_id, other in self._kept().items():
            same = (other.name, other.owner) == (one.name, one.owner)
            if same and other_id != view_id:
                raise ConflictError(
                    f"There is a view '{one.name}' already; give this one another"
                    " name, or remove that one."
                )
        await self._writing.define(VIEW, view_id, msgspec.json.encode(one))
        return _view(view_id, one, who)

    def _checked(self, one: SavedView, who: Who) -> SavedView:
        one = structs.replace(
            one,
            name=" ".join(one.name.split()),
            text=one.text.strip(),
            segment=one.segment.strip(),
        )
        if not 0 < len(one.name) <= NAME_CHARS_MAX:
            raise InvalidError(
                f"A view has a name, of {NAME_CHARS_MAX} letters at most."
            )
        if len(one.text) > TEXT_CHARS_MAX:
            raise InvalidError(f"A search has {TEXT_CHARS_MAX} letters at most.")
        if not (one.text or one.segment):
            raise InvalidError(
                "A view keeps a search, a segment, or both; this one has neither."
            )
        if one.segment:
            try:
                self._check_segment(one.segment, who)
            except NotFoundError as error:
                # What is not there is no page that was asked for, but what was told.
                raise InvalidError(str(error)) from error
        return one

    # -- looking through them ---------------------------------------------------------

    async def people(self, who: Who, view_id: str) -> Views:
        """Find whom a view shows."""
        one = self._seen(who, view_id)
        return await self.find(who, one.text, one.segment)

    async def find(self, who: Who, text: str, segment: str) -> Views:
        """Find people by a text, those of a segment alone, or the first of a segment.

        As a search finds them: person_id, name, identifiers, matched.
        """
        if not segment:
            return self._search.search(text, who.sees) if text else []
        self._check_segment(segment, who)
        if not text:
            rows, _ = await self._segments.page(segment, 0, SHOWN_MAX, named=False)
            return await self._search.people([row["person_id"] for row in rows])
        return [
            one
            for one in self._search.search(text, who.sees)
            if await self._segments.holds(segment, one["person_id"])
        ]

    def _check_segment(self, segment: str, who: Who) -> None:
        if not who.may(Permission.SEGMENTS_READ):
            raise InvalidError(
                "Your role does not see segments; search by a text alone, or ask an"
                " administrator."
            )
        self._segments.get(segment)

    # -- whose they are ---------------------------------------------------------------

    def _seen(self, who: Who, view_id: str) -> SavedView:
        held = self._kept().get(view_id)
        if held is None or not _sees(who, held):
            # Of somebody else's own view not even that it is there.
            raise NotFoundError(f"There is no view '{view_id[:64]}'.")
        return held

    def _changeable(self, who: Who, view_id: str) -> SavedView:
        held = self._seen(who, view_id)
        if held.owner != who.name and not who.may(Permission.OPERATORS_WRITE):
            raise InvalidError(
                f"The view '{held.name}' is kept by {held.owner}, who alone changes it,"
                " or an administrator; keep one of your own."
            )
        return held

    def _kept(self) -> dict[str, SavedView]:
        found = {}
        for one in self._writing.definitions(VIEW):
            held = msgspec.json.decode(one.body, type=SavedView | None)
            if held is not None:
                found[one.name] = held
        return found


def _sees(who: Who, one: SavedView) -> bool:
    if one.segment and not who.may(Permission.SEGMENTS_READ):
        return False
    return one.shared or one.owner == who.name


def _view(view_id: str, one: SavedView, who: Who) -> View:
    return {
        "id": view_id,
        "name": one.name,
        "owner": one.owner,
        "own": one.owner == who.name,
        "shared": one.shared,
        "text": one.text,
        "segment": one.segment or None,
    }
