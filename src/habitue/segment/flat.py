"""Traits as rows that SQL compares: a row for each value at each path.

A row says how the value is read: as text, as a number, as true or false, as a moment
in the shop's zone, as a day of the year. What the copy for analysis must not hold is
left out, and the row says so (habitue.lake.plain): who asks for it is judged by the
meaning. What habitue.segment.compile_fact makes of these rows is what the meaning says.
"""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from habitue.lake.plain import is_kept_key, is_plain_text
from habitue.lake.rows import FactRow
from habitue.segment.moments import day_of_year, moment_of
from habitue.segment.values import is_value, number_of, text_of

TRAIT, COMPUTED = "trait.", "computed."
# A person's time zone, where it is not the shop's.
ZONE = "zone"
# A trait's value is of a kilobyte at most; what lies deeper than this is not copied.
DEPTH_MAX = 8
# Parts of an address that say of nobody where they live.
_OF_ADDRESS = frozenset({"city", "region", "state", "country"})
# Computed traits that change with what is bought and told, not with every event or
# by time alone; of counts the usual 0 has no row.
NOTHING: Mapping[str, Any] = {
    "identified": False,
    "orders": 0,
    "receipts": 0,
    "purchases": 0,
    "returns": 0,
    "claimed_purchases": 0,
}
KEPT = frozenset(
    {
        *NOTHING,
        *("revenue", "revenue_by_channel", "purchases_by_channel", "average_basket"),
        *("first_purchase_us", "last_purchase_us", "days_between_orders"),
        *("returned_share", "favourite_store", "stores"),
    }
)

Row = tuple[Any, ...]


def trait_rows(
    person_id: int, traits: Mapping[str, Any], shop_zone: str
) -> Iterator[Row]:
    """Give the rows of what sources told of a person."""
    for name, value in traits.items():
        if "." not in name:
            at = _Place(person_id, TRAIT, shop_zone)
            yield from at.rows((name,), value)


def computed_rows(
    person_id: int, computed: Mapping[str, Any], shop_zone: str
) -> Iterator[Row]:
    """Give the rows of what is computed of a person, as far as it is copied."""
    for name, value in computed.items():
        if name in KEPT and not (name in NOTHING and value == NOTHING[name]):
            yield from _Place(person_id, COMPUTED, shop_zone).rows((name,), value)


def zone_rows(person_id: int, zone: str, shop_zone: str) -> Iterator[Row]:
    """Give the row of a person's own time zone, if they have one."""
    if zone != shop_zone:
        yield FactRow(person_id, ZONE, text=zone)


def is_kept_path(path: tuple[str, ...]) -> bool:
    """Say whether the values at a path of a trait may be copied.

    >>> is_kept_path(("city",)), is_kept_path(("address", "city"))
    (True, True)
    >>> is_kept_path(("email",)), is_kept_path(("address", "street"))
    (False, False)
    """
    if len(path) == 2 and path[0] == "address":
        return path[1] in _OF_ADDRESS
    return all(map(is_kept_key, path))


class _Place:
    """Makes the rows of one trait of a person."""

    def __init__(self, person_id: int, sort: str, zone: str) -> None:
        self._person_id = person_id
        self._sort = sort
        self._zone = zone

    def rows(self, path: tuple[str, ...], told: Any) -> Iterator[Row]:
        for one in told if isinstance(told, (list, tuple)) else (told,):
            if is_value(one):
                yield self._value(path, one)
            if isinstance(one, dict) and len(path) < DEPTH_MAX:
                for key, inner in one.items():
                    if isinstance(key, str) and "." not in key:
                        yield from self.rows((*path, key), inner)

    def _value(self, path: tuple[str, ...], one: Any) -> Row:
        if self._sort == TRAIT and not is_kept_path(path):
            return self._row(path, one, masked=2)
        if isinstance(one, str) and not is_plain_text(one):
            return self._row(path, one, masked=1)
        return self._row(path, one, masked=0)

    def _row(self, path: tuple[str, ...], one: Any, *, masked: int) -> Row:
        number = None if masked else number_of(one)
        return (
            self._person_id,
            self._sort + ".".join(path),
            None if masked else text_of(one),
            None if number is None else Decimal(number),
            one if isinstance(one, bool) and masked < 2 else None,
            moment_of(one, self._zone) if masked < 2 else None,
            _day(one),
            masked,
        )


def _day(value: Any) -> str | None:
    """Write the day of the year of a date as 05-12."""
    found = day_of_year(value)
    return None if found is None else f"{found[0]:02}-{found[1]:02}"
