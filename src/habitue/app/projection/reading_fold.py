"""State that another process projects, as one that follows it reads it."""

from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager, nullcontext

from habitue.app.projection.fold import Fold
from habitue.app.projection.marked import Marked
from habitue.app.projection.rebuild import basis_of, fold_over
from habitue.app.projection.segmenting import Segmenting
from habitue.app.projection.undone import Undone
from habitue.base.errors import StorageError
from habitue.base.steps import at_once
from habitue.catalog.fold import Catalog
from habitue.identity.defining import policy_of_state
from habitue.identity.resolve import Resolver
from habitue.log.port import Truth
from habitue.model.kind import KindPolicy
from habitue.model.record import Record
from habitue.model.source import Source
from habitue.profile.fold import Profiles
from habitue.profile.names import Names
from habitue.state.index import Index
from habitue.state.port import ReadingBackend
from habitue.state.rows import Table
from habitue.state.store import Store


class NotLookedError(StorageError):
    """State is read only after a look at where it stands."""


class ReadingFold:
    """The projections at the last snapshot that was looked at.

    What is kept in memory holds for one snapshot: with the next one it begins anew.
    """

    def __init__(
        self,
        backend: ReadingBackend,
        truth: Truth,
        rows_max: int,
        policy: Callable[[], KindPolicy],
        zone: Callable[[], str] = lambda: "UTC",
    ) -> None:
        """policy: gives the kinds as they are defined now; zone: that of the shop."""
        self._zone_now = zone
        # In which state's days are: that of now once who leads has begun anew in it.
        self.zone = zone()
        self._backend = backend
        self._truth = truth
        self._rows_max = rows_max
        self._policy = policy
        self._policy_seen: KindPolicy | None = None
        # Snapshots are whole.
        self.whole: Callable[[], Awaitable[None]] = at_once
        self.held: Callable[[], AbstractAsyncContextManager[None]] = nullcontext
        self._fold: Fold | None = None

    def look(self) -> int:
        """Read on at the last snapshot; give the offset it stands at.

        StorageError where there is none that this version can read.
        """
        at, policy = self._backend.look(), self._policy()
        fold = self._fold
        if fold is None or fold.offset != at or policy is not self._policy_seen:
            self._fold = None
            self._fold = self._open(policy)
        return self.offset

    def _open(self, policy: KindPolicy) -> Fold:
        if policy is not self._policy_seen:
            self._go_by(policy)
        try:
            fold = self._fold_over()
        except StorageError:
            if self.zone == self._zone_now():
                raise
            self.zone = self._zone_now()
            self._go_by(policy)
            fold = self._fold_over()
        self._policy_seen = policy
        return fold

    def _go_by(self, policy: KindPolicy) -> None:
        of_state = policy_of_state(policy)
        self._basis = basis_of(self._truth, of_state, self.zone)

    def _fold_over(self) -> Fold:
        return fold_over(self._truth, self._backend, self._rows_max, self._basis)

    def _looked(self) -> Fold:
        if self._fold is None:
            raise NotLookedError
        return self._fold

    @property
    def offset(self) -> int:
        return self._looked().offset

    @property
    def identity(self) -> Resolver:
        return self._looked().identity

    @property
    def profiles(self) -> Profiles:
        return self._looked().profiles

    @property
    def catalog(self) -> Catalog:
        return self._looked().catalog

    @property
    def marked(self) -> Marked:
        return self._looked().marked

    @property
    def clicks(self) -> Marked:
        return self._looked().clicks

    @property
    def undone(self) -> Undone:
        return self._looked().undone

    @property
    def names(self) -> Names:
        return self._looked().names

    @property
    def audited(self) -> Index:
        return self._looked().audited

    @property
    def segments(self) -> Segmenting:
        return self._looked().segments

    @property
    def store(self) -> Store:
        return self._looked().store

    @property
    def faults(self) -> Table[int, str]:
        return self._looked().faults

    @property
    def record_at(self) -> Callable[[int], Record | None]:
        return self._truth.get

    def source(self, name: str) -> Source:
        """Give a source as defined by the records so far."""
        return self._looked().source(name)
