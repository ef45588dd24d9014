"""The stores somebody was in: however busy they are, in any order, over any strands."""

from habitue.model.event import Event
from habitue.profile.combine import combine
from habitue.profile.rows import VISITED_MAX, StrandState
from habitue.profile.strand import fold_event


def been(
    store: str, at_us: int = 1, name: str = "Beacon Entered", **more: str
) -> Event:
    told = {"store_id": store, **more}
    return Event(type="track", name=name, at_us=at_us, properties=told)


def state_of(*events: Event) -> StrandState:
    state = StrandState()
    for event in events:
        fold_event(state, event, ("app", "m", 1), 1)
    return state


def test_it_is_the_stores_that_something_was_told_from_in_them() -> None:
    state = state_of(
        been("9", 5),
        been("9", 3),
        been("7", 4, "Card Scanned"),
        been("6", 4, "Order Completed", channel="pos"),
        been("5", 4, "Store Viewed", channel="web"),
        Event(type="page", name="Page", at_us=4),
    )

    assert state.visited == {"9": 5, "7": 4, "6": 4}


def test_what_is_done_since_hides_none() -> None:
    busy = (Event(type="page", name="Page", at_us=n) for n in range(2, 1_000))

    assert state_of(been("9"), *busy).visited == {"9": 1}


def test_so_many_stores_stay_bounded_in_any_order_and_over_strands() -> None:
    flood = [been(f"s{n:04}", n + 1) for n in range(VISITED_MAX + 80)]

    forward, backward = state_of(*flood), state_of(*reversed(flood))
    over = combine(state_of(*flood[::2]), state_of(*flood[1::2], flood[0]))

    assert forward.visited == backward.visited == over.visited
    assert len(forward.visited or ()) == VISITED_MAX
    assert "visited" in (forward.warned or ())
