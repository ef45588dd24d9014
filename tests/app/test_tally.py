"""Counts add up to all there ever were, and a look reads the last hours only."""

from habitue.app.desks.tally import Tally
from habitue.backends.sqlite.truth import SqliteTruth
from habitue.base.clock import HOUR_US, ManualClock
from habitue.log.port import Entry


def entry(n, **more):
    return Entry(source="web", message_id=f"m{n}", body=b"{}", **more)


def test_counts_over_days_add_up_to_all_items(tmp_path):
    truth = SqliteTruth(tmp_path / "truth.db")
    clock = ManualClock(1_790_000_000_000_000)
    tally = Tally(truth, clock)
    for n in range(60):
        reason = "too_big" if n % 3 == 0 else None
        truth.commit([entry(n, reason=reason)], clock.now_us())
        sums = {}
        for count in tally.counts():
            key = (count.fate, count.reason)
            sums[key] = sums.get(key, 0) + count.items
        whole = {}
        for count in truth.counts(0):
            key = (count.fate, count.reason)
            whole[key] = whole.get(key, 0) + count.items
        assert sums == whole
        clock.move(HOUR_US)

    assert len(tally.counts()) < 8
    truth.close()
