"""Computed traits as people read them: by their units, never raw."""

from habitue.console.look import Look
from habitue.console.people.computed import likes, rows, tiles
from tests.console.fake import COMPUTED, LAST_US, UNITS

TODAY = Look(now_us=LAST_US + 4 * 86_400_000_000)


def told(name: str, value: object, unit: str) -> str:
    return dict(rows({name: value}, {name: unit}, TODAY))[name]


def test_money_stands_with_its_currency_and_thousands() -> None:
    values = [tile["value"] for tile in tiles(COMPUTED, TODAY)]

    assert values == ["8", "£2,187.31", "£274.03", "4 days ago"]


def test_what_came_back_is_said() -> None:
    notes = [tile["note"] for tile in tiles(COMPUTED, TODAY)]

    assert "after £4.95 of returns" in notes


def test_a_currency_without_minor_units_has_no_decimals() -> None:
    assert told("X", {"JPY": 1_234_500}, "minor units") == "JP¥1,234,500"


def test_every_currency_is_shown_by_itself() -> None:
    assert told("X", {"GBP": 100, "EUR": 250}, "minor units") == "£1.00, €2.50"


def test_shares_and_days_are_said_in_their_units() -> None:
    shown = dict(rows(COMPUTED, UNITS, TODAY))

    assert shown["Share returned"] == "0.2\u00a0%"
    assert shown["Time between orders"] == "41.3 days"


def test_no_time_is_shown_raw() -> None:
    text = str(rows(COMPUTED, UNITS, TODAY)) + str(tiles(COMPUTED, TODAY))

    assert "1794" not in text
    assert "_us" not in text


def test_what_is_bought_most_often_has_its_name() -> None:
    assert likes(COMPUTED, TODAY) == [
        {
            "title": "Products bought most often",
            "lines": [
                {
                    "name": "Green Regency teacup and saucer",
                    "times": "3×",
                    "amount": "£44.25",
                }
            ],
        }
    ]


def test_a_person_of_whom_nothing_is_computed_has_no_tiles() -> None:
    assert tiles({}, TODAY) == rows({}, {}, TODAY) == likes({}, TODAY) == []


def test_shares_of_more_than_one_currency_say_of_which() -> None:
    shares = {"GBP": 20, "PLN": 150}

    shown = dict(rows({"returned_share": shares}, UNITS, TODAY))["Share returned"]

    assert shown == "0.2\u00a0% (GBP), 1.5\u00a0% (PLN)"
