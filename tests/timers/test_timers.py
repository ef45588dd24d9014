"""Every timer fires once, in order of (due, strand, what), also after a restart."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from habitue.backends.sqlite.state import SqliteState
from habitue.state.port import IndexSpec, StateBackend, TableSpec
from habitue.state.table import Store
from habitue.timers.timer import Timer, Waiting
from habitue.timers.timers import Timers, wants_tick


class House:
    """Timers over a store in a folder."""

    def __init__(self, backend: StateBackend) -> None:
        self.backend = backend
        self.store = Store(backend, rows_max=100, stamp="1")
        rows = self.store.table(TableSpec(name="timer", key=int, value=Waiting))
        self.rows = rows
        self.timers = Timers(rows, self.store.index(IndexSpec(name="due")))
        self.offset = self.store.open()

    def save(self) -> None:
        self.offset += 1
        self.store.begin(self.offset)
        self.backend.commit(self.store.take())
        self.store.settle()


@pytest.fixture
def timers(tmp_path: Path):
    house = House(SqliteState(tmp_path / "state.db"))
    yield house.timers
    house.store.close()


def fired(timers: Timers, now_us: int) -> list[Timer]:
    return list(timers.due(now_us))


def test_timers_fire_in_order_of_due_strand_and_what(timers: Timers) -> None:
    timers.set(2, 10, "b")
    timers.set(2, 10, "a")
    timers.set(1, 10, "z")
    timers.set(9, 5, "x")

    assert fired(timers, 10) == [(5, 9, "x"), (10, 1, "z"), (10, 2, "a"), (10, 2, "b")]


def test_a_timer_fires_once(timers: Timers) -> None:
    timers.set(1, 10, "a")
    fired(timers, 10)

    assert fired(timers, 20) == []


def test_a_timer_that_fired_is_set_no_more(timers: Timers) -> None:
    timers.set(1, 10, "a")
    fired(timers, 10)

    assert timers.when(1, "a") is None
    assert timers.drop(1) == {}


def test_a_timer_does_not_fire_before_it_is_due(timers: Timers) -> None:
    timers.set(1, 10, "a")

    assert fired(timers, 9) == []
    assert fired(timers, 10) == [(10, 1, "a")]


@pytest.mark.parametrize("due_us", [5, 15])
def test_a_timer_set_again_fires_at_its_new_time_only(
    timers: Timers, due_us: int
) -> None:
    timers.set(1, 10, "a")
    assert timers.next_due() == 10

    timers.set(1, due_us, "a")

    assert timers.next_due() == due_us
    assert fired(timers, 20) == [(due_us, 1, "a")]


def test_a_timer_set_again_for_the_same_time_fires_once(timers: Timers) -> None:
    timers.set(1, 10, "a")
    timers.set(1, 10, "a")

    assert fired(timers, 20) == [(10, 1, "a")]


def test_a_cancelled_timer_does_not_fire_and_its_neighbour_does(timers: Timers) -> None:
    timers.set(1, 10, "a")
    timers.set(1, 10, "b")

    timers.cancel(1, "a")
    timers.cancel(2, "never set")

    assert fired(timers, 10) == [(10, 1, "b")]


def test_what_a_firing_timer_sets_fires_too_if_it_is_due(timers: Timers) -> None:
    timers.set(1, 10, "a")
    found = []

    for timer in timers.due(30):
        found.append(timer.due_us)
        timers.set(1, timer.due_us + 10, "a")

    assert found == [10, 20, 30]
    assert timers.next_due() == 40


def test_a_timer_set_in_the_past_still_fires(timers: Timers) -> None:
    timers.set(1, 10, "a")
    fired(timers, 10)

    timers.set(2, 3, "b")

    assert fired(timers, 10) == [(3, 2, "b")]


def test_dropped_timers_do_not_fire_and_are_told(timers: Timers) -> None:
    timers.set(1, 10, "a")
    timers.set(1, 20, "b")
    timers.set(2, 30, "a")

    assert timers.drop(1) == {"a": 10, "b": 20}

    assert timers.next_due() == 30
    assert timers.drop(1) == {}


def test_the_next_timer_is_told(timers: Timers) -> None:
    assert timers.next_due() is None
    timers.set(1, 10, "a")
    timers.set(2, 5, "a")
    assert timers.next_due() == 5

    timers.cancel(2, "a")

    assert timers.next_due() == 10
    assert timers.when(1, "a") == 10


def test_an_erased_strand_fires_nothing(tmp_path: Path) -> None:
    house = House(SqliteState(tmp_path / "state.db"))
    house.timers.set(1, 10, "a")
    house.timers.set(2, 10, "a")

    house.rows.delete(1)

    assert fired(house.timers, 10) == [(10, 2, "a")]
    assert house.timers.next_due() is None
    house.store.close()


def test_timers_outlive_a_restart(
    new_state_backend: Callable[[], StateBackend],
) -> None:
    house = House(new_state_backend())
    for strand in range(50):
        house.timers.set(strand, strand, "a")
    fired(house.timers, 9)
    house.save()
    house.store.close()

    again = House(new_state_backend())

    assert again.timers.next_due() == 10
    assert fired(again.timers, 12) == [(10, 10, "a"), (11, 11, "a"), (12, 12, "a")]


def test_many_timers_due_at_once_all_fire(timers: Timers) -> None:
    for strand in range(3_000):
        timers.set(strand, 10, "a")

    assert [timer.strand for timer in timers.due(10)] == list(range(3_000))


@settings(max_examples=max(25, settings().max_examples // 4))
@given(
    steps=st.lists(
        st.tuples(
            st.sampled_from(["set", "set", "cancel", "fire"]),
            st.integers(0, 4),
            st.integers(0, 30),
            st.sampled_from("ab"),
        ),
        max_size=60,
    )
)
def test_timers_are_what_a_sorted_list_would_hold(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, int, int, str]]
) -> None:
    folder = tmp_path_factory.mktemp("timers")
    house = House(SqliteState(folder / "state.db"))
    model: dict[tuple[int, str], int] = {}

    for step, strand, due_us, what in steps:
        if step == "set":
            house.timers.set(strand, due_us, what)
            model[strand, what] = due_us
        elif step == "cancel":
            house.timers.cancel(strand, what)
            model.pop((strand, what), None)
        else:
            wanted = sorted((d, s, w) for (s, w), d in model.items() if d <= due_us)
            assert fired(house.timers, due_us) == wanted
            model = {key: due for key, due in model.items() if due > due_us}
        assert house.timers.next_due() == min(model.values(), default=None)
    house.store.close()


def test_a_tick_is_wanted_only_when_something_is_due_and_the_log_is_idle() -> None:
    assert wants_tick(next_due_us=50, last_us=0, now_us=100_000)
    assert not wants_tick(next_due_us=None, last_us=0, now_us=100_000)
    assert not wants_tick(next_due_us=100_001, last_us=0, now_us=100_000)
    assert not wants_tick(next_due_us=50, last_us=1, now_us=100_000)
