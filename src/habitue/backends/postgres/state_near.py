"""What lies near numbers, as one statement: see habitue.state.ahead."""

from collections.abc import Sequence
from typing import Any

from psycopg import sql

from habitue.backends.postgres.state_names import name_of
from habitue.state.port import IndexSpec, Key, Nearby, TableSpec

# Of more rows or entries than these of a kind, none is given.
_NEAR_MAX = 5_000

# An integer from 0 on as msgpack writes it: a byte, or one that says how many follow.
_NUMBER = (
    "CASE octet_length(value) WHEN 1 THEN get_byte(value, 0)::int8 ELSE "
    "('x' || lpad(encode(substr(value, 2), 'hex'), 16, '0'))::bit(64)::int8 END"
)
_TOLD = (
    "WITH told AS MATERIALIZED (SELECT key, value, " + _NUMBER + " AS number "
    "FROM {own} WHERE key = ANY($1::bytea[])), "
    "block AS MATERIALIZED (SELECT DISTINCT number / {block} * {block} AS first FROM "
    "(SELECT number FROM told UNION ALL SELECT unnest($2::int8[])) AS asked (number)) "
    "SELECT 0::int2, key, 0::int8, 0::int8, 0::int8, 0::int8, value FROM told"
)
_ROWS = (
    " UNION ALL (SELECT {arm}::int2, NULL::bytea, near.key, 0, 0, 0, near.value "
    "FROM block JOIN {name} AS near ON near.key >= first * {width}::int8 "
    "AND near.key < (first + {block}) * {width}::int8 LIMIT {limit})"
)
_ENTRIES = (
    " UNION ALL (SELECT {arm}::int2, NULL::bytea, near.part, near.at_us, "
    "near.log_offset, near.value, NULL::bytea FROM block "
    "JOIN {name} AS near ON near.part >= first * {width}::int8 "
    "AND near.part < (first + {block}) * {width}::int8 LIMIT {limit})"
)


class NearStatement:
    """The statement for one table of numbers, and how its answer is read."""

    def __init__(
        self,
        own: TableSpec,
        tables: Sequence[TableSpec],
        indexes: Sequence[IndexSpec],
    ) -> None:
        """tables, indexes: all there are; those that lie near are found among them."""
        self._own = own.name
        self._tables = [one for one in tables if _is_near(one, own)]
        self._indexes = [one for one in indexes if _is_near(one, own)]
        said = sql.SQL(_TOLD).format(
            own=name_of(own.name), block=sql.Literal(own.block)
        )
        every: list[TableSpec | IndexSpec] = [*self._tables, *self._indexes]
        for arm, one in enumerate(every, 1):
            form = _ROWS if isinstance(one, TableSpec) else _ENTRIES
            said += sql.SQL(form).format(
                arm=sql.Literal(arm),
                name=name_of(one.name),
                width=sql.Literal(one.near.width if one.near else 1),
                block=sql.Literal(own.block),
                limit=sql.Literal(_NEAR_MAX),
            )
        self.statement = said.as_bytes(None)

    def nearby(self, found: Sequence[Any]) -> Nearby:
        """Read the answer: (arm, key, key or part, at_us, offset, number, value)."""
        arms: list[list[Any]] = [
            [] for _ in range(1 + len(self._tables) + len(self._indexes))
        ]
        for row in found:
            arms[row[0]].append(row)
        behind = 1 + len(self._tables)
        rows: dict[str, dict[Key, bytes]] = {
            one.name: {row[2]: row[6] for row in arm}
            for one, arm in zip(self._tables, arms[1:behind], strict=True)
            if len(arm) < _NEAR_MAX
        }
        rows[self._own] = {row[1].decode(): row[6] for row in arms[0]}
        return Nearby(
            rows=rows,
            entries={
                one.name: [row[2:6] for row in arm]
                for one, arm in zip(self._indexes, arms[behind:], strict=True)
                if len(arm) < _NEAR_MAX
            },
        )


def _is_near(one: TableSpec | IndexSpec, own: TableSpec) -> bool:
    return one.near is not None and one.near.of == own.name
