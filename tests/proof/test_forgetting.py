"""State after an erasure is what is computed anew from the erased log."""

import os
from random import Random

import msgspec
import pytest
from hypothesis import Phase, assume, given, settings
from msgspec.structs import replace

from habitue.app.projection.evidence import event_of, evidence_of
from habitue.app.projection.rebuild import replay
from habitue.catalog.parse import FACTS
from habitue.model.certificate import ERASURE, Certificate
from habitue.model.event import Event
from habitue.model.record import Record, RecordKind
from habitue.model.source import Source
from tests.identity.histories import policies
from tests.identity.live import MemoryState
from tests.profile.shop import LATER_US
from tests.proof.books import Book, Open, on_postgres
from tests.proof.logbook import Line, dump, goods_logs, stand
from tests.proof.test_laws import CHANCE, LAW_POSTGRES, on_sqlite

pytestmark = pytest.mark.proof("T32")

# Making a failing history smaller takes minutes: its seed is told, and is enough.
LAW = settings(
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    max_examples=2_000 if os.environ.get("HABITUE_TORTURE") else 60,
    deadline=None,
)


def ask(book: Book, chance: Random, share: float) -> tuple[int, ...]:
    """Choose records, with all that was ruled on them, and have state forget them."""
    records = [
        record
        for record in map(book.truth.get, range(1, book.truth.head() + 1))
        if record is not None and may_be_asked_for(record)
    ]
    waiting = [one.offset for one in records if chance.random() < share]
    chosen: set[int] = set()
    while waiting:
        if (offset := waiting.pop()) not in chosen:
            chosen.add(offset)
            told = evidence_of(book.truth.get(offset))
            # What was marked is no evidence, and nothing can be ruled on it.
            if told is not None:
                waiting += book.fold.identity.forgetting.rulings(told.key)
    offsets = tuple(sorted(chosen))
    asked = Certificate(
        erasure_id="e1", by="anna", reason="asked", asked_us=LATER_US, offsets=offsets
    )
    book.truth.define(ERASURE, "e1", msgspec.json.encode(asked), LATER_US)
    book.go_on([])
    return offsets


def may_be_asked_for(record: Record) -> bool:
    """Definitions are no part of this, and what is told of goods names nobody."""
    event = event_of(record)
    if event is None:
        return record.kind is RecordKind.JUDGEMENT
    return event.name not in FACTS or bool(event.marked)


def with_marks(lines: list[Line], chance: Random) -> list[Line]:
    """Mark some of the events, as robots' or the shop's own."""

    def marked(line: Line) -> Line:
        if isinstance(line, Source) or line.kind is not RecordKind.EVENT:
            return line
        event = replace(msgspec.json.decode(line.body, type=Event), marked="staff")
        return replace(line, body=msgspec.json.encode(event))

    return [marked(one) if chance.random() < 0.2 else one for one in lines]


def check_forgotten(open_books: Open, drawn, policy, chance) -> None:
    drawn = with_marks(drawn, chance)
    lines, share = drawn[: len(drawn) * 2 // 3], chance.choice((0.05, 0.2, 0.5, 0.9))
    with open_books(policy, lines) as (book,):
        offsets = ask(book, chance, share)
        assume(offsets)
        book.go_on(drawn[len(lines) :])
        told = dump(book.fold)

        book.truth.erase(offsets, "asked", LATER_US)
        book.go_on([])
        assert told == anew(book)
        assert book.truth.verify() == book.truth.head()


def anew(book: Book) -> list[bytes]:
    """Fold a book's log into a new state, and dump that."""
    state = MemoryState()
    fold = stand(book.truth, state, book.policy)
    replay(fold, book.truth, state, book.truth.head())
    return dump(fold)


@given(drawn=goods_logs(20), policy=policies(), chance=CHANCE)
@LAW
def test_state_that_forgot_is_what_the_erased_log_says(
    tmp_path_factory, drawn, policy, chance
):
    check_forgotten(on_sqlite(tmp_path_factory), drawn, policy, chance)


@pytest.mark.postgres
def test_so_it_is_on_postgresql(postgres_cluster: str, postgres_template: str):
    opening = on_postgres(postgres_cluster, postgres_template)

    @given(drawn=goods_logs(20), policy=policies(), chance=CHANCE)
    @LAW_POSTGRES
    def law(drawn, policy, chance) -> None:
        check_forgotten(opening, drawn, policy, chance)

    law()
