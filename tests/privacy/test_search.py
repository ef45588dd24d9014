"""What no index of identity knows is found in the log: marked, or not taken."""

import asyncio

import pytest
from msgspec.structs import replace

from habitue.model.event import Unused
from habitue.model.identifier import Identifier
from habitue.privacy.aside import Aside
from habitue.privacy.search import Search
from habitue.privacy.subject import Subject, subject_of
from tests.app.folded import Folded, event

ANNA = "email:anna@shop.example"


@pytest.fixture
def folded(tmp_path):
    opened = Folded(tmp_path)
    yield opened
    opened.close()


class Known:
    """As much of the port as a search asks for."""

    def __init__(self, folded: Folded) -> None:
        self.identity = folded.fold.identity
        self.mark = folded.fold.undone.mark


def subject(folded: Folded, named: str) -> Subject:
    identity = folded.fold.identity
    person_id = identity.find(Identifier(*named.split(":", 1)))
    finding = subject_of(identity, identity.person(person_id, 0))
    while True:
        try:
            next(finding)
        except StopIteration as end:
            return end.value


def beside(folded: Folded, named: str, after: int = 0) -> set[int]:
    found = subject(folded, named)
    search = Search(Known(folded), folded.truth)
    return set(asyncio.run(search.beside(found, found.records, after)))


def offsets(told) -> set[int]:
    return {record.offset for record, _ in told}


def unused(*who: str, reason: str = "unsigned", **fields):
    told = event(**fields)
    left = tuple(Unused(*one.split(":", 1), reason) for one in who)
    return replace(told, unused=left)


def test_what_was_marked_before_anybody_knew_them_is_found(folded):
    marked = folded.tell(event(ANNA, marked="bot"))
    folded.tell(event(ANNA, "user_id:anna", verified=True))

    assert beside(folded, ANNA) == offsets(marked)


def test_what_was_marked_under_somebody_elses_name_is_found(folded):
    folded.tell(event("user_id:bob", verified=True))
    folded.tell(event("user_id:anna", ANNA, verified=True))
    marked = folded.tell(event("user_id:bob", ANNA, marked="staff", verified=True))

    assert beside(folded, ANNA) == offsets(marked)
    assert beside(folded, "user_id:bob") == offsets(marked)


def test_what_was_told_but_not_taken_is_found_but_for_devices(folded):
    folded.tell(event(ANNA, "anonymous_id:d1", verified=True))
    told = folded.tell(unused(ANNA))
    folded.tell(unused("anonymous_id:d1", reason="staff"))

    assert beside(folded, ANNA) == offsets(told)


def test_a_marked_event_of_a_device_that_others_use_is_nobodys_alone(folded):
    folded.tell(event("user_id:anna", "anonymous_id:d1", at=1, verified=True))
    folded.tell(event("user_id:bob", "anonymous_id:d1", at=2, verified=True))
    folded.tell(event("anonymous_id:d1", at=3, marked="bot"))

    assert beside(folded, "user_id:anna") == set()


def test_a_phone_that_was_passed_on_tells_of_who_had_it_then(folded):
    phone = "phone:+447700900999"
    folded.tell(event("user_id:anna", phone, at=1, verified=True))
    folded.tell(event("user_id:bob", phone, at=9, verified=True))
    first = folded.tell(event(phone, at=2, marked="staff"))
    second = folded.tell(event(phone, at=10, marked="staff"))

    assert beside(folded, "user_id:anna") == offsets(first)
    assert beside(folded, "user_id:bob") == offsets(second)
    assert Identifier(*phone.split(":")) not in subject(folded, "user_id:anna").own


def test_what_lies_before_is_not_looked_through_again(folded):
    folded.tell(event(ANNA, verified=True), event(ANNA, marked="bot"))
    head = folded.truth.head()
    late = folded.tell(event(ANNA, marked="bot"))

    assert beside(folded, ANNA, after=head) == offsets(late)


def test_whoever_has_more_names_than_can_be_asked_for_is_found_as_well(
    folded, monkeypatch
):
    marked = folded.tell(event(ANNA, marked="bot"), event(ANNA, verified=True))[:1]
    monkeypatch.setattr("habitue.privacy.search._NAMES_MAX", 0)

    assert beside(folded, ANNA) == offsets(marked)


def test_what_a_list_can_not_hold_is_found_as_well(folded, monkeypatch):
    told = folded.tell(event(ANNA, marked="bot"), event(ANNA, verified=True))[:1]
    monkeypatch.setattr("habitue.privacy.search.Aside", _Full)

    assert beside(folded, ANNA) == offsets(told)


class _Full(Aside):
    def __init__(self, truth) -> None:
        super().__init__(truth, names_max=0)
