"""What a condition is compiled to: a query over the copy, and what it can't judge."""

from collections.abc import Container
from typing import Any

from msgspec import Struct

from habitue.segment.condition import Condition


class Outside(Struct, frozen=True):
    """A leaf that the copy can't judge, and the table of who satisfies it.

    negated: who satisfies it satisfies the whole the less.
    """

    leaf: Condition
    table: str
    negated: bool

    @property
    def sql(self) -> str:
        """Give how the query asks for it."""
        return f"(people.person_id IN (SELECT person_id FROM {self.table}))"


class Compiled(Struct, frozen=True):
    """A query for person ids, its values, and the leaves that it can't judge.

    Of the leaf at place n the query reads the table outside[n].table(person_id): who
    satisfies it.
    reads: what it reads beside, goods(product, source, category, brand, prices),
    stores(store, source, region) and zones(zone, today). doubts: SQL each; where one is
    true, what decides is not copied, and the meaning has to judge. goods: the query for
    products and sources of which the table goods is read, which reads stores where the
    whole does; "" where it reads none.
    """

    sql: str
    values: dict[str, Any]
    outside: tuple[Outside, ...]
    reads: frozenset[str] = frozenset()
    doubts: tuple[str, ...] = ()
    goods: str = ""

    def at_most(self, held: Container[str] = ()) -> str:
        """Give the query for who satisfies it if what is outside turns out so.

        held: the tables of leaves that are there.
        """
        return self._bound(held, most=True)

    def at_least(self, held: Container[str] = ()) -> str:
        """Give the query for who satisfies it whatever is outside and not held."""
        return self._bound(held, most=False)

    def _bound(self, held: Container[str], *, most: bool) -> str:
        sql = self.sql
        for one in self.outside:
            if one.table in held:
                continue
            holds = "TRUE" if most is not one.negated else "FALSE"
            sql = sql.replace(one.sql, holds)
        return sql
