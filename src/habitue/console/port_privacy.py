"""What the console needs of erasing, exporting and retention."""

from typing import Any, Protocol

from habitue.model.retention import RetentionClass

View = dict[str, Any]
Views = list[View]


class Privacy(Protocol):
    """What a person may ask: everything that is kept, and to be forgotten.

    who: person_id or identifier (kind:value), the other None. A certificate:
    erasure_id, status, by, reason, asked_at, done_at (None while it is under way),
    records, quarantined, suppressed, stores {store: what holds of it}; a suppression:
    erasure_id, identifiers (how many), by, at, lifted_by, lifted_at.
    """

    async def erase(
        self, who: View, by: str, reason: str, *, suppress: bool
    ) -> View: ...

    async def export(self, who: View) -> bytes:
        """Give all that is kept of somebody as a ZIP."""
        ...

    def certificates(self) -> Views:
        """Give all there are, oldest first."""
        ...

    def suppressions(self, identifier: str | None) -> Views: ...

    async def lift(self, erasure_id: str, by: str) -> View: ...


class Requests(Protocol):
    """What people asked for and nobody has acted on.

    A request: request (its number), asks (access, erasure), source, received_at,
    answer_by, person_id (None where it names nobody who is known), request_id, scope
    (customer, shop), shop.
    """

    def waiting(self, cursor: int, limit: int) -> View:
        """Give requests, oldest first, and next_cursor."""
        ...

    async def answer(self, request: int, by: str, note: str) -> View: ...


class Retention(Protocol):
    """How long the text of events is kept, by class.

    A class: name, days, events, types, last_run {at, by, expired} or None.
    """

    def classes(self) -> Views: ...

    async def define(self, told: RetentionClass) -> View: ...

    async def drop(self, name: str) -> View: ...

    async def preview(self) -> View:
        """Count what a run would take away now: expires {class: events}."""
        ...

    async def run(self, by: str) -> View: ...


class Scrubbing(Protocol):
    """Rewriting tables of a database of which something was erased."""

    def status(self) -> View:
        """Say what is to be done: needed (here at all), waiting (erasures), last.

        expired: classes of retention that wait as well; last: by, began_at, tables,
        bytes, locked_s, left (what could not be done), or None.
        """
        ...

    async def scrub(self, by: str) -> View: ...
