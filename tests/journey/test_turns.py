"""Sessions are kept in turns: each of some people, and all of them in the end."""

from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from habitue.backends.duckdb import sessions as turns
from habitue.journey.asking import sessions
from habitue.lake.port import Seal, Tail
from tests.journey.test_kept_sessions import STRANDS, Shop, asked

PEOPLE = 5


@pytest.fixture
def shop(tmp_path: Path, seed: int) -> Iterator[Shop]:
    """Hold people of whom nothing is kept yet."""
    made = Shop(tmp_path, Random(seed))
    rows = [made.event() for _ in range(200)]
    made.holders = {one: 1 + one % PEOPLE for one in range(1, STRANDS)}
    packed = (made.lake.pack("event", rows),)
    held = made.held(sorted(made.holders))
    people = tuple(range(1, PEOPLE + 1))
    made.lake.seal(Seal(Tail(200, packed, (), people, held), whole=True))
    yield made
    made.lake.close()


def keep(shop: Shop, people: int) -> int:
    """Have a turn of so many people at most; give how many are left."""
    shop.lake.keep_sessions(sessions(asked(shop.rules)), people)
    return shop.lake.stale


def test_a_turn_is_of_no_more_people_than_it_may(shop: Shop) -> None:
    assert [keep(shop, 2) for _ in range(4)] == [3, 1, 0, 0]
    shop.check(Tail(shop.offset))


def test_of_people_who_do_much_a_turn_is_of_few(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(turns, "EVENTS_MAX", 80)

    assert [keep(shop, 100) for _ in range(3)] == [3, 1, 0]
    shop.check(Tail(shop.offset))


def test_who_does_more_than_a_turn_may_hold_has_a_turn(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(turns, "EVENTS_MAX", 1)

    assert [keep(shop, 100) for _ in range(PEOPLE)] == [4, 3, 2, 1, 0]
    shop.check(Tail(shop.offset))


def test_a_turn_that_breaks_off_leaves_everything_as_it_was(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep(shop, 2)
    before = rows_kept(shop)
    with monkeypatch.context() as broken:
        broken.setattr(turns, "_TURNED", (*turns._TURNED[:-1], "no such statement"))
        with pytest.raises(KeyError):
            keep(shop, 2)

    assert rows_kept(shop) == before
    assert keep(shop, 100) == 0
    shop.check(Tail(shop.offset))


def rows_kept(shop: Shop) -> list[list[tuple[object, ...]]]:
    """Give all that is kept, and who is stale."""
    names = ("session", "look", "side", "walk", "did", "stale", "rules")
    run = shop.lake._instance.execute
    return [run(f"FROM kept_{name} ORDER BY ALL").fetchall() for name in names]


def test_sessions_of_more_acts_than_are_gone_through_at_once_are_cut_alike(
    shop: Shop,
) -> None:
    """A thousand people come forty times each, for five acts; as they lie by chance."""
    run = shop.lake._instance.execute
    run("DELETE FROM kept_event; DELETE FROM kept_holding")
    run(
        "INSERT INTO kept_event SELECT i, TIMESTAMP '2026-03-01' + to_minutes("
        "(i % 200) * 10 + (i % 200) // 5 * 60), TIMESTAMP '2026-03-01', i // 200 + 1,"
        " 'track', 'Form', 'shop', NULL, 'web', false, NULL, true, NULL, NULL, NULL,"
        " NULL, '{}', NULL, NULL FROM range(200_000) AS told(i) ORDER BY hash(i)"
    )
    run(
        "INSERT INTO kept_holding SELECT i, NULL, NULL, i, 'user_id'"
        " FROM range(1, 1_001) AS held(i)"
    )
    keep(shop, 1_000)

    found = run(
        "SELECT person_id BETWEEN 1 AND 1_000, acts, until_us - since_us, count(*)"
        " FROM kept_session GROUP BY ALL"
    )

    assert found.fetchall() == [(True, 5, 40 * 60_000_000, 40_000)]
