"""What a query sees, and what becomes of a copy that is not as it should be."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import msgspec
import pytest

from habitue.app.lake.keeper import write_days
from habitue.app.projection.rebuild import save
from habitue.lake.port import Found, NotAnsweredError, QueryError, Question
from habitue.log.port import Entry
from habitue.model.source import Source
from tests.app.folded import event
from tests.identity.histories import POLICY
from tests.lake.kept import EVENTS, Kept
from tests.proof.logbook import _commit


def entry(number: int, *who: str, **fields) -> Entry:
    body = msgspec.json.encode(event(*who, at=number, **fields))
    return Entry(source="web", message_id=f"m{number}", body=body)


def entries(first: int, count: int, *who: str) -> list[Entry]:
    return [entry(first + at, *who) for at in range(count)]


def run(folder: Path, does: Callable[[Kept], Awaitable[None]]) -> None:
    async def whole() -> None:
        kept = Kept(folder, POLICY)
        await does(kept)
        await kept.close()

    asyncio.run(whole())


def _holding(folder: Path, canary: str) -> list[Path]:
    """Give the files of the copy in which a text lies."""
    files = [*folder.glob("lake/*"), *folder.glob("lake.duckdb*")]
    return [path for path in files if canary.encode() in path.read_bytes()]


def test_a_query_sees_what_is_sealed_and_what_came_since_at_one_offset(
    tmp_path: Path,
) -> None:
    async def does(kept: Kept) -> None:
        kept.write(entries(0, 5, "user_id:u1"))
        kept.apply()
        await kept.rows("SELECT 1")
        await kept.copy.seal()
        kept.write(entries(5, 3, "user_id:u2"))
        kept.apply()

        found = await kept.ask("SELECT count(*) AS n FROM events")

        assert kept.copy.lake.rows == 5
        assert (found.offset, found.table.to_pylist()) == (8, [{"n": 8}])

    run(tmp_path, does)


def test_a_question_amid_which_the_copy_closes_is_broken_off(tmp_path: Path) -> None:
    async def whole() -> None:
        kept = Kept(tmp_path, POLICY)
        kept.write(entries(0, 5, "user_id:u1"))
        kept.apply()
        await kept.rows("SELECT 1")
        ages = "SELECT count(*) FROM range(10_000_000_000) WHERE range % 7 = 1"
        asked = asyncio.create_task(kept.ask(ages))
        await asyncio.sleep(0.2)

        # It would take minutes; to close under it is an error of the engine.
        await asyncio.wait_for(kept.close(), 30)

        with pytest.raises(NotAnsweredError):
            await asked

    asyncio.run(whole())


def test_who_asks_as_the_copy_closes_opens_it_no_more(tmp_path: Path) -> None:
    async def whole() -> None:
        kept = Kept(tmp_path, POLICY)
        kept.write(entries(0, 5, "user_id:u1"))
        kept.apply()
        await kept.rows("SELECT 1")
        sql = "SELECT count(*) FROM events"
        asked = [asyncio.create_task(kept.ask(sql)) for _ in range(20)]
        await asyncio.sleep(0)

        await asyncio.wait_for(kept.close(), 30)

        told = await asyncio.gather(*asked, return_exceptions=True)
        answers = {type(one) for one in told}
        assert answers <= {Found, NotAnsweredError, QueryError}
        with pytest.raises(NotAnsweredError):
            await kept.ask(sql)
        assert kept.copy.fault == ""

    asyncio.run(whole())


def test_what_comes_while_a_query_runs_is_not_in_its_answer(tmp_path: Path) -> None:
    async def does(kept: Kept) -> None:
        kept.write(entries(0, 5, "user_id:u1"))
        kept.apply()
        await kept.rows("SELECT 1")
        slow = "SELECT count(*) FROM events, range(30_000_000) WHERE range % 2 = 0"
        asked = asyncio.create_task(kept.ask(slow))
        await asyncio.sleep(0.05)
        kept.write(entries(5, 3, "user_id:u2"))
        kept.apply()
        await kept.copy.seal()
        assert not asked.done()

        found = await asked

        assert found.offset == 5
        assert found.table.to_pydict()["count_star()"] == [5 * 15_000_000]

    run(tmp_path, does)


def test_a_copy_of_another_log_is_made_anew(tmp_path: Path) -> None:
    async def other(kept: Kept) -> None:
        kept.write(entries(0, 5, "user_id:u1"))
        kept.apply()
        await kept.rows("SELECT 1")

    async def does(kept: Kept) -> None:
        kept.write([entry(at, "user_id:u2", name="Other") for at in range(100, 107)])
        kept.apply()

        assert await kept.rows("SELECT DISTINCT name FROM events") == [("Other",)]

    run(tmp_path / "one", other)
    (tmp_path / "two").mkdir()
    (tmp_path / "one" / "lake.duckdb").rename(tmp_path / "two" / "lake.duckdb")
    run(tmp_path / "two", does)


def test_a_file_that_is_no_copy_is_made_anew(tmp_path: Path) -> None:
    async def does(kept: Kept) -> None:
        kept.write(entries(0, 5, "user_id:u1"))
        kept.apply()

        assert await kept.rows(EVENTS) == kept.events()

    (tmp_path / "lake.duckdb").write_bytes(b"neither fish nor fowl" * 1000)
    run(tmp_path, does)


def test_a_copy_that_can_not_be_written_is_given_up_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def does(kept: Kept) -> None:
        kept.write(entries(0, 5, "user_id:u1"))
        kept.apply()
        await kept.rows("SELECT 1")
        # As when the disk goes away beneath it.
        kept.copy.lake.close()
        kept.write(entries(5, 5, "user_id:u1"))
        kept.apply()

        await kept.copy.sealing.pay()

        with pytest.raises(NotAnsweredError, match="made anew at the next start"):
            await kept.copy.ask(Question(sql="SELECT 1"))

    run(tmp_path, does)


def test_too_many_rows_for_memory_are_read_from_the_log_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("habitue.app.lake.copy.ROWS_MAX", 10)

    async def does(kept: Kept) -> None:
        kept.write(entries(0, 5, "user_id:u1"))
        kept.apply()
        await kept.rows("SELECT 1")
        kept.write(entries(5, 50, "user_id:u1"))
        kept.apply()
        assert not kept.copy.is_ready

        await kept.check()

    run(tmp_path, does)


def test_an_erased_record_leaves_no_byte_in_the_copy_or_its_days(
    tmp_path: Path,
) -> None:
    canary = "canary3141592"

    async def does(kept: Kept) -> None:
        told = {"type": "track", "name": "Viewed", "properties": {"sku": canary}}
        kept.write([entry(1, "user_id:u1", **told), *entries(2, 5, "user_id:u2")])
        kept.apply()
        await kept.rows("SELECT 1")
        await kept.copy.seal()
        await write_days(kept.copy, before="9999-01-01")
        lake = tmp_path / "lake"
        assert min(path.name for path in lake.iterdir()).startswith("events-")

        kept.truth.erase([1], "asked for", 9 * 10**15)
        kept.apply()
        await kept.copy.seal()
        await kept.copy.cleaning.settle()

        assert await kept.rows(EVENTS) == kept.events()
        await write_days(kept.copy, before="9999-01-01")
        assert _holding(tmp_path, canary) == []

    run(tmp_path, does)


def test_forgetting_strands_leaves_no_byte_of_them(tmp_path: Path) -> None:
    canary = "canary2718281"

    async def does(kept: Kept) -> None:
        told = {"type": "track", "name": "Viewed", "properties": {"sku": canary}}
        kept.write([entry(1, "user_id:u1", **told), *entries(2, 5, "user_id:u2")])
        kept.apply()
        await kept.rows("SELECT 1")
        await kept.copy.seal()
        (strand,) = [strand for at, strand in kept.events() if at == 1]

        await kept.copy.cleaning.forget([strand], [])

        assert [at for at, _ in await kept.rows(EVENTS)] == [2, 3, 4, 5, 6]
        assert _holding(tmp_path, canary) == []

    run(tmp_path, does)


def test_a_source_of_another_rank_has_all_people_read_again(tmp_path: Path) -> None:
    city = "SELECT text FROM facts WHERE name = 'trait.city'"

    async def does(kept: Kept) -> None:
        for name, priority in (("web", 100), ("crm", 10)):
            _rank(kept, name, priority)
        kept.write([entry(1, "user_id:u1", traits={"city": "Oslo"})])
        told = entry(2, "user_id:u1", traits={"city": "Rome"})
        kept.write([msgspec.structs.replace(told, source="crm")])
        kept.apply()
        before = await kept.rows(city)

        _rank(kept, "crm", 1_000)
        kept.apply()

        assert (before, await kept.rows(city)) == ([("Rome",)], [("Oslo",)])
        await kept.check()

    run(tmp_path, does)


def _rank(kept: Kept, name: str, priority: int) -> None:
    body = msgspec.json.encode(Source(name=name, priority=priority))
    kept.truth.define("source", name, body, 9 * 10**15)


def test_a_copy_that_was_never_whole_is_not_taken_for_one(tmp_path: Path) -> None:
    async def does(kept: Kept) -> None:
        kept.write(entries(0, 5, "user_id:u1"))
        kept.apply()
        await kept.save()
        await kept.copy.opening.open_file()
        # As after a kill between the events that were read and the people.
        await kept.copy.opening._read_on()
        await kept.copy.seal()
        await kept.crash()

        await kept.check()

    run(tmp_path, does)


def test_who_is_erased_before_the_copy_is_whole_leaves_no_byte(tmp_path: Path) -> None:
    canary = "canary1414213"

    async def does(kept: Kept) -> None:
        told = {"traits": {"city": canary}}
        kept.write([entry(1, "user_id:u1", **told), *entries(2, 5, "user_id:u2")])
        kept.apply()
        await kept.rows("SELECT 1")
        await kept.copy.seal()
        kept.copy.read_people_again()
        assert _holding(tmp_path, canary)

        await kept.copy.cleaning.forget([], [1])

        assert _holding(tmp_path, canary) == []

    run(tmp_path, does)


def test_the_days_are_read_by_others(tmp_path: Path) -> None:
    import pyarrow.parquet as pq

    async def does(kept: Kept) -> None:
        _commit(kept.truth, entries(0, 5, "user_id:u1"), 1_772_366_400_000_000)
        kept.apply()
        await kept.rows("SELECT 1")
        await kept.copy.seal()

        days = await write_days(kept.copy, before="2026-03-02")

        assert days == ["2026-03-01"]
        assert await write_days(kept.copy, before="2026-03-02") == []
        events = pq.read_table(tmp_path / "lake" / "events-2026-03-01.parquet")
        holding = pq.read_table(tmp_path / "lake" / "holding.parquet")
        assert events.num_rows == 5
        assert set(events["strand"].to_pylist()) == set(holding["strand"].to_pylist())

    run(tmp_path, does)


def _busy(kept: Kept) -> None:
    """Have seals put the names of people by, as while very much comes."""
    kept.busy_rows = kept.copy.sealing.busy_rows = -1


CITY = "SELECT text FROM facts WHERE name = 'trait.city'"


def test_while_much_comes_nobody_is_read_until_somebody_asks(tmp_path: Path) -> None:
    async def does(kept: Kept) -> None:
        await kept.rows("SELECT 1")
        _busy(kept)
        kept.write([entry(1, "user_id:u1", traits={"city": "Oslo"})])
        kept.apply()
        await kept.copy.seal()
        assert kept.copy.lake.rows == 1
        assert kept.copy.notes.pending == len(kept.copy.lake.owed()) > 0

        assert await kept.rows(CITY) == [("Oslo",)]

        assert kept.copy.notes.pending == 0
        await kept.copy.seal()
        assert not kept.copy.lake.owed()

    run(tmp_path, does)


def test_a_seal_of_little_right_after_much_reads_nobody_either(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("habitue.app.lake.sealing.BUSY_S", 1e9)

    async def does(kept: Kept) -> None:
        await kept.rows("SELECT 1")
        kept.busy_rows = kept.copy.sealing.busy_rows = 3
        for count in (5, 1):
            start = kept.truth.head()
            told = entries(start, count, "user_id:u1")
            _commit(kept.truth, told, 1_772_366_400_000_000)
            kept.apply()
            await kept.copy.seal()

            assert kept.copy.notes.pending > 0

    run(tmp_path, does)


def test_whose_names_were_put_by_is_read_after_a_crash(tmp_path: Path) -> None:
    async def does(kept: Kept) -> None:
        await kept.rows("SELECT 1")
        _busy(kept)
        kept.write([entry(1, "user_id:u1", traits={"city": "Oslo"})])
        kept.apply()
        await kept.copy.seal()
        await kept.save()
        await kept.crash()

        assert await kept.rows(CITY) == [("Oslo",)]
        await kept.check()

    run(tmp_path, does)


def test_where_very_many_have_changed_they_are_read_though_much_comes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("habitue.app.lake.sealing.OWED_MAX", 3)

    async def does(kept: Kept) -> None:
        await kept.rows("SELECT 1")
        _busy(kept)
        kept.write([entry(at, f"user_id:u{at}") for at in range(9)])
        kept.apply()
        await kept.copy.seal()

        assert kept.copy.notes.pending == 0

    run(tmp_path, does)


def test_what_was_known_of_who_is_erased_goes_with_the_next_seal_though_much_comes(
    tmp_path: Path,
) -> None:
    canary = "canary1618033"

    async def does(kept: Kept) -> None:
        kept.write([entry(1, "user_id:u1", traits={"city": canary})])
        kept.apply()
        assert await kept.rows(CITY) == [(canary,)]
        await kept.copy.seal()
        _busy(kept)
        kept.write([entry(2, "user_id:u1", traits={"city": "Oslo"})])
        kept.apply()
        await kept.copy.seal()

        kept.truth.erase([1], "asked for", 9 * 10**15)
        kept.apply()
        await kept.copy.seal()
        await kept.copy.cleaning.settle()

        assert _holding(tmp_path, canary) == []

    run(tmp_path, does)


async def _behind(kept: Kept) -> None:
    """Have the copy stay behind what the projector applies."""
    kept.write([entry(1, "user_id:u1", traits={"city": "Rome"})])
    kept.apply()
    await kept.rows("SELECT 1")
    kept.is_late = True
    kept.write([entry(2, "user_id:u1", traits={"city": "Oslo"})])
    kept.apply()


def test_while_the_loop_is_busy_the_copy_stays_behind_until_asked(
    tmp_path: Path,
) -> None:
    async def does(kept: Kept) -> None:
        await _behind(kept)
        assert (kept.copy.live, kept.copy.offset) == (False, 1)
        kept.write(entries(3, 50, "user_id:u2"))
        kept.apply()
        assert (kept.copy.live, kept.copy.offset, kept.copy.tail.rows) == (False, 1, 0)

        assert await kept.rows(CITY) == [("Oslo",)]

        await kept.check()

    run(tmp_path, does)


def test_while_somebody_waits_the_copy_does_not_stay_behind(tmp_path: Path) -> None:
    async def does(kept: Kept) -> None:
        await _behind(kept)
        await kept.rows("SELECT 1")
        with kept.copy.opening.resting.waited_for():
            kept.write(entries(3, 5, "user_id:u2"))
            kept.apply()
            assert kept.copy.live

    run(tmp_path, does)


def test_a_copy_that_stays_behind_catches_up_though_nobody_asks(
    tmp_path: Path,
) -> None:
    async def does(kept: Kept) -> None:
        await _behind(kept)

        await asyncio.wait_for(kept.copy.ready.wait(), 5)

        assert kept.copy.offset == 2

    run(tmp_path, does)


def test_who_changed_while_the_copy_was_behind_is_known_after_a_crash(
    tmp_path: Path,
) -> None:
    async def does(kept: Kept) -> None:
        await _behind(kept)
        kept.copy.opening.task.cancel()
        await kept.copy.seal()
        assert (kept.copy.lake.offset, kept.copy.lake.noted) == (1, 2)
        await kept.save()
        await kept.crash()

        await kept.copy.opening.open_file()

        # Not all people are read again: it has the name of the one.
        assert kept.copy.whole
        assert kept.copy.notes.pending
        assert await kept.rows(CITY) == [("Oslo",)]
        await kept.check()

    run(tmp_path, does)


def test_of_very_many_who_change_while_it_is_behind_no_names_are_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("habitue.app.lake.copy.NOTES_MAX", 10)
    monkeypatch.setattr("habitue.app.lake.copy.LOOK_RECORDS", 16)

    async def does(kept: Kept) -> None:
        await _behind(kept)
        kept.write([entry(at, f"user_id:u{at}") for at in range(3, 60)])
        kept.apply()
        assert kept.copy.notes.pending == 0
        assert not kept.copy.whole

        await kept.check()

    run(tmp_path, does)


def test_a_copy_whose_people_are_to_be_read_is_not_whole_after_a_restart(
    tmp_path: Path,
) -> None:
    async def does(kept: Kept) -> None:
        kept.write([entry(1, "user_id:u1", traits={"city": "Rome"})])
        kept.apply()
        await kept.rows("SELECT 1")
        kept.copy.read_people_again()
        kept.write([entry(2, "user_id:u1", traits={"city": "Oslo"})])
        kept.apply()
        await kept.copy.seal()
        save(kept.fold, kept.state)
        await kept.crash()

        assert await kept.rows(CITY) == [("Oslo",)]

    run(tmp_path, does)
