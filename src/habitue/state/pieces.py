"""What is made of very many rows, kept in pieces: a change makes one of them anew.

A person of thousands of strands is made of thousands of rows, of which the next event
changes a few. So who makes something of many keys may do it some keys at a time, and
put together what comes out. Where nothing is kept (ALL_AT_ONCE) all is made in one
piece; the two must come to the same, whatever the pieces are.
"""

from collections.abc import Callable, Sequence
from itertools import chain
from typing import Any, NamedTuple, Protocol, TypeVar

from habitue.state.watch import Ground, all_stand

V = TypeVar("V")
W = TypeVar("W")


class Making(Protocol):
    """How something is made of many keys."""

    def in_pieces(
        self, name: str, keys: Sequence[int], make: Callable[[Sequence[int]], V]
    ) -> list[V]:
        """Give what is made of the keys, in their order, so many at a time.

        name: what is made. It must rest on nothing but rows, and not be changed.
        """
        ...

    def together(
        self, name: str, pieces: Sequence[V], make: Callable[[Sequence[V]], W]
    ) -> W:
        """Put pieces together; what comes out must rest on these alone."""
        ...


class AllAtOnce:
    """Makes all of it in one piece, and keeps nothing."""

    def in_pieces(
        self, name: str, keys: Sequence[int], make: Callable[[Sequence[int]], V]
    ) -> list[V]:
        del name
        return [make(keys)]

    def together(
        self, name: str, pieces: Sequence[V], make: Callable[[Sequence[V]], W]
    ) -> W:
        del name
        return make(pieces)


ALL_AT_ONCE = AllAtOnce()


class Piece(NamedTuple):
    """What was made of some keys; without grounds it can't be known to stand."""

    value: Any
    grounds: tuple[Ground, ...] | None

    def stands(self) -> bool:
        return self.grounds is not None and all_stand(self.grounds)


class Pieces:
    """The pieces of one thing that is read again and again."""

    def __init__(self, grounds_max: int) -> None:
        """grounds_max: how many rows they may rest on, all together."""
        self.left = grounds_max
        self._held: dict[Any, Piece] = {}
        self._used: dict[Any, Piece] = {}
        self._whole: dict[str, tuple[list[Any], Any]] = {}

    @property
    def grounds(self) -> int:
        """Count the rows that they rest on."""
        return sum(len(one.grounds or ()) for one in self._held.values())

    def stand(self) -> bool:
        """Say whether all that was used last is as it was."""
        return all(map(Piece.stands, self._held.values()))

    def end(self) -> None:
        """The thing is made: let go what was not used since the last time it was."""
        for key, piece in self._held.items():
            if self._used.get(key) is not piece:
                self._let_go(piece)
        self._held, self._used = self._used, {}

    def let_go(self) -> None:
        """Look at no row any longer."""
        for piece in self._held.values():
            self._let_go(piece)
        self._held, self._used, self._whole = {}, {}, {}

    def standing(self, key: Any) -> Piece | None:
        """Give a piece to use once more; None if it has to be made anew."""
        piece = self._used.get(key) or self._held.get(key)
        if piece is None or not piece.stands():
            return None
        self._used[key] = piece
        return piece

    def keep(self, key: Any, value: V, grounds: tuple[Ground, ...] | None) -> V:
        """Keep what was made anew; give it, or its equal that was there before."""
        before = self._held.get(key)
        if before is not None and before.value == value:
            # So that what was put together of it stands.
            value = before.value
        self.left -= len(grounds or ())
        self._used[key] = Piece(value, grounds)
        return value

    def together(
        self, name: str, pieces: Sequence[V], make: Callable[[Sequence[V]], W]
    ) -> W:
        """Put pieces together, or give what was when each of them was the same."""
        held, whole = self._whole.get(name, ((), None))
        if len(held) == len(pieces) and all(
            one is other for one, other in zip(held, pieces, strict=True)
        ):
            return whole  # type: ignore[return-value]
        whole = make(pieces)
        self._whole[name] = (list(pieces), whole)
        return whole

    def _let_go(self, piece: Piece) -> None:
        for ground in piece.grounds or ():
            ground.let_go()
        self.left += len(piece.grounds or ())


def cut(keys: Sequence[int], size: int) -> list[tuple[int, ...]]:
    """Cut keys into runs of so many; of none there is one that is empty.

    >>> cut([1, 2, 3], 2), cut([], 2)
    ([(1, 2), (3,)], [()])
    """
    starts = range(0, max(1, len(keys)), size)
    return [tuple(keys[start : start + size]) for start in starts]


def joined(pieces: Sequence[Sequence[V]]) -> list[V]:
    """Give what several pieces hold, one after the other."""
    return list(chain.from_iterable(pieces))
