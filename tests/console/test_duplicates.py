"""A suggestion on the page: what agrees, and nothing that a role may not see."""

from habitue.access.masking import Mask
from habitue.console.duplicates.shown import couple
from habitue.console.look import Look

LOOK = Look()


def pair(left: dict, right: dict, **agree: str) -> dict:
    return {
        "left": _side(1, left),
        "right": _side(2, right),
        "agree": agree,
        "percent": "99.9",
        "likely": "very_likely",
    }


def _side(number: int, traits: dict) -> dict:
    return {
        "person_id": number,
        "name": traits.get("name"),
        "traits": traits,
        "identifiers": [{"kind": "email", "value": traits.get("email", "x@y.example")}],
        "identifiers_more": 0,
    }


def agreed(left: dict, right: dict, **agree: str) -> str:
    return couple(pair(left, right, **agree), LOOK)["rows"][0]["agree"]


def test_one_name_in_other_letters_is_the_same_spelled_otherwise() -> None:
    told = agreed(
        {"name": "Anna Nowak"}, {"name": "Анна Новак"}, last="same", first="same"
    )

    assert told == "the same, spelled otherwise"


def test_a_name_agrees_no_better_than_the_lesser_of_its_parts() -> None:
    told = agreed(
        {"name": "Anna Nowak"}, {"name": "Ewa Nowak"}, last="same", first="differ"
    )

    assert told == "different"


def test_what_one_of_them_alone_has_speaks_neither_for_nor_against() -> None:
    assert agreed({"city": "Łódź"}, {}, city="unknown") == "one of them alone"


def test_what_neither_has_is_not_shown() -> None:
    rows = couple(pair({"city": "Łódź"}, {"city": "Lodz"}, city="same"), LOOK)["rows"]

    assert [row["label"] for row in rows] == ["Town"]


def test_who_may_see_no_names_is_shown_none_of_either() -> None:
    left = {"name": "Anna Nowak", "birthday": "1990-01-01", "email": "a.n@one.example"}
    right = {"name": "Анна Новак", "birthday": "1991-01-01", "email": "b.n@two.example"}
    masked = Mask(contacts=True, names=True).couple(pair(left, right))

    told = str(couple(masked, LOOK))

    for secret in ("Nowak", "Новак", "1990", "1991", "a.n@", "two.example"):
        assert secret not in told
