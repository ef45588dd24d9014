"""The incremental resolver is the definition, after every record."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from habitue.model.evidence import Evidence, Judgement, Key
from habitue.model.identifier import Identifier, birth
from habitue.model.kind import KindPolicy
from tests.identity.histories import LAW, Log, Record, histories, one, policies
from tests.identity.live import Live, check

pytestmark = pytest.mark.proof("T18")


def in_order(history: list[Record]) -> list[Record]:
    """Let a history come in as it happened: what the fast path is for."""
    times = sorted(record.at_us for record in history)
    return [
        replace(record, at_us=at_us)
        for record, at_us in zip(history, times, strict=True)
    ]


def told_by_the_shop(history: list[Record]) -> list[Record]:
    return [
        replace(record, verified=True) if isinstance(record, Evidence) else record
        for record in history
    ]


@LAW
@given(histories(), policies())
def test_what_the_resolver_says_at_the_end_is_the_definition(
    history: list[Record], policy: KindPolicy
) -> None:
    live = Live(policy).follow(history)

    check(live, history)


@LAW
@given(histories(), policies(), st.booleans())
def test_what_comes_in_order_is_resolved_as_the_definition_says(
    history: list[Record], policy: KindPolicy, known: bool
) -> None:
    history = in_order(told_by_the_shop(history) if known else history)

    live = Live(policy).follow(history)

    check(live, history)


@LAW
@given(histories(size=14), policies())
def test_what_the_resolver_says_after_every_record_is_the_definition(
    history: list[Record], policy: KindPolicy
) -> None:
    live = Live(policy)

    for at, record in enumerate(history):
        live.take(record)
        check(live, history[: at + 1])


def test_an_item_is_void_that_was_retracted_before_it_came() -> None:
    log = Log()
    log.retract(1, Key("shop", "m2"))
    log.told(2, "user_id:u1", "email:e1")

    live = Live(log.policy).follow(log.records)

    assert live.resolver.people() == []
    check(live, log.records)


def test_a_retracted_item_still_gives_its_birth() -> None:
    log = Log()
    first = log.told(1, "user_id:u1")
    log.told(2, "user_id:u1")
    born = Live(log.policy).follow(log.records).resolver.find(one("user_id:u1"))
    log.retract(3, first)

    live = Live(log.policy).follow(log.records)

    assert live.resolver.find(one("user_id:u1")) == born
    check(live, log.records)


def test_a_retracted_item_still_gives_the_birth_of_a_span() -> None:
    log = Log()
    log.told(1, "user_id:u1", "phone:p1")
    first = log.told(9, "phone:p1")
    log.told(5, "user_id:u2", "phone:p1")
    log.retract(10, first)

    live = Live(log.policy).follow(log.records)

    assert live.resolver.find(one("user_id:u2")) == birth(2, 0)
    check(live, log.records)


def test_an_item_retracted_before_it_came_gives_the_birth_of_a_stretch() -> None:
    log = Log()
    log.claimed(1, "user_id:u1", "anonymous_id:a1", ends=True)
    log.retract(2, Key("web", "m3"))
    log.claimed(3, "anonymous_id:a1")
    log.claimed(4, "anonymous_id:a1")

    live = Live(log.policy).follow(log.records)

    assert birth(3, 0) in live.resolver.people()
    check(live, log.records)


def test_of_two_rulings_on_an_item_the_later_holds_though_it_came_first() -> None:
    log = Log()
    told = log.told(1, "user_id:u1")
    log.restore(5, told)
    log.retract(3, told)

    live = Live(log.policy).follow(log.records)

    assert live.resolver.find(one("user_id:u1")) is not None
    check(live, log.records)


def test_the_order_of_arrival_does_not_decide_whose_a_phone_was() -> None:
    log = Log()
    log.told(8, "user_id:u2", "phone:p1")
    log.told(4, "user_id:u1", "phone:p1")
    before = log.told(6, "phone:p1")

    live = Live(log.policy).follow(log.records)

    owner = live.resolver.person_of(live.strands()[before])
    assert owner == live.resolver.find(one("user_id:u1"))
    check(live, log.records)


def test_a_boundary_that_moves_says_what_to_fold_again() -> None:
    log = Log()
    log.told(2, "user_id:u1", "phone:p1")
    log.told(6, "phone:p1")
    live = Live(log.policy).follow(log.records)
    log.told(5, "user_id:u2", "phone:p1")

    placed = live.take(log.records[-1])

    assert placed.refold == (live.resolver.number(one("phone:p1")),)
    check(live, log.records)


def test_a_tenure_that_vanishes_leaves_no_strand_behind() -> None:
    log = Log()
    log.told(2, "user_id:u1", "phone:p1")
    moved = log.told(5, "user_id:u2", "phone:p1")
    later = log.told(6, "phone:p1")
    live = Live(log.policy).follow(log.records)
    strand = live.strands()[later]
    log.retract(7, moved)

    placed = live.take(log.records[-1])

    assert placed.gone == (strand,)
    check(live, log.records)


def no_log(offset: int) -> Evidence | Judgement | None:
    raise AssertionError(f"record {offset} was read again")


def visits(count: int, names: tuple[Identifier, ...], start: int) -> list[Record]:
    return [
        Evidence(
            key=Key("shop", f"m{at}"),
            offset=at,
            at_us=at,
            verified=True,
            identifiers=names,
        )
        for at in range(start, start + count)
    ]


def test_an_item_in_order_reads_nothing_of_a_long_history_again(
    monkeypatch: Any,
) -> None:
    names = (one("user_id:u1"), one("email:e1"), one("anonymous_id:a1"))
    live = Live(Log().policy).follow(visits(300, names, 1))
    spans: list[int] = []
    book = live.resolver._book
    monkeypatch.setattr(book.recent, "_evidence_at", no_log)
    book.recent.forget()
    monkeypatch.setattr(book.items, "span", lambda part, **_: spans.append(part))

    for record in visits(20, names, 400):
        assert isinstance(record, Evidence)
        assert live.resolver.observe(record).refold == ()

    assert spans == []


def test_a_person_of_many_cards_takes_another_without_being_resolved_again(
    monkeypatch: Any,
) -> None:
    live = Live(Log().policy)
    cards = [Identifier("loyalty_card", f"l{at}") for at in range(200)]
    for at, card in enumerate(cards):
        live.follow(visits(1, (one("user_id:u1"), card), at + 1))
    monkeypatch.setattr(live.resolver._parts.uniting, "rerun", None)

    new = Identifier("loyalty_card", "new")
    live.follow(visits(1, (one("user_id:u1"), new), 500))

    assert live.resolver.find(new) == live.resolver.find(one("user_id:u1"))


def test_a_flood_of_claims_is_refused_without_resolving_all_again(
    monkeypatch: Any,
) -> None:
    log = Log()
    log.told(1, "email:e1")
    for at in range(130):
        log.claimed(2 + at, f"user_id:v{at}", "email:e1")
    live = Live(log.policy).follow(log.records[:3])
    monkeypatch.setattr(live.resolver._parts.uniting, "rerun", None)

    live.follow(log.records[3:])

    check(live, log.records)


def test_what_comes_a_little_late_reads_nothing_of_a_long_history_again(
    monkeypatch: Any,
) -> None:
    names = (one("user_id:u1"), one("email:e1"), one("anonymous_id:a1"))
    live = Live(Log().policy).follow(visits(50, names, 100))
    monkeypatch.setattr(live.resolver._book.recent, "_evidence_at", no_log)
    live.resolver._book.recent.forget()

    for record in visits(5, names, 1_000):
        assert isinstance(record, Evidence)
        late = replace(record, at_us=record.at_us - 930)
        assert live.resolver.observe(late).refold == ()
