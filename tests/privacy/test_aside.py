"""Of who is named aside there is one list, which is read on as the log grows."""

import pytest
from msgspec.structs import replace

from habitue.model.event import Unused
from habitue.model.identifier import Identifier
from habitue.privacy.aside import Aside
from tests.app.folded import Folded, event

ANNA = Identifier("email", "anna@shop.example")
TOLD = "email:anna@shop.example"


@pytest.fixture
def folded(tmp_path):
    opened = Folded(tmp_path)
    yield opened
    opened.close()


def test_what_is_evidence_is_not_in_it(folded):
    folded.tell(event(TOLD), event(TOLD, marked="bot"))
    left = replace(event("user_id:u1"), unused=(Unused(*TOLD.split(":", 1), "staff"),))
    folded.tell(left)

    aside = Aside(folded.truth)

    assert aside.naming([ANNA], 0) == ({2, 3}, 3)
    assert aside.naming([Identifier("user_id", "u1")], 0) == (set(), 3)


def test_it_is_read_on_from_where_it_ended(folded, monkeypatch):
    folded.tell(event(TOLD, marked="bot"))
    aside = Aside(folded.truth)
    aside.naming([ANNA], 0)
    looked = []
    holding = folded.truth.holding

    def hold(texts, after, until):
        looked.append((after, until))
        return holding(texts, after, until)

    monkeypatch.setattr(folded.truth, "holding", hold)
    folded.tell(event(TOLD, marked="bot"))

    assert aside.naming([ANNA], 0) == ({1, 2}, 2)
    assert aside.naming([ANNA], 1) == ({2}, 2)
    assert looked == [(1, 2)]


def test_where_it_is_full_it_says_how_far_it_goes(folded):
    folded.tell(event(TOLD, marked="bot"))
    aside = Aside(folded.truth, names_max=1)
    aside.naming([ANNA], 0)
    folded.tell(event(TOLD, marked="bot"))

    assert aside.naming([ANNA], 0) == ({1}, 1)
