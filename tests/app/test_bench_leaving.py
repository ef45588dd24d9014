"""People who leave by time alone are seen to, each after their own instant."""

from habitue.app.bench import leaving
from habitue.app.bench.ground import ground
from habitue.base.clock import ManualClock, SystemClock


def test_everybody_leaves_and_the_last_is_told_of():
    with ground() as on:
        *shares, latest = leaving.measure(
            on, SystemClock(), lambda _: None, people=300, rate_per_s=600
        )

    assert "300 of 300 left, 600 instants a second; 50 segments" in latest.note
    values = [one.value for one in (*shares, latest)]
    assert values == sorted(values)
    assert values[0] > 0
    assert latest.bar == 1_000


def test_a_clock_goes_on_from_where_it_was_left():
    real = ManualClock(1_000)
    resumed = leaving.Resumed(real, 400)

    real.move(30)

    assert resumed.now_us() == 430
