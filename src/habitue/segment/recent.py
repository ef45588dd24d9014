"""What was asked for lately, within a limit of size."""

from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class Recent(Generic[K, V]):
    """Keeps things by key in two generations: what is used moves to the young one.

    When the young ones make up half of the limit, the old ones, which nobody asked
    for in all that time, are forgotten.
    """

    def __init__(self, size_max: int) -> None:
        self._half = size_max // 2
        # To be read: who is there need not be put again, unless it has grown.
        self.young: dict[K, V] = {}
        self._old: dict[K, V] = {}
        # How large the young ones are, each of them and all.
        self._sizes: dict[K, int] = {}
        self._size = 0

    def __len__(self) -> int:
        return len(self.young.keys() | self._old.keys())

    def get(self, key: K) -> V | None:
        found = self.young.get(key)
        return self._old.get(key) if found is None else found

    def put(self, key: K, thing: V, size: int) -> None:
        """Keep a thing, in place of what was kept by its key; it may have grown."""
        self._size += size - self._sizes.get(key, 0)
        if self._size > self._half:
            self._old, self.young, self._sizes = self.young, {}, {}
            self._size = size
        self.young[key] = thing
        self._sizes[key] = size

    def pop(self, key: K) -> None:
        self._size -= self._sizes.pop(key, 0)
        self.young.pop(key, None)
        self._old.pop(key, None)

    def clear(self) -> None:
        """Forget all of them."""
        self.young, self._old, self._sizes, self._size = {}, {}, {}, 0
