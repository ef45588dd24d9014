"""A process that answers about people: what its desks stand on."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Protocol

from msgspec import structs

from habitue.app.desks.lags import Lags
from habitue.app.desks.people_desk import PeopleDesk
from habitue.app.desks.tally import Tally
from habitue.app.projection.reckoned import as_defined
from habitue.app.projection.segmenting import Segmenting
from habitue.app.projection.undone import Undone
from habitue.base.sections import Shop
from habitue.catalog.fold import Catalog
from habitue.identity.resolve import Resolver
from habitue.model.record import Record
from habitue.model.source import Source
from habitue.profile.fold import Profiles
from habitue.profile.names import Names
from habitue.state.index import Index
from habitue.state.rows import Table
from habitue.state.store import Store

if TYPE_CHECKING:
    from habitue.app.imports.undoing import Undoing
    from habitue.app.lake.copy import LakeCopy
    from habitue.app.serving.engine import Engine
    from habitue.app.watch.desk import WatchDesk


class ReadFold(Protocol):
    """State at an offset, as it is read."""

    @property
    def identity(self) -> Resolver: ...

    @property
    def profiles(self) -> Profiles: ...

    @property
    def catalog(self) -> Catalog: ...

    @property
    def names(self) -> Names: ...

    @property
    def audited(self) -> Index: ...

    @property
    def store(self) -> Store: ...

    @property
    def segments(self) -> Segmenting: ...

    @property
    def faults(self) -> Table[int, str]: ...

    @property
    def undone(self) -> Undone: ...

    @property
    def offset(self) -> int: ...

    @property
    def zone(self) -> str:
        """Give the time zone in which days are summed up."""
        ...

    @property
    def record_at(self) -> Callable[[int], Record | None]: ...

    def source(self, name: str) -> Source: ...

    @property
    def whole(self) -> Callable[[], Awaitable[None]]:
        """Wait until no record is half settled, to read state at one offset."""
        ...


class Home(Protocol):
    """What leads, or reads what another one leads."""

    people: PeopleDesk
    tally: Tally
    lags: Lags

    @property
    def watches(self) -> "WatchDesk | None":
        """Give the folders it looks at, if it does."""
        ...

    @property
    def undoing(self) -> "Undoing | None":
        """Give what undoes imports, if it does."""
        ...

    @property
    def lake(self) -> "LakeCopy | None":
        """Give the copy for analysis, if it keeps one."""
        ...

    @property
    def engine(self) -> "Engine": ...

    @property
    def fold(self) -> ReadFold: ...

    @property
    def lag_records(self) -> int:
        """How many records of the log state does not reflect."""
        ...

    @property
    def lag_ms(self) -> float:
        """How long the next record has been waiting, as far as it is known here."""
        ...

    @property
    def faults(self) -> int:
        """How many records could not be folded."""
        ...

    @property
    def snapshots(self) -> int:
        """How often state was written down since the start."""
        ...

    async def applied(self, offset: int, timeout_s: float = 1.0) -> bool: ...


def shop_of(home: Home) -> Shop:
    """Give the shop as its log says: days as state sums them up, money of now."""
    held = structs.replace(home.engine.reckoning, time_zone=home.fold.zone)
    return as_defined(home.engine.settings.shop, held)
