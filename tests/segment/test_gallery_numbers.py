"""The made shop, on which the gallery is held to pandas, tells its numbers apart."""

import tomllib
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import msgspec
import pandas as pd
import pytest

from habitue.model.consent import Consent, ConsentEntry
from habitue.segment.condition import Condition
from habitue.segment.facts import Done, Facts, Line
from habitue.segment.gallery import template_text
from habitue.segment.meaning import matches
from tests.acceptance.golden.gallery import ORACLES
from tests.acceptance.golden.made import Made
from tests.acceptance.golden.tables import Tables

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
NOW_US = int(NOW.timestamp()) * 1_000_000
GRANTED = ConsentEntry(
    contact="email:a@example.com", purpose="marketing", channel="email",
    state=Consent.GRANTED, at_us=1, source="crm", message_id="m", offset=1,
)  # fmt: skip
# Nobody's birthday is where a day that begins meanwhile would move it in or out; and
# whoever bought was told of, too.
UNSEEN = {("birthday-7-days", ("value",)), ("silent", ("of", 1, "event", 1))}


@pytest.fixture(scope="module")
def of() -> Tables:
    return Made(NOW).tables()


@pytest.fixture(scope="module")
def people(of: Tables) -> dict[str, Facts]:
    """Give what conditions see of everybody."""
    done, lines = defaultdict(list), defaultdict(list)
    for row in of.lines.itertuples():
        line = Line(product=row.product, category=row.category)
        lines[row.who, row.at, row.channel].append(line)
    for row in of.bought.itertuples():
        of_it = tuple(lines[row.who, row.at, row.channel])
        more = {"currency": row.currency, "total_minor": row.minor, "lines": of_it}
        done[row.who].append(Done(**at(row, "$purchase"), channel=row.channel, **more))
    for row in of.returned.itertuples():
        done[row.who].append(Done(**at(row, "$return")))
    for row in of.done.itertuples():
        about = (Line(product=row.product),) if isinstance(row.product, str) else ()
        told = {} if pd.isna(row.rating) else {"rating": int(row.rating)}
        more = {"channel": row.channel or "", "lines": about, "properties": told}
        done[row.who].append(Done(**at(row, row.name), **more))
    return {
        who: Facts(
            done=tuple(done[who]),
            traits={"birthday": of.born[who].isoformat()} if who in of.born else {},
            consents=(GRANTED,) if who in of.granted else (),
            identifiers=frozenset({"email"} if who in of.addressed else ()),
        )
        for who in of.people
    }


def at(row: Any, name: str) -> dict[str, Any]:
    return {"at_us": int(row.at.timestamp()) * 1_000_000, "name": name}


def inside(told: Any, people: dict[str, Facts]) -> set[str]:
    condition = msgspec.convert(told, Condition)
    return {who for who, one in people.items() if matches(condition, one, NOW_US)}


Place = tuple[str | int, ...]


def moved(told: Any, place: Place = ()) -> Iterator[tuple[Place, Any]]:
    """Give a condition with each of its numbers moved by one, each word left out."""
    if isinstance(told, int):
        yield from ((place, told + by) for by in (1, -1) if told + by > 0)
    elif isinstance(told, dict):
        for name, part in told.items():
            for where, other in moved(part, (*place, name)):
                yield where, {**told, name: other}
    elif isinstance(told, list):
        for number, part in enumerate(told):
            before, after = told[:number], told[number + 1 :]
            for where, other in moved(part, (*place, number)):
                yield where, [*before, other, *after]
        yield from _shorter(told, place)


def _shorter(words: list[Any], place: Place) -> Iterator[tuple[Place, Any]]:
    if len(words) > 1 and isinstance(words[0], str):
        for number in range(len(words)):
            yield (*place, number), words[:number] + words[number + 1 :]


@pytest.mark.parametrize("name", ORACLES)
def test_a_segment_with_a_number_moved_by_one_is_not_that_of_pandas(
    name: str, of: Tables, people: dict[str, Facts]
) -> None:
    told = tomllib.loads(template_text(name, "GBP") or "")["condition"]
    expected = ORACLES[name](of)

    assert inside(told, people) == expected
    for place, other in moved(told):
        if (name, place) not in UNSEEN:
            assert inside(other, people) != expected, (place, other)
