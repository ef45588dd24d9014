"""Records that can be read for a while yet, and that state has forgotten."""

from collections.abc import Callable, Collection, Iterable, Sequence

from habitue.app.projection.forgetting import named_by
from habitue.log.port import Truth
from habitue.model.record import Record


class Forgotten:
    """Reads the log as state does: without what it is to forget."""

    def __init__(self, truth: Truth, stands: Callable[[], int]) -> None:
        """stands: gives the offset up to which state reflects the log."""
        self._truth = truth
        self._stands = stands
        # None until it is asked for.
        self._offsets: set[int] | None = None

    def record_at(self, offset: int) -> Record | None:
        """Read a record; None if there is none, or state has forgotten it."""
        return None if offset in self._gone() else self._truth.get(offset)

    def records_at(self, offsets: Sequence[int]) -> Iterable[Record]:
        """Read some records as record_at does, in one question."""
        gone = self._gone()
        return self._truth.get_many([at for at in offsets if at not in gone]).values()

    def _gone(self) -> set[int]:
        if self._offsets is None:
            self._offsets = set(named_by(self._truth, self._stands()))
        return self._offsets

    def forget(self, offsets: Collection[int]) -> None:
        """Read some records no more, from here on."""
        self._offsets = {*(self._offsets or ()), *offsets}

    def emptied(self, offsets: Collection[int]) -> None:
        """Take note that the log has nothing of these records any more."""
        if self._offsets:
            self._offsets.difference_update(offsets)
