"""What the console needs of sources, and of what became of their events."""

from collections.abc import Sequence
from typing import Any, Protocol

from habitue.model.plan import TrackingPlan

View = dict[str, Any]
Views = list[View]


class Sources(Protocol):
    """Sets up where events come from."""

    def list(self) -> list[View]: ...

    async def add(self, wanted: View) -> View: ...

    async def change(self, name: str, wanted: View) -> View: ...

    async def issue(self, name: str, *, bulk: bool, scopes: Sequence[str]) -> View: ...

    async def revoke(self, name: str, key_id: str) -> View: ...


class Quarantine(Protocol):
    """What needs fixing."""

    def page(self, after: int, limit: int) -> tuple[list[View], int | None]: ...

    def item(self, quarantine_id: int) -> View | None: ...

    async def replay(self, quarantine_id: int, original: str | None) -> View: ...


class Mapping(Protocol):
    """What a source's deliveries become.

    providers: provider, title, about, key (ours or theirs); shown: source, path, url,
    provider, mapping (TOML), secrets (how many), working; a sample: at, body, headers;
    a try: topic, events [{outcome, detail, event {type, name, at, identifiers, traits,
    properties}, warnings, empty}], warnings [{reason, detail}].
    """

    async def providers(self) -> Views: ...

    def show(self, name: str) -> View | None:
        """Say what a source takes; None if it takes no deliveries."""
        ...

    def samples(self, name: str) -> Views:
        """Give the last deliveries that came, without what proved them."""
        ...

    def kinds(self) -> list[str]: ...

    async def try_sample(self, name: str, mapping: str, sample: View) -> View: ...

    async def put(self, name: str, wanted: View) -> View:
        """Set a source's webhook; a secret that is made is in the answer."""
        ...


class Plans(Protocol):
    """What sources' events have to hold."""

    def held(self, source: str) -> TrackingPlan | None: ...

    async def put(self, source: str, plan: TrackingPlan) -> View: ...

    async def remove(self, source: str) -> View: ...

    def try_event(self, plan: TrackingPlan, told: View) -> View:
        """Say what would become of an event: outcome, breaches [text]."""
        ...


class Seen(Protocol):
    """What sources' events tell, as they came."""

    async def seen(self, source: str) -> View:
        """Give events of a source; NotAnsweredError while the copy is made.

        events [{event, events, looked_at, last_at, properties [{name, types {JSON
        type: events}, events, last_at}], breaches [{property (empty: the whole),
        marked, quarantined}]}], more
        """
        ...
