"""Clicks of scanners are retracted by a record of its own, and forgotten as all is."""

from collections.abc import Iterator
from typing import Any

import msgspec
import pytest

from habitue.app.desks.writing import OPERATOR
from habitue.log.port import Entry
from habitue.model.event import Event
from habitue.model.evidence import Verb, Verdict
from habitue.model.record import RecordKind
from habitue.model.source import Writer
from habitue.profile.scanned import CLICKED
from tests.app.folded import NOW_US, Folded, event
from tests.app.test_forgetting import check_as_anew, forget

SECOND_US = 1_000_000


@pytest.fixture
def folded(tmp_path) -> Iterator[Folded]:
    made = Folded(tmp_path)
    yield made
    made.close()


def click(link: str, second: float, mail: str = "m", **told: Any) -> Event:
    properties = {"email_id": mail, "link_url": link, **told}
    return msgspec.structs.replace(
        event("email:anna@b.example", name=CLICKED, properties=properties),
        at_us=NOW_US + int(second * SECOND_US),
    )


def due(folded: Folded) -> list[tuple[str, Verdict]]:
    return [
        (name, msgspec.json.decode(body, type=Verdict))
        for name, body in folded.fold.scans.outbox.due(100)
    ]


def tell_on(folded: Folded) -> None:
    """Append what is due, as the leader does."""
    judge(folded, dict(due(folded)))
    assert due(folded) == []


def judge(folded: Folded, verdicts: dict[str, Verdict]) -> None:
    entries = [
        Entry(
            kind=RecordKind.JUDGEMENT,
            source=OPERATOR,
            message_id=name,
            body=msgspec.json.encode(verdict),
        )
        for name, verdict in verdicts.items()
    ]
    folded.truth.commit(entries, NOW_US)
    for record in folded.truth.read(folded.fold.offset, 100):
        folded.fold.apply(record)


def test_the_third_link_within_seconds_has_all_three_retracted(folded):
    folded.tell(click("a", 0), click("b", 2))
    assert due(folded) == []
    folded.tell(click("c", 5))

    assert [one.target.message_id for _, one in due(folded)] == ["m0", "m1", "m2"]


def test_they_may_come_in_any_order(folded):
    folded.tell(click("c", 5), click("a", 0), click("b", 2))

    assert len(due(folded)) == 3


READERS = {
    "with time between": [click("a", 0), click("b", 3), click("c", 6)],
    "one link again and again": [click("a", 0), click("a", 1), click("a", 2)],
    "of several mails": [click(one, 0, mail=one) for one in "abc"],
    "that name no mail": [click(one, 0, mail="") for one in "abc"],
    "told by a browser": [
        msgspec.structs.replace(click(one, 0), writer=Writer.PUBLIC) for one in "abc"
    ],
    "by the button of a mail program": [click(one, 0, method="POST") for one in "abc"],
}


@pytest.mark.parametrize("clicks", READERS.values(), ids=READERS)
def test_readers_clicks_stay(folded, clicks):
    folded.tell(*clicks)

    assert due(folded) == []


def test_a_fourth_click_is_judged_by_those_retracted_before(folded):
    folded.tell(click("a", 0), click("b", 2), click("c", 4))
    tell_on(folded)

    folded.tell(click("d", 5))

    assert [one.target.message_id for _, one in due(folded)] == ["m6"]


def test_who_took_a_verdict_back_is_not_contradicted(folded):
    folded.tell(click("a", 0), click("b", 2), click("c", 4))
    verdicts = [verdict for _, verdict in due(folded)]
    tell_on(folded)
    restored = msgspec.structs.replace(verdicts[0], verb=Verb.RESTORE)
    judge(folded, {"back/0": restored})

    folded.tell(click("d", 5))

    assert [one.target.message_id for _, one in due(folded)] == ["m7"]


def test_an_erasure_leaves_nothing_of_what_was_retracted(folded, tmp_path):
    told = folded.tell(
        event("email:anna@b.example", "user_id:u1", verified=True),
        event("email:jan@b.example", "user_id:u2", verified=True),
        *(click(one, 0) for one in "abc"),
    )
    tell_on(folded)
    gone = [record.offset for record, _ in told if record.offset != told[1][0].offset]

    forget(folded, *gone)

    check_as_anew(folded, tmp_path, *gone)


def test_an_erasure_of_some_keeps_the_places_of_the_others(folded, tmp_path):
    told = folded.tell(
        event("email:anna@b.example", "user_id:u1", verified=True),
        *(click(one, 0) for one in "abc"),
    )
    tell_on(folded)
    gone = [told[0][0].offset, told[2][0].offset]

    forget(folded, *gone)

    check_as_anew(folded, tmp_path, *gone)


def test_what_is_due_of_who_is_erased_is_told_of_nobody(folded, tmp_path):
    told = folded.tell(*(click(one, 0) for one in "abc"))
    gone = [record.offset for record, _ in told]

    forget(folded, *gone)

    assert due(folded) == []
    check_as_anew(folded, tmp_path, *gone)
