"""Who may look: start tokens work once and for a while, sessions for longer."""

import pytest

from habitue.base.clock import MINUTE_US, ManualClock
from habitue.base.ids import counted_ids
from habitue.console.session import SESSIONS_MAX, Guest, Sessions

pytestmark = pytest.mark.proof("T30")


def sessions(clock: ManualClock | None = None) -> Sessions:
    return Sessions(clock or ManualClock(), counted_ids("secret"))


def test_a_start_token_becomes_a_session() -> None:
    held = sessions()

    secret = held.start(held.start_token("anna", "agent"))

    assert secret is not None
    assert held.knows(secret)


def test_a_start_token_works_once() -> None:
    held = sessions()
    token = held.start_token("anna", "agent")
    held.start(token)

    assert held.start(token) is None


def test_a_start_token_expires_unused_after_15_minutes() -> None:
    clock = ManualClock()
    held = sessions(clock)
    token = held.start_token("anna", "agent")

    clock.move(15 * MINUTE_US)

    assert held.start(token) is None


def test_a_start_token_is_no_session_and_a_session_no_start_token() -> None:
    held = sessions()
    token = held.start_token("anna", "agent")

    assert not held.knows(token)
    assert held.start(held.start(token) or "") is None


def test_a_session_expires() -> None:
    clock = ManualClock()
    held = sessions(clock)
    secret = held.start(held.start_token("anna", "agent")) or ""

    for _ in range(719):
        clock.move(MINUTE_US)
        assert held.find(secret)
    clock.move(MINUTE_US)

    assert not held.knows(secret)


def test_a_session_that_nobody_uses_ends_after_half_an_hour() -> None:
    clock = ManualClock()
    held = sessions(clock)
    secret = held.start(held.start_token("anna", "agent")) or ""

    for _ in range(29):
        clock.move(MINUTE_US)
        # An open page that only follows is no use.
        assert held.knows(secret)
    clock.move(MINUTE_US)

    assert not held.knows(secret)


def test_a_session_ends_at_once_with_who_holds_it() -> None:
    out: set[str] = set()
    held = Sessions(
        ManualClock(),
        counted_ids("secret"),
        is_current=lambda guest: guest.name not in out,
    )
    secret = held.begin(Guest("anna", "agent", 1))
    assert held.knows(secret)

    out.add("anna")

    assert not held.knows(secret)


def test_neither_nothing_nor_a_guess_is_known() -> None:
    held = sessions()
    held.start(held.start_token("anna", "agent"))

    assert not held.knows("")
    assert not held.knows("secret")
    assert held.start("\udcff") is None


def test_sessions_are_bounded_and_the_oldest_goes() -> None:
    held = sessions()
    first = held.start(held.start_token("anna", "agent")) or ""

    for _ in range(SESSIONS_MAX):
        held.start(held.start_token("anna", "agent"))

    assert not held.knows(first)
