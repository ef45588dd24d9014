"""Saved views: whose they are, who sees them, whom they show."""

import asyncio
from collections.abc import Sequence
from typing import Any

import msgspec
import pytest

from habitue.access.permission import Permission, Role, may
from habitue.app.desks.view_desk import NAME_CHARS_MAX, VIEWS_MAX, ViewDesk
from habitue.app.privacy.definitions import _WITHOUT, Whom
from habitue.base.errors import (
    ConflictError,
    HabitueError,
    InvalidError,
    NotFoundError,
)
from habitue.base.ids import counted_ids
from habitue.model.identifier import Identifier
from habitue.model.view import VIEW, SavedView
from habitue.profile.names import folded
from tests.console.fake import MemoryDefinitions

View = dict[str, Any]
run = asyncio.run


class Writing(MemoryDefinitions):
    """Definitions in memory, and ids that count."""

    def __init__(self) -> None:
        super().__init__()
        self.new_id = counted_ids("v")


class Search:
    """Everybody who is called so, of three."""

    names = {1: "Anna Nowak", 2: "Jan Nowak", 3: "Ewa Lis"}

    def search(self, text: str, sees: object = None) -> list[View]:
        return [self._found(one) for one, name in self.names.items() if text in name]

    async def people(self, ids: Sequence[int]) -> list[View]:
        return [self._found(one) for one in ids]

    def _found(self, person_id: int) -> View:
        return {"person_id": person_id, "name": self.names[person_id]}


class Segments:
    """One segment, of the second and the third."""

    def get(self, segment_id: str) -> View:
        if segment_id != "vip":
            raise NotFoundError(f"There is no segment '{segment_id}'.")
        return {"id": segment_id}

    async def page(
        self, segment_id: str, after: int, limit: int, *, named: bool
    ) -> tuple[list[View], int | None]:
        return [{"person_id": 2}, {"person_id": 3}], None

    async def holds(self, segment_id: str, person_id: int) -> bool:
        return person_id in {2, 3}


class Member:
    """Somebody of the team."""

    def __init__(self, name: str, role: Role = Role.MARKETER) -> None:
        self.name = name
        self._role = role
        self.sees = None

    def may(self, permission: Permission) -> bool:
        return may(self._role, permission)


ANNA, PIOTR = Member("anna"), Member("piotr")
AGENT, CHIEF = Member("adam", Role.AGENT), Member("olga", Role.ADMINISTRATOR)


@pytest.fixture
def desk() -> ViewDesk:
    return ViewDesk(Writing(), Search(), Segments())  # type: ignore[arg-type]


def names(views: Sequence[View]) -> list[str]:
    return [one["name"] for one in views]


def test_ones_own_views_are_nobody_elses_and_shared_ones_are_the_teams(
    desk: ViewDesk,
) -> None:
    own = run(desk.add(ANNA, {"name": "Nowaks", "text": "Nowak"}))
    run(desk.add(ANNA, {"name": "The best", "segment": "vip", "shared": True}))

    assert names(desk.list(ANNA)) == ["Nowaks", "The best"]
    assert names(desk.list(PIOTR)) == ["The best"]
    # Not even that there is one is told.
    with pytest.raises(NotFoundError):
        desk.get(PIOTR, own["id"])
    with pytest.raises(NotFoundError):
        run(desk.people(CHIEF, own["id"]))
    with pytest.raises(NotFoundError):
        run(desk.remove(CHIEF, own["id"]))


def test_a_view_shows_who_is_called_so_and_in_the_segment(
    desk: ViewDesk,
) -> None:
    wanted = {"called": {"text": "Nowak"}, "in": {"segment": "vip"}}
    wanted["both"] = {**wanted["called"], **wanted["in"]}
    found = {}
    for name, told in wanted.items():
        made = run(desk.add(ANNA, {"name": name, **told}))
        people = run(desk.people(ANNA, made["id"]))
        found[name] = [one["person_id"] for one in people]

    assert found == {"called": [1, 2], "in": [2, 3], "both": [2]}


def test_who_keeps_a_view_alone_changes_it_or_an_administrator(
    desk: ViewDesk,
) -> None:
    made = run(desk.add(ANNA, {"name": "Best", "segment": "vip", "shared": True}))
    with pytest.raises(InvalidError, match="kept by anna"):
        run(desk.change(PIOTR, made["id"], {"name": "Mine"}))
    with pytest.raises(InvalidError, match="kept by anna"):
        run(desk.remove(PIOTR, made["id"]))

    told = run(desk.change(ANNA, made["id"], {"name": "  The  best "}))
    assert (told["name"], told["segment"], told["shared"]) == ("The best", "vip", True)
    run(desk.change(CHIEF, made["id"], {"shared": False}))
    assert desk.list(PIOTR) == []
    assert desk.list(ANNA)[0]["owner"] == "anna"
    run(desk.remove(ANNA, made["id"]))
    assert desk.list(ANNA) == []
    with pytest.raises(NotFoundError):
        desk.get(ANNA, made["id"])


def test_who_does_not_see_segments_does_not_look_through_one(
    desk: ViewDesk,
) -> None:
    made = run(desk.add(ANNA, {"name": "Best", "segment": "vip", "shared": True}))

    assert desk.list(AGENT) == []
    with pytest.raises(NotFoundError):
        run(desk.people(AGENT, made["id"]))
    with pytest.raises(InvalidError, match="role"):
        run(desk.find(AGENT, "Nowak", "vip"))
    with pytest.raises(InvalidError, match="role"):
        run(desk.add(AGENT, {"name": "Best", "segment": "vip"}))


@pytest.mark.parametrize(
    ("wanted", "fault"),
    [
        ({"name": "Nothing"}, InvalidError),
        ({"name": "", "text": "Nowak"}, InvalidError),
        ({"name": "x" * (NAME_CHARS_MAX + 1), "text": "Nowak"}, InvalidError),
        ({"name": "Long", "text": "x" * 201}, InvalidError),
        ({"name": "Gone", "segment": "nobody"}, InvalidError),
        ({"name": "Kept", "text": "Lis"}, ConflictError),
    ],
)
def test_what_can_be_no_view_is_refused_with_the_reason(
    desk: ViewDesk, wanted: View, fault: type[HabitueError]
) -> None:
    run(desk.add(ANNA, {"name": "Kept", "text": "Nowak"}))

    with pytest.raises(fault):
        run(desk.add(ANNA, wanted))

    assert names(desk.list(ANNA)) == ["Kept"]


def test_two_may_keep_views_of_one_name_and_one_so_many(desk: ViewDesk) -> None:
    for number in range(VIEWS_MAX):
        run(desk.add(ANNA, {"name": f"no {number}", "text": "Nowak"}))
    with pytest.raises(InvalidError, match="50"):
        run(desk.add(ANNA, {"name": "one more", "text": "Nowak"}))

    run(desk.add(PIOTR, {"name": "no 1", "text": "Nowak"}))

    assert names(desk.list(PIOTR)) == ["no 1"]


@pytest.mark.parametrize(
    ("text", "gone"),
    [
        ("anna@example.com", True),
        ("email:Anna@Example.com", True),
        ("600 700 800", True),
        ("Nowak", False),
        # By name: in any spelling, by two words of it, or where nobody else is found.
        ("kowalska anna", True),
        ("Анна Ковальская", True),
        ("ann kow", True),
        ("anna", False),
        ("Kowalska", True),
        ("anna nowak", False),
        ("VIP Anna Kowalska", True),
        ("joanna@example.com", False),
    ],
)
def test_a_view_that_looks_for_who_is_erased_is_taken_out(
    text: str, *, gone: bool
) -> None:
    whom = Whom(
        own=(
            Identifier("email", "anna@example.com"),
            Identifier("phone", "+48600700800"),
        ),
        called=folded("Anna Kowalska"),
        finds_alone=lambda text: text == "Kowalska",
    )
    body = msgspec.json.encode(SavedView(name="x", owner="anna", text=text))

    told = _WITHOUT[VIEW](body, whom)

    assert told == (b"null" if gone else body)
    assert _WITHOUT[VIEW](b"null", whom) == b"null"
