"""What the API needs of the rest; filled by the composition root."""

from collections.abc import Collection, Sequence
from typing import Any, Protocol

from habitue.access.deeds import NOTHING, Object
from habitue.access.permission import Permission
from habitue.access.scope import Sees
from habitue.model.plan import TrackingPlan
from habitue.model.retention import RetentionClass

View = dict[str, Any]


class Caller(Protocol):
    """Who calls: an operator or a source's server key, and what it may do."""

    @property
    def name(self) -> str: ...

    @property
    def role(self) -> str:
        """What kind of work they do here, or what kind of key it is."""
        ...

    @property
    def source(self) -> str | None:
        """The source whose key it is; None for an operator."""
        ...

    @property
    def sees(self) -> Sees | None:
        """Say of a person whether they are seen; None of who sees everybody."""
        ...

    def may(self, permission: Permission) -> bool: ...


class Doorkeeper(Protocol):
    """Tells who a credential belongs to, and how much of its rate is used."""

    def caller(self, authorization: str) -> Caller | None: ...

    def is_counted(self, caller: Caller) -> bool:
        """Say whether it is a team member's own: their searches are counted."""
        ...

    def spend(self, caller: Caller) -> tuple[int, int]:
        """Count one call; give (used, limit) of this minute."""
        ...

    def left(self, caller: Caller) -> int:
        """Say how many calls the caller may still make in this minute."""
        ...


class People(Protocol):
    """Reading people."""

    def find(self, identifier: str) -> int | None: ...

    def page(self, after: int, limit: int) -> tuple[list[View], int | None]: ...

    def person(self, person_id: int, at_us: int | None) -> View | None: ...

    def timeline(
        self, person_id: int, cursor: str | None, limit: int
    ) -> tuple[list[View], str | None] | None: ...

    def evidence(
        self, person_id: int, cursor: str | None, limit: int
    ) -> tuple[View, str | None] | None: ...

    def refusals(
        self, person_id: int, cursor: str | None, limit: int
    ) -> tuple[View, str | None] | None: ...


class EncodedPeople(Protocol):
    """Reading people as JSON, byte for byte what is made of People's views."""

    def find(self, identifier: str) -> int | None: ...

    def person(self, person_id: int) -> bytes | None: ...


class Judging(Protocol):
    """Saying who is who, and taking it back."""

    async def merge(
        self, left: int, right: int, operator: str, reason: str
    ) -> View: ...

    async def unmerge(
        self, person_id: int, what: View, operator: str, reason: str
    ) -> View: ...

    async def undo(self, command: str, operator: str, reason: str) -> View: ...

    def concerns(self, command: str) -> Collection[int]:
        """Name the people whom a command was about; none if there was no such."""
        ...


class Operators(Protocol):
    """Team members, and how they get in."""

    def list(self) -> list[View]: ...

    async def add(self, name: str, role: str) -> View: ...

    async def change(self, name: str, wanted: View) -> View: ...

    async def reset(self, name: str) -> View: ...


class Audit(Protocol):
    """Writes down what somebody is about to do, before it is done."""

    async def write(
        self, who: Caller, action: str, what: Object = NOTHING, reason: str = ""
    ) -> None: ...


class Reveals(Protocol):
    """Writes down who is about to see what is hidden, as often as their role may."""

    async def note(self, who: Caller, person_id: int, reason: str) -> None: ...


class AuditLog(Protocol):
    """What was written down, and whether it stands as it was."""

    def page(
        self, cursor: str | None, limit: int, *, baits: bool = False
    ) -> tuple[list[View], str | None]: ...

    def verify(self) -> View: ...


class ShownSettings(Protocol):
    """The settings in force."""

    def list(self) -> list[View]: ...


class ShopReckoning(Protocol):
    """In which zone the shop's days are, and in which currency it reports."""

    def show(self) -> View: ...

    async def change(self, wanted: View) -> View: ...


class Search(Protocol):
    """Finding people as somebody types them."""

    def search(self, text: str, sees: Sees | None = None) -> list[View]: ...


class Sources(Protocol):
    """Where events come from, how each is doing, and every key there is."""

    async def page(self, after: str, limit: int) -> tuple[list[View], str | None]: ...

    async def add(self, wanted: View) -> View: ...

    async def change(self, name: str, wanted: View) -> View: ...

    async def issue(self, name: str, *, bulk: bool, scopes: Sequence[str]) -> View: ...

    async def adopt(self, name: str, told: str) -> View:
        """Take a key that clients of a source hold already."""
        ...

    def new_signing_secret(self, name: str) -> View: ...

    async def revoke(self, name: str, key_id: str) -> View: ...


class Webhooks(Protocol):
    """Deliveries of other systems: who may send them, and what they become."""

    async def providers(self) -> View: ...

    def show(self, name: str) -> View: ...

    def samples(self, name: str) -> list[View]: ...

    async def put(self, name: str, wanted: View) -> View: ...

    def add_secret(self, name: str, secret: str) -> View: ...

    async def try_sample(self, wanted: View) -> View: ...


class Kinds(Protocol):
    """Kinds of identifiers, and what holds for all of them."""

    def list(self) -> list[View]: ...

    async def put(self, name: str, wanted: View) -> View: ...

    def policy(self) -> View: ...

    async def change_policy(self, wanted: View) -> View: ...


class Plans(Protocol):
    """What sources' events have to hold."""

    def plan(self, source: str) -> View: ...

    async def put(self, source: str, plan: TrackingPlan) -> View: ...

    async def remove(self, source: str) -> View: ...

    def try_event(self, plan: TrackingPlan, told: View) -> View: ...


class Seen(Protocol):
    """What sources' events tell."""

    async def seen(self, source: str) -> View: ...


class Staff(Protocol):
    """What is the shop's own, and never counts."""

    def list(self) -> list[View]: ...

    async def add(self, text: str, note: str) -> View: ...

    async def remove(self, text: str) -> View: ...


class Privacy(Protocol):
    """What a person may ask: everything that is kept, and to be forgotten."""

    async def erase(
        self, who: View, by: str, reason: str, *, suppress: bool
    ) -> View: ...

    async def export(self, who: View) -> bytes: ...

    def certificates(self) -> list[View]: ...

    def suppressions(self, identifier: str | None) -> list[View]: ...

    async def lift(self, erasure_id: str, by: str) -> View: ...


class Retention(Protocol):
    """How long the text of events is kept, by class."""

    def classes(self) -> list[View]: ...

    async def define(self, told: RetentionClass) -> View: ...

    async def drop(self, name: str) -> View: ...

    async def preview(self) -> View: ...

    async def run(self, by: str) -> View: ...


class StartLinks(Protocol):
    """Ways onto the page."""

    @property
    def start_minutes(self) -> int: ...

    def base(self, asked_at: str) -> str:
        """Give where the console is, by where it was asked for."""
        ...

    def start_token(self, name: str, role: str) -> str | None:
        """Make a token that opens the console once; None for who has to sign in."""
        ...


class Quarantine(Protocol):
    """What needs fixing."""

    def page(self, after: int, limit: int) -> tuple[list[View], int | None]: ...

    def item(self, quarantine_id: int) -> View | None: ...

    async def replay(self, quarantine_id: int, original: str | None) -> View: ...


class Operations(Protocol):
    """How the whole is doing, and taking everything out."""

    def health(self) -> View: ...

    async def ready(self) -> View: ...

    def metrics(self) -> bytes: ...

    def totals(self) -> View: ...

    def verify_log(self) -> View: ...

    async def export(
        self, what: str, after: int, limit: int
    ) -> tuple[bytes, int | None]:
        """Give a page of JSON lines, and the cursor of the next page."""
        ...
