"""What a role may not know is in no place of what it reads."""

import json

import pytest

from habitue.access.masking import Mask, hidden, mask_of
from habitue.access.permission import OPERATOR_ROLES, Permission, Role, may
from habitue.app.segments.view import clause_view
from habitue.segment.condition import HasTrait
from habitue.segment.facts import Facts
from habitue.segment.why import explain
from tests.console.fake import event, person

CONTACTS = Mask(contacts=True, names=False)
ALL = Mask(contacts=True, names=True)
SECRETS = ("anna@example.com", "+447700900123", "600700800", "Nowak", "Rynek 7")


class Seer:
    def __init__(self, role: Role) -> None:
        self._role = role
        self.sees = None

    def may(self, permission: Permission) -> bool:
        return may(self._role, permission)


def anna() -> dict:
    told = person(name="Anna Nowak", refused=[], refused_total=0)
    traits = {
        "email": {"value": "anna@example.com", "source": "crm", "others": [
            {"value": "anna@example.com", "source": "web"}]},
        "mobilePhone": {"value": "600700800", "source": "crm"},
        "lastName": {"value": "Nowak", "source": "crm"},
        "address": {"value": {"street": "Rynek 7", "city": "Kraków"}, "source": "crm"},
        "note": {"value": "anna@example.com or +447700900123", "source": "crm"},
        "city": {"value": "Kraków", "source": "crm"},
    }  # fmt: skip
    sentence = "email:anna@example.com with phone:+447700900123"
    return {**told, "traits": traits, "joined": [{"sentence": sentence}]}


def test_nothing_that_tells_who_she_is_is_left_for_who_may_not_know() -> None:
    told = json.dumps(ALL.view(anna()), ensure_ascii=False)

    for secret in SECRETS:
        assert secret not in told
    assert "Kraków" in told


def test_who_may_know_names_does_not_see_how_to_reach_her() -> None:
    told = json.dumps(CONTACTS.view(anna()), ensure_ascii=False)

    assert "Anna Nowak" in told
    for secret in SECRETS[:3]:
        assert secret not in told


def test_an_event_hides_what_it_was_told() -> None:
    told = event(
        1,
        traits={"first_name": "Anna", "phone": "600 700 800", "vip": True},
        properties={
            "name": "Cake stand",
            "customerEmail": "anna@example.com",
            "delivery": {"comment": "call +48 600 700 800"},
        },
        summary="anna@example.com",
        person="Anna Nowak",
    )

    seen = json.dumps(ALL.view(told), ensure_ascii=False)

    for secret in ("Anna", "anna@example.com", "600 700 800"):
        assert secret not in seen
    assert "Cake stand" in seen


def test_what_happened_is_no_name_of_whom_it_happened_to() -> None:
    told = event(1, person="Anna Nowak", person_id=7)

    seen = ALL.view(told)

    assert seen["name"] == told["name"]
    assert seen["person"] == "A•••"


def test_who_may_see_all_sees_the_very_view() -> None:
    view = anna()

    assert mask_of(Seer(Role.ADMINISTRATOR)).view(view) is view


@pytest.mark.parametrize("role", OPERATOR_ROLES)
def test_a_role_sees_contacts_only_if_it_says_so(role: Role) -> None:
    mask = mask_of(Seer(role))

    assert mask.contacts is (role not in {Role.ADMINISTRATOR, Role.STEWARD})
    assert mask.names is (
        role not in {Role.ADMINISTRATOR, Role.STEWARD, Role.AGENT, Role.STORE}
    )


def test_what_is_left_tells_two_apart_and_no_more() -> None:
    assert hidden("anna@example.com") == "a•••@e•••.com"
    assert hidden("+48600700800") == "+48•••00"
    assert hidden("") == "•••"


@pytest.mark.parametrize(
    ("trait", "value"),
    [("birthday", "1990-03-01"), ("address.street", "Rynek 7"), ("phone", "600700800")],
)
def test_why_somebody_is_in_a_segment_tells_no_trait_that_is_hidden(
    trait: str, value: str
) -> None:
    reason = explain(HasTrait(name=trait, op="exists"), Facts(traits=_traits()), 0)
    told = {"person_id": 1, "because": [clause_view(reason)]}
    assert value in json.dumps(told)

    assert value not in json.dumps(ALL.view(told), ensure_ascii=False)
    assert ALL.view(told)["because"][0]["trait"] == trait


def test_why_tells_a_trait_that_is_nobodys_name() -> None:
    reason = explain(HasTrait(name="city", op="exists"), Facts(traits=_traits()), 0)

    (told,) = ALL.view({"because": [clause_view(reason)]})["because"]
    assert told["found"] == "Kraków"


def _traits() -> dict[str, object]:
    return {
        "birthday": "1990-03-01",
        "address": {"street": "Rynek 7"},
        "phone": "600700800",
        "city": "Kraków",
    }
