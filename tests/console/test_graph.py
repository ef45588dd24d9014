"""The drawing of who is joined: lines end at dots and say what the list says."""

from typing import Any

from habitue.console.people.graph import DOTS_MAX, LABEL_MAX, draw


def dots(*names: str) -> list[dict[str, Any]]:
    return [
        {"name": name, "kind": "Account", "value": name, "verified": True}
        for name in names
    ]


def edge(left: str, right: str, grade: str = "verified") -> dict[str, Any]:
    told = {"text": f"an event names {left} and {right}", "worth": "told so"}
    return {"left": left, "right": right, "grade": grade, **told}


def test_a_line_joins_the_places_of_its_two_dots_and_bears_its_number() -> None:
    drawn = draw(dots("a", "b", "c"), [edge("a", "b"), edge("b", "c", "claim")])

    assert drawn is not None
    at = {dot["value"]: (dot["x"], dot["y"]) for dot in drawn["dots"]}
    ends = [((one["x1"], one["y1"]), (one["x2"], one["y2"])) for one in drawn["lines"]]
    assert ends == [(at["a"], at["b"]), (at["b"], at["c"])]
    assert [one["number"] for one in drawn["lines"]] == [1, 2]
    assert [one["grade"] for one in drawn["lines"]] == ["verified", "claim"]
    assert len(set(at.values())) == 3


def test_dots_stay_within_the_drawing_and_labels_are_short() -> None:
    many = [f"{number}-" + "x" * 60 for number in range(DOTS_MAX)]

    drawn = draw(dots(*many), [edge(many[0], one) for one in many[1:]])

    assert drawn is not None
    for dot in drawn["dots"]:
        assert 0 < dot["x"] < drawn["width"]
        assert 0 < dot["y"] < drawn["height"]
        assert len(dot["label"]) == LABEL_MAX
        assert dot["value"] in many


def test_what_is_too_much_is_left_out_and_said_but_who_is_joined_comes_first() -> None:
    alone = [f"device{number}" for number in range(DOTS_MAX)]

    drawn = draw(dots(*alone, "a", "b"), [edge("a", "b"), edge("a", "gone")])

    assert drawn is not None
    assert drawn["left_out"] == 2
    assert [dot["value"] for dot in drawn["dots"]][:2] == ["a", "b"]
    assert len(drawn["lines"]) == 1


def test_who_is_one_identifier_has_no_drawing() -> None:
    assert draw(dots("a"), []) is None
    assert draw([], [edge("a", "b")]) is None
