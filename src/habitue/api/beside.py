"""What may be asked for beside a profile: segments, the latest events."""

from collections.abc import Sequence
from typing import Annotated, Literal, Protocol

from litestar.params import QueryParameter

from habitue.api.port import People, View
from habitue.base.errors import InvalidError

EVENTS_BESIDE = 10
Include = Annotated[
    list[Literal["segments", "events"]] | None,
    QueryParameter(
        description="What to give beside the profile: the segments the person is in,"
        f" the latest {EVENTS_BESIDE} events. Said once for each:"
        " include=segments&include=events."
    ),
]


class Inside(Protocol):
    """In which segments somebody is, as that is kept."""

    def inside(self, person_id: int) -> list[View] | None:
        """Give the segments; None while one of them is still being filled in."""
        ...


class Profiles:
    """Profiles, with what is asked for beside them."""

    def __init__(self, people: People, inside: Inside) -> None:
        self._people = people
        self._inside = inside

    def read(
        self, person_id: int, at_us: int | None, beside: Sequence[str]
    ) -> View | None:
        """Give a person; None if there is none.

        Segments are None while one of them is still being filled in.
        """
        if beside and at_us is not None:
            raise InvalidError(
                "Segments and events beside a profile are of now; ask for them without"
                " 'at'."
            )
        view = self._people.person(person_id, at_us)
        if view is None or not beside:
            return view
        view = dict(view)
        if "segments" in beside:
            view["segments"] = self._inside.inside(view["person_id"])
        if "events" in beside:
            page = self._people.timeline(view["person_id"], None, EVENTS_BESIDE)
            view["events"] = [] if page is None else page[0]
        return view
