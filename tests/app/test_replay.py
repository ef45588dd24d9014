"""A quarantined item is stored once, and only what is stored is counted."""

import asyncio

import pytest

from habitue.app.desks.writing import Writing
from habitue.backends.sqlite.truth import SqliteTruth
from habitue.base.clock import ManualClock
from habitue.base.ids import counted_ids
from habitue.log.commit import Committer
from habitue.log.port import Entry
from habitue.model.outcome import Fate

NOW_US = 1_772_366_400_000_000
BODY = b'{"type":"track","name":"Mended","at_us":1}'


def entry(body=BODY, **more):
    return Entry(source="web", message_id="m1", body=body, **more)


@pytest.fixture
def truth(tmp_path):
    opened = SqliteTruth(tmp_path / "truth.db")
    opened.commit([entry(b"?", reason="not_an_object", detail="Mend it.")], NOW_US)
    yield opened
    opened.close()


def replay(truth, *entries, meanwhile=()):
    """Replay item 1 with each entry at once, while others send through the door."""

    async def applied(_offset, _timeout_s=1.0):
        return True

    async def run():
        clock = ManualClock(NOW_US)
        committer = Committer(truth, clock)
        writing = Writing(committer, applied, truth, clock, counted_ids("c"))
        try:
            sent = [committer.append([one]) for one in meanwhile]
            tried = [writing.replay(1, one) for one in entries]
            return (await asyncio.gather(*sent, *tried))[len(sent) :]
        finally:
            await committer.close()

    return asyncio.run(run())


def counted(truth):
    sums = {}
    for count in truth.counts(0):
        sums[count.fate] = sums.get(count.fate, 0) + count.items
    return sums


def test_replayed_many_times_at_once_an_item_is_stored_once(truth):
    mended = [entry(BODY.replace(b"Mended", b"Mended %d" % n)) for n in range(1, 9)]

    fates = [one.fate for one in replay(truth, *mended)]

    assert sorted(fates) == [Fate.DUPLICATE] * 7 + [Fate.STORED]
    assert counted(truth) == {"quarantined": 1, "stored": 1}


def test_a_crash_between_storing_and_marking_does_no_harm(truth):
    truth.commit([entry()], NOW_US)
    assert truth.quarantine_item(1).replayed_offset is None

    (outcome,) = replay(truth, entry())

    assert (outcome.fate, outcome.offset) == (Fate.DUPLICATE, 1)
    assert truth.quarantine_item(1).replayed_offset == 1
    assert counted(truth) == {"quarantined": 1, "stored": 1}


def test_a_replay_against_what_is_stored_already_makes_no_second_item(truth):
    truth.commit([entry(BODY.replace(b"Mended", b"Other"))], NOW_US)
    before = counted(truth)

    outcomes = replay(truth, entry(), entry())

    assert {(one.fate, one.reason) for one in outcomes} == {
        (Fate.QUARANTINED, "conflict")
    }
    assert counted(truth) == before
    assert len(truth.quarantined(0, 10)) == 1


def test_a_source_that_sends_the_item_meanwhile_makes_it_a_duplicate(truth):
    (outcome,) = replay(truth, entry(), meanwhile=[entry()])

    assert outcome.offset == 1
    assert len(truth.read(0, 10)) == 1
    assert len(truth.quarantined(0, 10)) == 1
