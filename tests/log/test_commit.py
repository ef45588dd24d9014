"""The committer: many callers, one writer, one flush, then everybody's answer."""

import asyncio
import threading
from collections.abc import Callable, Coroutine, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from habitue.backends.sqlite.truth import SqliteTruth
from habitue.base.clock import ManualClock
from habitue.base.errors import InvalidError, StorageError
from habitue.log.commit import Committer, Overloaded
from habitue.log.port import Entry
from habitue.model.outcome import Fate, Outcome
from habitue.model.record import Record

CLOCK = ManualClock(1_000_000)


class GatedTruth:
    """A real truth whose flush takes as long as the test wants."""

    def __init__(self, truth: SqliteTruth) -> None:
        self._truth = truth
        self.gate = threading.Event()
        self.gate.set()
        self.commits: list[int] = []
        self.threads: set[int] = set()
        self.error: Exception | None = None

    def commit(self, entries: Sequence[Entry], now_us: int) -> list[Outcome]:
        self.commits.append(len(entries))
        self.threads.add(threading.get_ident())
        outcomes = self._truth.commit(entries, now_us)
        self.gate.wait(10)
        if self.error is not None:
            raise self.error
        return outcomes

    def __getattr__(self, name: str) -> Any:
        return getattr(self._truth, name)


@pytest.fixture
def truth(tmp_path: Path) -> Iterator[GatedTruth]:
    truth = SqliteTruth(tmp_path / "truth.db")
    yield GatedTruth(truth)
    truth.close()


def entries(*names: str) -> list[Entry]:
    return [Entry(source="web", message_id=name, body=b"{}") for name in names]


def run(
    truth: GatedTruth,
    story: Callable[[Committer], Coroutine[Any, Any, None]],
    **settings: Any,
) -> None:
    """Tell the story with a committer that is closed at its end."""

    async def tell() -> None:
        committer = Committer(truth, CLOCK, **settings)
        try:
            await asyncio.wait_for(story(committer), 20)
        finally:
            truth.gate.set()
            await committer.close()

    asyncio.run(tell())


async def until(fact: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not fact():  # noqa: ASYNC110 the fact is another thread's
            await asyncio.sleep(0.001)


def test_each_caller_gets_its_own_outcomes_in_order(truth: GatedTruth) -> None:
    async def story(committer: Committer) -> None:
        first, second = await asyncio.gather(
            committer.append(entries("a", "b")), committer.append(entries("b", "c"))
        )

        assert [o.fate for o in first] == [Fate.STORED, Fate.STORED]
        assert [o.fate for o in second] == [Fate.DUPLICATE, Fate.STORED]

    run(truth, story)


def test_nobody_is_answered_before_the_flush_has_returned(truth: GatedTruth) -> None:
    async def story(committer: Committer) -> None:
        truth.gate.clear()
        told: list[list[Record]] = []
        committer.on_durable(told.append)
        answers = [
            asyncio.ensure_future(committer.append(entries(name))) for name in "abc"
        ]
        await until(lambda: bool(truth.commits))

        await asyncio.sleep(0.05)

        assert not any(answer.done() for answer in answers)
        assert told == []
        truth.gate.set()
        assert [(await answer)[0].offset for answer in answers] == [1, 2, 3]

    run(truth, story)


def test_callers_that_come_together_share_a_commit(truth: GatedTruth) -> None:
    async def story(committer: Committer) -> None:
        await asyncio.gather(*(committer.append(entries(f"m{n}")) for n in range(50)))

        assert truth.commits == [50]

    run(truth, story)


def test_a_full_batch_does_not_wait(truth: GatedTruth) -> None:
    async def story(committer: Committer) -> None:
        async with asyncio.timeout(5):
            await committer.append(entries("a", "b"))

    run(truth, story, items_max=2, wait_s=60.0)


def test_a_lone_item_waits_no_longer_than_it_has_to(truth: GatedTruth) -> None:
    async def story(committer: Committer) -> None:
        async with asyncio.timeout(5):
            await committer.append(entries("a"))

    run(truth, story, wait_s=0.01)


def test_a_commit_takes_no_more_items_than_allowed(truth: GatedTruth) -> None:
    async def story(committer: Committer) -> None:
        await asyncio.gather(*(committer.append(entries(f"m{n}")) for n in range(25)))

        assert truth.commits == [10, 10, 5]

    run(truth, story, items_max=10)


def test_the_next_batch_gathers_while_a_commit_is_under_way(truth: GatedTruth) -> None:
    async def story(committer: Committer) -> None:
        truth.gate.clear()
        first = asyncio.ensure_future(committer.append(entries("a")))
        await until(lambda: truth.commits == [1])
        rest = [asyncio.ensure_future(committer.append(entries(n))) for n in "bcd"]
        await asyncio.sleep(0)

        truth.gate.set()
        await asyncio.gather(first, *rest)

        assert truth.commits == [1, 3]

    run(truth, story, wait_s=0.001)


def test_who_sends_one_item_stands_behind_one_call_of_each_other_source(
    truth: GatedTruth,
) -> None:
    async def story(committer: Committer) -> None:
        truth.gate.clear()
        under_way = asyncio.ensure_future(committer.append(entries("a")))
        await until(lambda: truth.commits == [1])
        flood = [
            asyncio.ensure_future(committer.append(entries(f"{n}", f"{n}+")))
            for n in range(5)
        ]
        till = Entry(source="till", message_id="receipt", body=b"{}")
        sold = asyncio.ensure_future(committer.append([till]))
        await asyncio.sleep(0)

        truth.gate.set()
        answers = [await one for one in (under_way, *flood)]

        assert (await sold)[0].offset == 4
        offsets = [one.offset for answer in answers for one in answer]
        assert offsets == [1, 2, 3, *range(5, 13)]

    run(truth, story, items_max=2, wait_s=0.001)


def test_all_writing_is_done_by_one_thread(truth: GatedTruth) -> None:
    async def story(committer: Committer) -> None:
        for name in "abc":
            await committer.append(entries(name))
            truth.threads.add(await committer.run(threading.get_ident))

        assert len(truth.threads) == 1
        assert threading.get_ident() not in truth.threads

    run(truth, story)


def test_many_tasks_telling_the_same_items_store_each_once(truth: GatedTruth) -> None:
    async def story(committer: Committer) -> None:
        names = [f"m{n}" for n in range(40)]

        async def tell(start: int) -> list[Outcome]:
            turned = names[start:] + names[:start]
            return [(await committer.append(entries(name)))[0] for name in turned]

        outcomes = await asyncio.gather(*(tell(start) for start in range(0, 40, 5)))

        fates = [outcome.fate for each in outcomes for outcome in each]
        assert fates.count(Fate.STORED) == 40
        assert fates.count(Fate.DUPLICATE) == 280

    run(truth, story, items_max=16)


def test_durable_records_are_handed_over_in_order(truth: GatedTruth) -> None:
    async def story(committer: Committer) -> None:
        told: list[Record] = []
        committer.on_durable(told.extend)

        await committer.append(entries("a", "a", "b"))
        await committer.run(lambda: truth.define("kind", "name", b"{}", 1))
        await committer.append(entries("c"))

        assert [record.offset for record in told] == [1, 2, 3, 4]
        assert told == truth.read(0, 10)

    run(truth, story)


def test_records_are_handed_over_before_the_caller_goes_on(truth: GatedTruth) -> None:
    async def story(committer: Committer) -> None:
        told: list[Record] = []
        committer.on_durable(told.extend)

        [outcome] = await committer.append(entries("a"))

        assert told[-1].offset == outcome.offset

    run(truth, story)


def test_a_job_gives_its_result(truth: GatedTruth) -> None:
    async def story(committer: Committer) -> None:
        definition = await committer.run(lambda: truth.define("kind", "x", b"1", 5))

        assert (definition.version, definition.offset) == (1, 1)

    run(truth, story)


def test_a_job_that_fails_fails_alone(truth: GatedTruth) -> None:
    async def story(committer: Committer) -> None:
        with pytest.raises(InvalidError):
            await committer.run(lambda: truth.define("kind", "x", b"{", 5))

        assert len(await committer.append(entries("a"))) == 1

    run(truth, story)


def test_what_waits_is_bounded(truth: GatedTruth) -> None:
    async def story(committer: Committer) -> None:
        truth.gate.clear()
        waiting = asyncio.ensure_future(committer.append(entries("a", "b", "c")))
        await asyncio.sleep(0)

        with pytest.raises(Overloaded) as refusal:
            await committer.append(entries("d", "e"))

        assert refusal.value.retry_after_s >= 1
        assert committer.queued == 3
        truth.gate.set()
        await waiting
        assert committer.queued == 0
        assert len(await committer.append(entries("d", "e"))) == 2

    run(truth, story, queue_max=4)


def test_an_empty_append_needs_no_commit(truth: GatedTruth) -> None:
    async def story(committer: Committer) -> None:
        assert await committer.append([]) == []
        assert truth.commits == []

    run(truth, story)


def test_a_caller_who_went_away_leaves_the_others_unharmed(truth: GatedTruth) -> None:
    async def story(committer: Committer) -> None:
        gone = asyncio.ensure_future(committer.append(entries("a")))
        stays = asyncio.ensure_future(committer.append(entries("b")))
        await asyncio.sleep(0)

        gone.cancel()

        assert [o.offset for o in await stays] == [2]

    run(truth, story)


def test_closing_writes_what_is_queued(truth: GatedTruth) -> None:
    async def story(committer: Committer) -> None:
        waiting = asyncio.ensure_future(committer.append(entries("a")))
        await asyncio.sleep(0)

        await committer.close()

        assert [o.fate for o in await waiting] == [Fate.STORED]
        with pytest.raises(StorageError, match="closed"):
            await committer.append(entries("b"))

    run(truth, story, wait_s=60.0)


@pytest.mark.parametrize("error", [StorageError("disk full"), MemoryError("none left")])
def test_after_a_failed_write_nobody_is_acknowledged(
    truth: GatedTruth, error: Exception
) -> None:
    async def story(committer: Committer) -> None:
        truth.gate.clear()
        told: list[StorageError] = []
        committer.on_failure(told.append)
        first = asyncio.ensure_future(committer.append(entries("a")))
        await until(lambda: truth.commits == [1])
        queued = asyncio.ensure_future(committer.append(entries("b")))
        await asyncio.sleep(0)

        truth.error = error
        truth.gate.set()

        for waiting in (first, queued):
            with pytest.raises(StorageError):
                await waiting
        truth.error = None
        with pytest.raises(StorageError):
            await committer.append(entries("c"))
        with pytest.raises(StorageError):
            await committer.run(lambda: None)
        assert truth.commits == [1]
        assert len(told) == 1

    run(truth, story, wait_s=0.001)


def test_a_job_that_cannot_be_written_is_final(truth: GatedTruth) -> None:
    async def story(committer: Committer) -> None:
        def job() -> None:
            raise StorageError("disk full")

        with pytest.raises(StorageError):
            await committer.run(job)
        with pytest.raises(StorageError):
            await committer.append(entries("a"))

    run(truth, story)


def test_a_listener_that_fails_ends_acknowledging(truth: GatedTruth) -> None:
    async def story(committer: Committer) -> None:
        def listen(records: list[Record]) -> None:
            raise ValueError("cannot hear")

        committer.on_durable(listen)
        await committer.append(entries("a"))

        with pytest.raises(StorageError, match="cannot hear"):
            await committer.append(entries("b"))

    run(truth, story)
