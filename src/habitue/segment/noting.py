"""What each strand noted of what was done in it, for the leaves that are wanted now."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from msgspec import Struct

from habitue.segment.compare import Moment
from habitue.segment.condition import Where
from habitue.segment.doing import match
from habitue.segment.facts import ANY_EVENT, Done
from habitue.segment.leaf import Leaf, key_of
from habitue.segment.leaves import FACTS, Held, add, noted_of, read, write
from habitue.segment.port_live import Rows, Tables
from habitue.segment.reading import is_of_line


class Wanted(Struct, frozen=True):
    """A leaf in use, by its number.

    since: from behind this record on it is noted as records come; what lies before
    is filled in by a job, 0 once that is done.
    """

    number: int
    leaf: Leaf
    since: int = 0
    job: int = 0


class Asked(NamedTuple):
    """Leaves that ask the same of an event; what they mean of it is found once."""

    where: tuple[Where, ...]
    wanted: tuple[Wanted, ...]
    # They look at nothing but plain properties; and at lines, or not.
    plain: bool
    lines: bool


class Index:
    """The leaves that may note something, by the names of events."""

    def __init__(self, wanted: Iterable[Wanted] = ()) -> None:
        self.wanted = {one.number: one for one in wanted}
        named: dict[str, list[Wanted]] = {}
        for one in self.wanted.values():
            for name in one.leaf.names:
                named.setdefault(name, []).append(one)
        of_any = named.get(ANY_EVENT, [])
        self._any = _grouped(of_any)
        self._named = {
            name: _grouped(
                [*found, *(one for one in of_any if name not in one.leaf.names)]
            )
            for name, found in named.items()
        }

    def of(self, name: str) -> Sequence[Asked]:
        """Give the leaves that events of a name, or by type without one, concern."""
        return self._named.get(name, self._any)


def _grouped(wanted: Iterable[Wanted]) -> tuple[Asked, ...]:
    found: dict[bytes, list[Wanted]] = {}
    for one in wanted:
        found.setdefault(key_of(one.leaf.where), []).append(one)
    return tuple(asked_of(same) for same in found.values())


def asked_of(wanted: Sequence[Wanted]) -> Asked:
    """Group leaves that ask the same of an event."""
    where = wanted[0].leaf.where
    return Asked(
        where,
        tuple(wanted),
        all(_is_plain(one.leaf) for one in wanted),
        any(looks_at_lines(one.leaf) for one in wanted),
    )


def _is_plain(leaf: Leaf) -> bool:
    of, currency = getattr(leaf.keep, "of", ""), getattr(leaf.keep, "currency", None)
    names = [of, *(one.property for one in leaf.where)]
    money = [currency, *(one.currency for one in leaf.where)]
    return not (
        any(name.startswith("$") or is_of_line(name) for name in names) or any(money)
    )


def looks_at_lines(leaf: Leaf) -> bool:
    """Say whether a leaf looks at lines of what was done."""
    of = getattr(leaf.keep, "of", "")
    return is_of_line(of) or any(is_of_line(one.property) for one in leaf.where)


class Notes:
    """The notes of all strands, a row each; sparse, as most note nothing."""

    def __init__(self, store: Tables, zone: str) -> None:
        """zone: the shop's."""
        self._rows: Rows[bytes] = store.table(FACTS)
        self._zone = zone

    def note(
        self,
        done: Done,
        strand: int,
        asked: Iterable[Asked],
        now_us: int,
        in_use: Mapping[int, object],
    ) -> list[int]:
        """Note something done; give the numbers of the leaves that took it.

        in_use: the numbers of all leaves wanted; what others noted is left out.
        """
        held: Held = {}
        took: list[int] = []
        at = Moment(done.at_us, self._zone)
        for where, wanted, _, _ in asked:
            found = match(done, where, at)
            for one in wanted:
                more = noted_of(one.leaf, done, found, self._zone)
                if more:
                    if not took:
                        held = read(self._rows.get(strand))
                    took.append(one.number)
                    entries = held.get(one.number, [])
                    held[one.number] = add(one.leaf.keep, entries, more, now_us)
        if took:
            kept = {number: held[number] for number in held if number in in_use}
            self._rows.put(strand, write(kept))
        return took

    def drop(self, strand: int) -> bool:
        """Forget what a strand noted; say whether there was anything."""
        if self._rows.get(strand) is None:
            return False
        self._rows.delete(strand)
        return True

    def of(self, strands: Sequence[int]) -> Iterator[Held]:
        """Give what these strands noted."""
        if len(strands) > 1:
            self._rows.prefetch(strands)
        for strand in strands:
            row = self._rows.get(strand)
            if row is not None:
                yield read(row)
