"""What a segment is worth, and who of it can be reached: as SQL over the copy."""

from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from habitue.segment.compile_comparison import Bound
from habitue.segment.compile_fact import consents_sql
from habitue.segment.compiled import Compiled

# What of a person a channel reaches: the kind of identifier that has to be known.
CHANNELS: Mapping[str, str] = {
    "email": "email",
    "sms": "phone",
    "call": "phone",
    "push": "device_id",
}
EVERYBODY = "SELECT count(DISTINCT person_id) FROM holding"


def counted_sql(made: Compiled, sample: int) -> str:
    """Make the query for how many satisfy a condition, of how many, and the first."""
    first = f"SELECT person_id FROM found ORDER BY person_id LIMIT {sample}"
    return (
        f"WITH found AS MATERIALIZED ({made.sql}) SELECT count(*) AS n,"
        f" ({EVERYBODY}) AS people,"
        f" (SELECT list(person_id) FROM ({first})) AS first FROM found"
    )


class Money(Struct, frozen=True, kw_only=True):
    """What members bought and brought back in one currency, in minor units."""

    currency: str
    # Orders and receipts that count, and members who have any.
    purchases: int
    buyers: int
    gross_minor: int
    returns_minor: int

    @property
    def net_minor(self) -> int:
        return self.gross_minor - self.returns_minor


class Reach(Struct, frozen=True, kw_only=True):
    """How many members have an address for a channel, and who of them said yes."""

    channel: str
    # The kind of identifier that is their address.
    identifier_kind: str
    known: int
    # Who granted it, with an address or without.
    granted: int
    reachable: int


class Figures(Struct, frozen=True, kw_only=True):
    """A segment in figures, all of them at one offset of the log.

    offset: None where who is in it was judged one by one while more came in.
    """

    offset: int | None
    now_us: int
    members: int
    people: int
    purchases: int
    buyers: int
    money: tuple[Money, ...]
    reach: tuple[Reach, ...]


def figures_sql(
    made: Compiled, purpose: str, devices: tuple[str, ...]
) -> tuple[str, dict[str, Any]]:
    """Give one query for all figures of who satisfies a condition, and its values."""
    bound = Bound("figures")
    parts = [
        f"SELECT 'members' AS sort, '' AS name, (SELECT count(*) FROM found) AS a,"
        f" ({EVERYBODY}) AS b, count(*) FILTER (WHERE kind <> 'return') AS c,"
        " count(DISTINCT person_id) FILTER (WHERE kind <> 'return') AS d FROM bought",
        "SELECT 'money', currency, count(*) FILTER (WHERE kind <> 'return'),"
        " count(DISTINCT person_id) FILTER (WHERE kind <> 'return'),"
        " CAST(coalesce(sum(amount_minor) FILTER (WHERE kind <> 'return'), 0)"
        " AS BIGINT), CAST(sum(CASE kind WHEN 'return' THEN amount_minor"
        " ELSE returned_minor END) AS BIGINT) FROM bought GROUP BY currency",
        *(
            _reach(bound, channel, kind, consents_sql(bound, purpose, channel, devices))
            for channel, kind in CHANNELS.items()
        ),
    ]
    sql = (
        f"WITH found AS MATERIALIZED ({made.sql}), bought AS MATERIALIZED"
        " (SELECT person_id, kind, currency, amount_minor, returned_minor"
        " FROM purchases JOIN holding USING (strand) SEMI JOIN found USING (person_id)"
        f" WHERE counted) {' UNION ALL '.join(parts)}"
    )
    return sql, {**made.values, **bound.values}


def _reach(bound: Bound, channel: str, kind: str, answers: str) -> str:
    known = (
        "SELECT DISTINCT person_id FROM holding SEMI JOIN found USING (person_id)"
        f" WHERE identifier_kind = {bound.add(kind)}"
    )
    granted = (
        f"SELECT person_id FROM ({answers}) SEMI JOIN found USING (person_id)"
        " WHERE answer = 'granted'"
    )
    return (
        f"SELECT 'reach', {bound.add(channel)}, (SELECT count(*) FROM ({known})),"
        f" (SELECT count(*) FROM ({granted})),"
        f" (SELECT count(*) FROM ({known}) SEMI JOIN ({granted}) USING (person_id)), 0"
    )


def figures_of(
    rows: list[Mapping[str, Any]], offset: int | None, now_us: int
) -> Figures:
    """Read the answer to that query."""
    of: dict[str, list[Mapping[str, Any]]] = {"members": [], "money": [], "reach": []}
    for row in rows:
        of[row["sort"]].append(row)
    (whole,) = of["members"]
    return Figures(
        offset=offset,
        now_us=now_us,
        members=whole["a"],
        people=whole["b"],
        purchases=whole["c"],
        buyers=whole["d"],
        money=tuple(
            Money(
                currency=row["name"],
                purchases=row["a"],
                buyers=row["b"],
                gross_minor=row["c"],
                returns_minor=row["d"],
            )
            for row in sorted(of["money"], key=lambda row: str(row["name"]))
        ),
        reach=tuple(
            Reach(
                channel=row["name"],
                identifier_kind=CHANNELS[row["name"]],
                known=row["a"],
                granted=row["b"],
                reachable=row["c"],
            )
            for row in of["reach"]
        ),
    )
