"""What timers need to be kept in: a table by strand and an index by time."""

from typing import Protocol

from habitue.timers.timer import Waiting


class Rows(Protocol):
    """The timers of each strand; a table of state keyed by strand."""

    def get(self, key: int, /) -> Waiting | None: ...

    def edit(self, key: int, /) -> Waiting | None: ...

    def put(self, key: int, value: Waiting, /) -> None: ...

    def delete(self, key: int, /) -> None: ...


class Order(Protocol):
    """Strands in order of what is due; an index of state."""

    def put(self, part: int, at_us: int, offset: int, value: int, /) -> None: ...

    def remove(self, part: int, at_us: int, offset: int, /) -> None: ...

    def span(
        self, part: int, low: tuple[int, int], /, *, limit: int
    ) -> list[tuple[int, int, int]]: ...
