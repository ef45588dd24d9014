"""What every backend of the analytic copy does: one suite for all of them."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from msgspec import structs

from habitue.backends.duckdb.lake import DuckLake, Limits
from habitue.lake.moves import Fixes
from habitue.lake.owed import Owed
from habitue.lake.port import (
    Bought,
    Known,
    Lake,
    NotAnsweredError,
    QueryError,
    Question,
    Seal,
    Tail,
)
from habitue.lake.rows import (
    AllowedRow,
    BoughtRow,
    EventRow,
    FactRow,
    HoldingRow,
    LeftRow,
    LineRow,
    PurchaseRow,
)

DAY_US = 86_400_000_000
New = Callable[[], Lake]


@pytest.fixture
def new_lake(tmp_path: Path) -> Iterator[New]:
    made: list[Lake] = []

    def new() -> Lake:
        for lake in made:
            lake.close()
        limits = Limits(memory_mb=128, query_seconds=1, spill_mb=16)
        made.append(DuckLake(tmp_path / "lake.duckdb", tmp_path / "lake", limits))
        made[-1].open()
        return made[-1]

    yield new
    for lake in made:
        lake.close()


@pytest.fixture
def lake(new_lake: New) -> Lake:
    return new_lake()


def row(offset: int, strand: int | None, day: int = 0, **fields) -> EventRow:
    told = {
        "log_offset": offset,
        "happened_at": offset * 1_000_000,
        "received_at": day * DAY_US + offset,
        "strand": strand,
        "type": "track",
        "name": "Viewed",
        "source": "web",
        "store": None,
        "channel": "web",
        "historical": False,
        "marked": None,
        "verified": True,
        "object": None,
        "status": None,
        "currency": None,
        "amount_minor": None,
        "properties": '{"a":1}',
        **fields,
    }
    return EventRow(**told)


def tail(lake: Lake, offset: int, *rows: EventRow, **more) -> Tail:
    events = (lake.pack("event", rows),) if rows else ()
    lines = tuple(lake.pack("line", [one]) for one in more.get("lines", ()))
    held = more.get("held", {})
    holding = [
        HoldingRow(strand, None, None, person)
        for person, strands in held.items()
        for strand in strands
    ]
    packed = (lake.pack("holding", holding),) if holding else ()
    return Tail(offset, events, lines, tuple(held), packed)


def ask(lake: Lake, sql: str, unsealed: Tail | None = None, **more) -> list[tuple]:
    asking = lake.begin(unsealed or Tail(lake.offset))
    try:
        found = asking.answer(Question(sql=sql, **more))
        return [tuple(row.values()) for row in found.table.to_pylist()]
    finally:
        asking.close()


WHOSE = "SELECT log_offset, person_id FROM person_events ORDER BY log_offset"
STRANDS = "SELECT log_offset, strand FROM events ORDER BY log_offset"


def test_a_new_copy_stands_at_offset_zero(lake: Lake) -> None:
    assert (lake.offset, lake.rows, lake.mark) == (0, 0, "")


def test_a_seal_is_found_when_the_copy_is_opened_again(
    lake: Lake, new_lake: New
) -> None:
    lake.seal(Seal(tail(lake, 7, row(3, 10), row(5, 20)), mark="abc"))

    again = new_lake()

    assert (again.offset, again.rows, again.mark) == (7, 2, "abc")
    assert ask(again, STRANDS) == [(3, 10), (5, 20)]


def test_a_seal_that_fails_leaves_nothing(lake: Lake) -> None:
    lake.seal(Seal(tail(lake, 3, row(3, 10))))
    bad = Seal(Tail(9, (lake.pack("event", [row(4, 10)]),), (lake.pack("event", []),)))

    with pytest.raises(Exception, match=r"."):
        lake.seal(bad)

    assert lake.offset == 3
    assert ask(lake, STRANDS) == [(3, 10)]


def test_a_query_sees_the_tail_beside_what_is_sealed(lake: Lake) -> None:
    lake.seal(Seal(tail(lake, 3, row(3, 10), held={1: [10]})))
    unsealed = tail(lake, 5, row(5, 20), held={2: [20]})

    assert ask(lake, WHOSE, unsealed) == [(3, 1), (5, 2)]
    assert ask(lake, WHOSE) == [(3, 1)]


def test_who_has_changed_is_seen_as_they_are_now(lake: Lake) -> None:
    lake.seal(Seal(tail(lake, 4, row(3, 10), row(4, 20), held={1: [10], 2: [20]})))
    joined = tail(lake, 5, held={1: [10, 20], 2: []})

    assert ask(lake, WHOSE, joined) == [(3, 1), (4, 1)]
    lake.seal(Seal(joined))
    assert ask(lake, WHOSE) == [(3, 1), (4, 1)]


def test_a_whole_holding_takes_the_place_of_what_was_held(lake: Lake) -> None:
    lake.seal(Seal(tail(lake, 4, row(3, 10), row(4, 20), held={1: [10], 2: [20]})))

    lake.seal(Seal(tail(lake, 4, held={3: [20]}), anew=True, whole=True))

    assert ask(lake, WHOSE) == [(4, 3)]


def test_events_of_a_dropped_strand_are_in_none_until_they_are_placed(
    lake: Lake,
) -> None:
    lake.seal(Seal(tail(lake, 5, row(3, 10), row(4, 10), row(5, 20))))

    lake.seal(Seal(tail(lake, 9, row(8, 10)), fixes=Fixes({10: 6}, {4: 30})))

    assert ask(lake, STRANDS) == [(3, None), (4, 30), (5, 20), (8, 10)]


def test_what_expired_tells_what_is_carried_of_it(lake: Lake) -> None:
    lake.seal(Seal(tail(lake, 5, row(3, 10), row(5, 20))))
    told = "SELECT log_offset, [properties, came, device] FROM events"
    before = dict(ask(lake, told))

    lake.expire([LeftRow(3, '{"plan":"gold"}', '{"campaign":"spring"}')])
    assert lake.unscrubbed
    lake.scrub()
    lake.seal(Seal(tail(lake, 6, row(6, 20)), expired=(LeftRow(5, "{}"),)))

    after = dict(ask(lake, told))
    assert after[3] == ['{"plan":"gold"}', '{"campaign":"spring"}', None]
    assert (after[5], after[6]) == (["{}", None, None], before[5])


def test_a_query_goes_on_seeing_what_it_began_with(lake: Lake) -> None:
    lake.seal(Seal(tail(lake, 3, row(3, 10))))
    asking = lake.begin(Tail(3))

    lake.seal(Seal(tail(lake, 5, row(5, 20)), fixes=Fixes({}, {3: 30})))

    found = asking.answer(Question(sql=STRANDS))
    asking.close()
    assert found.offset == 3
    assert found.table.to_pydict() == {"log_offset": [3], "strand": [10]}


def test_lines_stand_beside_their_event(lake: Lake) -> None:
    line = LineRow(3, 0, "p1", "Boot", "shoes", "acme", 625, 2_000, 1_250, "EUR")
    lake.seal(Seal(tail(lake, 3, row(3, 10), lines=[line])))

    assert ask(lake, "SELECT * FROM lines") == [tuple(line)]


def known(lake: Lake, **cities: str) -> Known:
    """Give what is known of people p1, p2, ..: their city, and that they said yes."""
    of = {int(who.removeprefix("p")): city for who, city in cities.items()}
    facts = [FactRow(one, "trait.city", city) for one, city in of.items() if city]
    yes = [
        AllowedRow(one, 0, "email", "marketing", "email", 1, None, None, False)
        for one, city in of.items()
        if city
    ]
    return Known(tuple(of), (lake.pack("fact", facts),), (lake.pack("allowed", yes),))


def bought(lake: Lake, key: str, *minor: int, offset: int = 3) -> Bought:
    """Give an order of strand 10 with a line an amount; without any it is no more."""
    if not minor:
        return Bought((key,))
    row = PurchaseRow(
        *(offset, key, 0, 10, "order", "web", None, "web", "", "EUR", sum(minor), 0),
        *(True, False, False, "{}"),
    )
    lines = [
        BoughtRow(offset, at, "p", "", "", "", None, 1_000, one, "EUR")
        for at, one in enumerate(minor)
    ]
    return Bought(
        (key,), (lake.pack("purchase", [row]),), (lake.pack("bought", lines),)
    )


CITIES = "SELECT person_id, text FROM facts ORDER BY ALL"
SAID = "SELECT person_id FROM allowed ORDER BY ALL"
ORDERS = "SELECT object, amount_minor FROM purchases ORDER BY ALL"
ITEMS = "SELECT amount_minor FROM purchase_lines ORDER BY ALL"
BESIDE = (
    "SELECT line, amount_minor, strand, epoch_us(happened_at), kind, source, store,"
    " channel, counted FROM lines_bought ORDER BY ALL"
)


def test_what_is_known_of_somebody_takes_the_place_of_what_was(lake: Lake) -> None:
    lake.seal(Seal(Tail(3, known=known(lake, p1="Oslo", p2="Rome"))))
    unsealed = Tail(4, known=known(lake, p1="Riga", p3="Bern"))

    for _ in range(2):
        found = ask(lake, CITIES, unsealed, trusted=True)
        assert found == [(1, "Riga"), (2, "Rome"), (3, "Bern")]
        assert ask(lake, SAID, unsealed, trusted=True) == [(1,), (2,), (3,)]
        lake.seal(Seal(unsealed))
        unsealed = Tail(4)


def test_of_who_is_nobody_any_more_nothing_is_known(lake: Lake) -> None:
    lake.seal(Seal(Tail(3, known=known(lake, p1="Oslo", p2="Rome"))))

    lake.seal(Seal(Tail(4, known=known(lake, p1=""))))

    assert ask(lake, CITIES, trusted=True) == [(2, "Rome")]
    assert ask(lake, SAID, trusted=True) == [(2,)]


def test_an_order_takes_the_place_of_what_it_was(lake: Lake) -> None:
    lake.seal(Seal(Tail(3, bought=bought(lake, "o\x1f1", 5, 6))))
    unsealed = Tail(4, bought=bought(lake, "o\x1f1", 7))

    for _ in range(2):
        assert ask(lake, ORDERS, unsealed) == [("o/1", 7)]
        assert ask(lake, ITEMS, unsealed) == [(7,)]
        lake.seal(Seal(unsealed))
        unsealed = Tail(4)
    lake.seal(Seal(Tail(5, bought=bought(lake, "o\x1f1"))))
    assert ask(lake, ORDERS) == ask(lake, ITEMS) == []


def test_beside_a_line_stands_what_is_asked_of_its_purchase(lake: Lake) -> None:
    unsealed = Tail(3, bought=bought(lake, "o\x1f1", 5, 6))
    of_it = (10, 0, "order", "web", None, "web", True)

    for _ in range(2):
        found = ask(lake, BESIDE, unsealed, trusted=True)
        assert found == [(0, 5, *of_it), (1, 6, *of_it)]
        lake.seal(Seal(unsealed))
        unsealed = Tail(3)


def test_what_is_read_anew_is_whole_once_it_is_said_to_be(
    lake: Lake, new_lake: New
) -> None:
    lake.seal(Seal(Tail(3, known=known(lake, p1="Oslo")), whole=True))
    assert lake.whole

    lake.seal(Seal(Tail(4, known=known(lake, p2="Rome")), anew=True))
    again = new_lake()
    assert not again.whole
    again.seal(Seal(Tail(5), whole=True))

    third = new_lake()
    assert third.whole
    assert ask(third, CITIES, trusted=True) == [(2, "Rome")]


def test_what_is_known_of_people_is_not_for_strangers_queries(lake: Lake) -> None:
    for table in ("facts", "allowed", "lines_bought", "kept_fact", "kept_owed"):
        with pytest.raises(QueryError, match="There is no table"):
            ask(lake, f"SELECT * FROM {table}")


def test_what_is_known_of_a_forgotten_strand_leaves_no_byte(
    lake: Lake, tmp_path: Path
) -> None:
    secret = "canary5772156"
    told = tail(lake, 5, row(4, 20), held={1: [10], 2: [20]})
    lake.seal(
        Seal(
            structs.replace(
                told,
                known=known(lake, p1=secret, p2="Rome"),
                bought=bought(lake, f"o\x1f{secret}", 5),
            )
        )
    )

    lake.forget([10], [])
    lake.scrub()

    assert ask(lake, CITIES, trusted=True) == [(2, "Rome")]
    assert ask(lake, ORDERS) == ask(lake, BESIDE, trusted=True) == []
    for path in tmp_path.glob("lake.duckdb*"):
        assert secret.encode() not in path.read_bytes()


def test_a_strand_beyond_text_is_told_as_others_can_read_it(lake: Lake) -> None:
    lake.seal(Seal(tail(lake, 3, row(3, 10, name="half \ud83d"))))

    assert ask(lake, "SELECT name FROM events") == [("half ?",)]


def test_bringing_in_order_changes_no_answer(
    lake: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("habitue.backends.duckdb.lake.LOOSE_MIN", 2)
    # Some names and months are larger than what is sorted at once, others are not.
    monkeypatch.setattr("habitue.backends.duckdb.order.ROWS_MAX", 5)
    names = "Viewed", "Bought"
    month_us = 31 * DAY_US
    rows = [
        row(at, 10 * (at % 3), name=names[at % 2], happened_at=at % 5 * month_us + at)
        for at in range(1, 30)
    ]
    lake.seal(Seal(tail(lake, 30, *rows)))
    for at, minor in ((31, 7), (32, 5), (33, 5)):
        told = bought(lake, f"o\x1f{at}", minor, 1, offset=at)
        lake.seal(Seal(Tail(at, bought=told)))
    before = [ask(lake, one, trusted=True) for one in (STRANDS, ORDERS, BESIDE)]

    assert lake.settle()
    assert not lake.settle()

    after = [ask(lake, one, trusted=True) for one in (STRANDS, ORDERS, BESIDE)]
    assert after == before
    # Those of a name stand together, in it those of a month, in that of a strand.
    found = ask(lake, "SELECT name, epoch_us(happened_at), strand FROM events")
    first, second = found[0][0], found[-1][0]
    assert found == sorted(
        ((one.name, one.happened_at, one.strand) for one in rows),
        key=lambda one: (one[0] != first, one[1] // month_us, one[2], one[1]),
    )
    assert {first, second} == set(names)


def test_more_rows_than_asked_for_are_told_of(lake: Lake) -> None:
    lake.seal(Seal(tail(lake, 9, *[row(at, 10) for at in range(1, 10)])))
    asking = lake.begin(Tail(9))

    found = asking.answer(Question(sql=STRANDS, rows_max=4))
    asking.close()

    assert (found.table.num_rows, found.more) == (4, True)


def test_forgotten_rows_leave_no_byte(lake: Lake, tmp_path: Path) -> None:
    secret = "canary1618033"
    line = LineRow(3, 0, secret, "", "", "", None, 1_000, None, "EUR")
    told = row(3, 10, properties=f'{{"sku":"{secret}"}}')
    lake.seal(Seal(tail(lake, 5, told, row(4, 20), held={1: [10]}, lines=[line])))

    lake.forget([10], [])
    assert lake.unscrubbed
    lake.scrub()

    assert not lake.unscrubbed
    assert (lake.offset, lake.rows) == (5, 1)
    assert ask(lake, STRANDS) == [(4, 20)]
    for path in tmp_path.glob("lake.duckdb*"):
        assert secret.encode() not in path.read_bytes()


def test_more_is_forgotten_after_a_scrub(lake: Lake) -> None:
    lake.seal(Seal(tail(lake, 5, row(3, 10, day=1), row(4, 20, day=2))))
    lake.forget([10], [])
    lake.scrub()

    assert lake.days_of([20], []) == ["1970-01-03"]
    lake.forget([20], [])
    lake.scrub()

    assert ask(lake, STRANDS) == []


def test_a_scrub_that_was_broken_off_is_known_of_afterwards(
    lake: Lake, new_lake: New
) -> None:
    lake.seal(Seal(tail(lake, 5, row(3, 10), row(4, 20))))
    lake.forget([], [3])

    assert new_lake().unscrubbed


def test_a_day_is_written_and_written_anew(lake: Lake, tmp_path: Path) -> None:
    lake.seal(Seal(tail(lake, 5, row(3, 10, day=1), row(4, 20, day=2))))

    lake.write_day("1970-01-02")

    assert lake.days() == ["1970-01-02", "1970-01-03"]
    assert lake.written_days() == ["1970-01-02"]
    assert lake.days_of([10], []) == ["1970-01-02"]
    lake.drop_days(["1970-01-02"])
    assert list((tmp_path / "lake").iterdir()) == []


def test_a_query_that_takes_too_long_is_broken_off(lake: Lake) -> None:
    with pytest.raises(NotAnsweredError, match="too long"):
        ask(lake, "SELECT sum(range) FROM range(1_000_000_000_000)")


def test_a_query_that_takes_too_much_memory_is_broken_off(lake: Lake) -> None:
    with pytest.raises(NotAnsweredError, match="memory"):
        ask(lake, "SELECT list(range) FROM range(300_000_000)")


def test_a_query_with_a_fault_is_told_in_a_sentence(lake: Lake) -> None:
    with pytest.raises(QueryError, match="nam"):
        ask(lake, "SELECT nam FROM events")


def test_who_has_changed_is_owed_until_it_is_paid(lake: Lake, new_lake: New) -> None:
    lake.seal(Seal(Tail(3), owed=Owed(people={7}, objects={"o\x1f1"})))
    lake.seal(Seal(Tail(4), owed=Owed(components={1}, holders={2}, strands={3})))
    every = Owed({1}, {2}, {7}, {3}, {"o\x1f1"})

    again = new_lake()

    assert again.owed() == every
    again.seal(Seal(Tail(5), paid=True, owed=Owed(people={8})))
    assert again.owed() == Owed(people={8})
    again.seal(Seal(Tail(6), anew=True))
    assert not again.owed()
