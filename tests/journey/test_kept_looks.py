"""What who bought looked at is kept with their sessions, whatever the days are."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random

import pytest

from habitue.journey.asking import Asked, sessions
from habitue.lake.moves import Fixes
from habitue.lake.port import Seal, Tail
from habitue.lake.rows import EventRow, LineRow
from tests.journey.test_kept_sessions import (
    ANEW,
    LINKED,
    SEEN,
    STRANDS,
    Shop,
    asked,
)
from tests.journey.world import DAY_US, MINUTE_US, START_US, World


@pytest.fixture
def shop(tmp_path: Path, seed: int) -> Iterator[Shop]:
    """Give a shop of some who bought, of whom all is kept."""
    made = Shop(tmp_path, Random(seed))
    made.holders = {one: 1 + one % 5 for one in range(1, STRANDS)}
    done = [
        deed(made, strand, name, minute)
        for strand in made.holders
        for name, minute in (
            ("Product Viewed", strand),
            ("Store Visit Started", strand),
            ("Order Completed", STRANDS + strand),
        )
    ]
    held = made.held(sorted(made.holders))
    seal(made, done)
    made.lake.seal(Seal(Tail(made.offset, (), (), (1, 2, 3, 4, 5), held), whole=True))
    keep(made)
    yield made
    made.lake.close()


def deed(
    shop: Shop, strand: int, name: str, minute: int, product: str = "p1"
) -> tuple[EventRow, LineRow]:
    """Make an event and its line."""
    row = shop.event()._replace(
        strand=strand,
        name=name,
        happened_at=START_US + minute * MINUTE_US,
        type="track",
        channel="web",
        object=f"o/shop/{shop.offset}" if name.startswith("Order") else None,
    )
    return row, shop.line(row.log_offset)._replace(product=product)


def seal(shop: Shop, done: Sequence[tuple[EventRow, LineRow]]) -> None:
    rows, lines = (list(one) for one in zip(*done, strict=True))
    packed = (shop.lake.pack("event", rows),), (shop.lake.pack("line", lines),)
    shop.lake.seal(Seal(Tail(shop.offset, *packed)))


def tell(shop: Shop, strand: int, name: str, minute: int, product: str = "p1") -> int:
    """Seal an event and its line; give its offset."""
    seal(shop, [deed(shop, strand, name, minute, product)])
    return shop.offset


def keep(shop: Shop, people: int = 100) -> None:
    shop.lake.keep_sessions(sessions(asked(shop.rules)), people)


def products(shop: Shop) -> list[str]:
    found = shop.rows("SELECT DISTINCT product FROM seen", Tail(shop.offset))
    return sorted(row["product"] for row in found)


def test_looks_and_sides_are_read_from_what_is_kept(shop: Shop) -> None:
    """Of events that tell of nothing any more both are in the answer."""
    before = [shop.rows(sql, Tail(shop.offset)) for sql in (SEEN, LINKED)]
    shop.lake._instance.execute("UPDATE kept_event SET type = 'identify'")

    kept = [shop.rows(sql, Tail(shop.offset)) for sql in (SEEN, LINKED)]

    assert kept == before
    assert [] not in kept
    for sql in (SEEN, LINKED):
        assert shop.rows(sql, Tail(shop.offset), session_stamp=ANEW) == []


def test_what_comes_late_is_in_the_next_answer_and_kept(shop: Shop) -> None:
    tell(shop, 3, "Product Scanned", 1, "late")
    assert products(shop) == ["late", "p1"]

    keep(shop)

    assert shop.lake.stale == 0
    assert products(shop) == ["late", "p1"]
    shop.check(Tail(shop.offset))


def test_a_later_purchase_tells_of_what_was_looked_at_before_it(shop: Shop) -> None:
    """What nobody bought after is not kept; it is as soon as somebody does."""
    tell(shop, 3, "Product Scanned", 1_000, "after")
    keep(shop)
    held = shop.lake._instance.execute("SELECT DISTINCT product FROM kept_look")
    assert held.fetchall() == [("p1",)]

    tell(shop, 3, "Order Completed", 2_000)

    for _ in range(2):
        assert products(shop) == ["after", "p1"]
        shop.check(Tail(shop.offset))
        keep(shop)


def test_looks_go_with_whom_they_are_of(shop: Shop) -> None:
    """A strand is another's, and then its first holder's again."""
    first = shop.rows(SEEN, Tail(shop.offset))
    for person in (5, shop.holders[7]):
        people = (person, shop.holders[7])
        shop.holders[7] = person
        held = [one for one in sorted(shop.holders) if shop.holders[one] in people]
        shop.lake.seal(Seal(Tail(shop.offset, (), (), people, shop.held(held))))
        shop.check(Tail(shop.offset))
        keep(shop)
        shop.check(Tail(shop.offset))
        moved = shop.rows(SEEN, Tail(shop.offset))
        assert (moved == first) == (person != 5)


def test_who_was_seen_on_a_side_is_told_as_of_the_days_that_are_asked_for(
    tmp_path: Path,
) -> None:
    world = World()
    world.add(1, START_US, "Product Viewed")
    world.buy(1, START_US + DAY_US, 100)
    world.add(1, START_US + 5 * DAY_US, "Store Visit Started", "store")
    told = world.asked(tmp_path)
    told.lake.keep_sessions(sessions(Asked(since_us=0, until_us=0)), 100)

    found = [
        [row["side"] for row in told.rows(one, LINKED)]
        for days in (2, 6)
        for one in [Asked(since_us=START_US, until_us=START_US + days * DAY_US)]
    ]

    told.close()
    assert found == [["online"], ["online", "store"]]


@pytest.mark.parametrize("way", ["forgotten", "by record", "in a seal"])
def test_what_is_erased_leaves_no_byte_in_looks_that_are_kept(
    shop: Shop, tmp_path: Path, way: str
) -> None:
    """Whoever held it when it was kept; and, of one way, whoever does now."""
    canary = "canary6180339"
    offset = tell(shop, 7, "Product Scanned", 1, canary)
    keep(shop)
    assert canary in products(shop)

    if way == "forgotten":
        people = (4, shop.holders[7])
        shop.holders[7] = 4
        held = [one for one in sorted(shop.holders) if shop.holders[one] in people]
        shop.lake.seal(Seal(Tail(shop.offset, (), (), people, shop.held(held))))
        shop.lake.forget([7], [])
    elif way == "by record":
        shop.lake.forget([], [offset])
    else:
        shop.lake.seal(Seal(Tail(shop.offset), fixes=Fixes({}, {}, [offset])))
    shop.lake.scrub()

    for path in tmp_path.rglob("*"):
        assert path.is_dir() or canary.encode() not in path.read_bytes()
    shop.check(Tail(shop.offset))


@pytest.mark.parametrize("way", ["forgotten", "by record"])
def test_what_is_erased_leaves_no_byte_in_lines_of_what_was_bought(
    shop: Shop, tmp_path: Path, way: str
) -> None:
    canary = "canary6180339"
    offset = tell(shop, 7, "Order Completed", 1, canary)
    lines = shop.rows("SELECT product FROM report_lines", Tail(shop.offset))
    assert {"product": canary} in lines

    shop.lake.forget(*(([7], []) if way == "forgotten" else ([], [offset])))
    shop.lake.scrub()

    for path in tmp_path.rglob("*"):
        assert path.is_dir() or canary.encode() not in path.read_bytes()
    shop.check(Tail(shop.offset))


def test_a_copy_of_whom_all_is_to_be_read_again_keeps_no_looks(shop: Shop) -> None:
    shop.lake.seal(Seal(Tail(shop.offset), anew=True))

    for table in ("kept_look", "kept_side"):
        assert shop.lake._instance.execute(f"FROM {table}").fetchall() == []
