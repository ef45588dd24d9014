"""What was asked for lately, within a limit of size."""

from typing import Generic, TypeVar

V = TypeVar("V")


class Recent(Generic[V]):
    """Keeps things by number in two generations: what is used moves to the young one.

    When the young ones make up half of the limit, the old ones, which nobody asked
    for in all that time, are forgotten.
    """

    def __init__(self, size_max: int) -> None:
        self._half = size_max // 2
        self._young: dict[int, V] = {}
        self._old: dict[int, V] = {}
        self._size = 0

    def get(self, number: int) -> V | None:
        found = self._young.get(number)
        return self._old.get(number) if found is None else found

    def put(self, number: int, thing: V, size: int) -> None:
        if number not in self._young:
            self._size += size
            if self._size > self._half:
                self._old, self._young, self._size = self._young, {}, size
        self._young[number] = thing

    def pop(self, number: int) -> None:
        self._young.pop(number, None)
        self._old.pop(number, None)

    def clear(self) -> None:
        """Forget all of them."""
        self._young, self._old, self._size = {}, {}, 0
