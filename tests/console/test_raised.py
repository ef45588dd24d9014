"""Whatever the core raises and a page can show is said in four languages."""

from habitue.console.refusals import REFUSALS
from tests.console.raised import FIELD, raised
from tests.console.unseen import ROOMS, SENTENCES

SAID = {FIELD.sub("{}", one) for one in REFUSALS}
UNSEEN = {one for told in SENTENCES.values() for one in told}


def is_apart(room: str) -> bool:
    return any(room.startswith(one) for rooms in ROOMS.values() for one in rooms)


def test_whatever_a_page_can_show_has_a_sentence() -> None:
    """Say it in console/refusals, or in tests/console/unseen why no page shows it."""
    known = SAID | UNSEEN
    bare = [one for one in raised() if one.form not in known and not is_apart(one.room)]

    assert bare == []


def test_what_is_said_of_no_page_is_raised_still() -> None:
    rooms = {one.room for one in raised()}
    forms = {one.form for one in raised()}
    named = [one for told in ROOMS.values() for one in told]

    assert [one for one in named if not any(r.startswith(one) for r in rooms)] == []
    assert UNSEEN - forms == set()
    assert not UNSEEN & SAID


def test_most_of_what_is_raised_is_found() -> None:
    """What is raised by a name that is put together elsewhere is seen as its source."""
    sources = [one for one in raised() if one.form.startswith("<")]

    assert len(raised()) > 500
    assert len(sources) < 30
