"""The resolver's state is a function of the log, whatever it is kept in and how."""

import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from habitue.backends.sqlite.state import SqliteState
from habitue.model.kind import KindPolicy
from tests.identity.histories import LAW, Record, histories, policies
from tests.identity.live import Live, check

# What happens after each record: nothing, a snapshot, or a stop and a new start.
FATES = st.lists(st.sampled_from(("", "", "save", "stop")), min_size=32, max_size=32)


def interrupted(live: Live, history: list[Record], fates: list[str]) -> Live:
    """Follow a history, saving, and replaying from what was saved."""
    saved = live.backend.offset if hasattr(live.backend, "offset") else 0
    for at, record in enumerate(history):
        live.take(record)
        if fates[at] == "save":
            live.save(record.offset)
            saved = record.offset
        elif fates[at] == "stop":
            live.store.close()
            assert live.open() == saved
            for again in history[: at + 1]:
                if again.offset > saved:
                    live.take(again)
    return live


def dump(live: Live) -> bytes:
    return b"".join(live.store.dump())


@LAW
@given(histories(), policies(), FATES)
def test_state_is_byte_equal_with_a_tiny_cache_and_any_restarts(
    history: list[Record], policy: KindPolicy, fates: list[str]
) -> None:
    whole = Live(policy).follow(history)

    parted = interrupted(Live(policy, rows_max=2), history, fates)

    assert dump(parted) == dump(whole)
    check(parted, history)


@settings(LAW, max_examples=10)
@given(histories(), policies(), FATES)
def test_state_in_sqlite_is_the_state_in_memory(
    history: list[Record], policy: KindPolicy, fates: list[str]
) -> None:
    whole = Live(policy).follow(history)

    with tempfile.TemporaryDirectory() as folder:
        backend = SqliteState(Path(folder) / "state.db")
        parted = interrupted(Live(policy, backend, rows_max=2), history, fates)

        assert dump(parted) == dump(whole)
        check(parted, history)
        parted.store.close()
