"""The entries of leaves: noted of things done, bounded, and put together exactly.

Entries are sorted: moments, or moments with an amount, a value or an answer. What a
strand notes depends only on which things were noted in it, but for what no condition
can ask for any more, as time never goes back. So entries of strands are put together
(combine) in any order, with one result.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from hashlib import sha256
from itertools import chain
from typing import Any, TypeAlias

import msgspec

from habitue.identity.rows import BY_STRAND
from habitue.segment.alike import Face, faces
from habitue.segment.compare import Moment
from habitue.segment.condition import Distinct, Sum
from habitue.segment.doing import Match, match, total, values_of
from habitue.segment.facts import Done, is_named
from habitue.segment.leaf import (
    Amounts,
    Edge,
    Every,
    Faces,
    Keep,
    Latest,
    Leaf,
    Values,
)
from habitue.segment.moments import bounds
from habitue.state.port import TableSpec

Noted: TypeAlias = int | tuple[int, int | str | bool]
Entries: TypeAlias = list[Noted]

# What was long ago enough for no condition to ask when: sums have one such entry.
LONG_AGO_US = -(2**62)
# What a row can hold as a number is nearer to 0.
INT_MAX = 2**62
_VALUE_MAX = 64

_face = msgspec.json.Decoder(Face).decode
FACTS = TableSpec(
    name="segment_fact", key=int, value=bytes, strand_keyed=True, near=BY_STRAND
)


def noted(leaf: Leaf, done: Done, zone: str) -> list[Noted]:
    """Give what a leaf notes of a thing done; nothing if it is not meant.

    zone: the shop's.
    """
    if not is_named(done, leaf.names):
        return []
    return noted_of(leaf, done, match(done, leaf.where, Moment(done.at_us, zone)), zone)


def noted_of(leaf: Leaf, done: Done, found: Match | None, zone: str) -> list[Noted]:
    """Give what a leaf notes of a thing done under its names.

    found: it with those of its lines that the leaf means; None if it means none.
    """
    at_us, keep = done.at_us, leaf.keep
    if leaf.dates is not None:
        since_us, until_us = bounds(leaf.dates, zone)
        if not since_us <= at_us < until_us:
            return []
    if isinstance(keep, Edge):
        return [(at_us, found is not None)]
    if found is None:
        return []
    if isinstance(keep, Amounts):
        wanted = sum_of(keep.of, keep.currency)
        amount = total(wanted, [found], Moment(at_us, zone))
        return [(at_us, kept_amount(amount))] if amount else []
    if isinstance(keep, Faces):
        found_faces = {_kept_face(one) for one in faces(keep.of, found, zone)}
        return [(at_us, one) for one in sorted(found_faces)]
    if isinstance(keep, Values):
        texts = values_of(_distinct_of(keep.of), [found], Moment(at_us, zone))
        return [(at_us, _shortened(text)) for text in sorted(texts)]
    return [at_us]


@lru_cache(maxsize=4096)
def sum_of(of: str, currency: str | None) -> Sum:
    """Give what reads the amounts of a leaf; how they are compared makes no odds."""
    return Sum(of=of, op="=", value=0, currency=currency)


@lru_cache(maxsize=4096)
def _distinct_of(of: str) -> Distinct:
    return Distinct(of=of, op="=", value=0)


def kept_amount(amount: int) -> int | str:
    """Write what a row can't hold as a number as its digits."""
    return amount if -INT_MAX < amount < INT_MAX else str(amount)


# Equal texts are one in memory: what is bought again and again is kept with each.
@lru_cache(maxsize=16_384)
def _shortened(text: str) -> str:
    """Give a text, or what stands for a long one."""
    if len(text) <= _VALUE_MAX:
        return text
    return f"\x00{sha256(text.encode('utf-8', 'surrogatepass')).hexdigest()}"


@lru_cache(maxsize=16_384)
def _kept_face(face: Face) -> str:
    """Write a face as one text."""
    return msgspec.json.encode([[*map(_shortened, one)] for one in face]).decode()


@lru_cache(maxsize=16_384)
def face_of(text: str) -> Face:
    """Read a face again: what was equal is."""
    return _face(text)


def combine(keep: Keep, left: Entries, right: Entries) -> Entries:
    """Put entries of two strands together: commutative and associative."""
    if not left or not right:
        return left or right
    return put_together(keep, (left, right))


def put_together(keep: Keep, parts: Iterable[Iterable[Noted]]) -> Entries:
    """Put entries of any number of strands together, in a list of its own."""
    every: list[Any] = [*chain.from_iterable(parts)]
    match keep:
        case Every() | Values() | Faces():
            return sorted(set(every))
        case Edge():
            told: dict[int, bool] = {}
            for at_us, is_meant in every:
                told[at_us] = told.get(at_us, False) or is_meant
            edges = sorted(told.items())
            return [*edges[:1]] if keep.which == "first" else [*edges]
        case Amounts():
            return _summed(sorted(every, key=_in_order))
        case _:
            return sorted(every)


def _in_order(entry: tuple[int, int | str]) -> tuple[int, int]:
    return entry[0], int(entry[1])


def _summed(entries: list[Any]) -> list[Noted]:
    """Make one entry of all of long ago."""
    past = [entry for entry in entries if entry[0] == LONG_AGO_US]
    if len(past) < 2:
        return entries
    rest = entries[len(past) :]
    return [*_long_ago(past), *rest]


def _long_ago(entries: list[Any]) -> list[Noted]:
    amount = sum(int(entry[1]) for entry in entries)
    return [(LONG_AGO_US, kept_amount(amount))] if amount else []


def needed(keep: Keep, entries: list[Any], now_us: int) -> Entries:
    """Leave out what nothing can ask for from now on.

    What lies ahead of now may still come between: it is kept, beside what is asked.
    """
    match keep:
        case Latest(most=most):
            past = bisect_right(entries, now_us)
            return entries[max(0, past - most) :]
        case Every(for_us=for_us) | Faces(for_us=for_us):
            return _young(entries, for_us, now_us)
        case Amounts(for_us=0):
            past = bisect_right(entries, now_us, key=at_of)
            return [*_long_ago(entries[:past]), *entries[past:]]
        case Amounts(for_us=for_us):
            return _young(entries, for_us, now_us)
        case Values(for_us=for_us):
            return _last_told(_young(entries, for_us, now_us), now_us)
        case Edge(which="last"):
            past = bisect_right(entries, now_us, key=at_of)
            return entries[max(0, past - 1) :]
        case _:
            return entries


def at_of(entry: Any) -> int:
    """Give the moment of an entry."""
    return entry if isinstance(entry, int) else entry[0]


def _young(entries: list[Any], for_us: int, now_us: int) -> list[Any]:
    if not for_us:
        return entries
    return entries[bisect_right(entries, now_us - for_us, key=at_of) :]


def _last_told(entries: list[Any], now_us: int) -> list[Any]:
    past = bisect_right(entries, now_us, key=at_of)
    last = {value: at_us for at_us, value in entries[:past]}
    return [*sorted((at_us, value) for value, at_us in last.items()), *entries[past:]]


def add(keep: Keep, entries: Entries, more: Iterable[Noted], now_us: int) -> Entries:
    """Add what was noted to a strand's entries."""
    if isinstance(keep, Latest):
        # Nearly always what comes is the newest.
        times: list[Any] = [*entries, *more]
        if entries and times[-1] < at_of(entries[-1]):
            times.sort()
        return needed(keep, times, now_us)
    return needed(keep, put_together(keep, (entries, more)), now_us)


# The rows: all leaves of a strand in one, as they are few and asked for together.

Held: TypeAlias = dict[int, Entries]
_decode = msgspec.msgpack.Decoder(
    dict[int, list[int | tuple[int, int | str | bool]]]
).decode
_pack = msgspec.msgpack.Encoder().encode


def read(row: bytes | None) -> Held:
    """Read a strand's row: its entries by leaf."""
    return {} if row is None else _decode(row)


def write(held: Mapping[int, Entries]) -> bytes:
    """Write a strand's row."""
    return _pack(in_order(held))


def in_order(held: Mapping[int, Entries]) -> Held:
    """Give a strand's entries by leaf, the leaves in order, as a row has them."""
    return {leaf: held[leaf] for leaf in sorted(held)}


# Writes the row of entries whose leaves are in order.
write_in_order: Callable[[Held], bytes] = _pack
