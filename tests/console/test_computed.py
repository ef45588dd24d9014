"""Computed traits as people read them: by their units, never raw."""

from habitue.console.computed import likes, rows, tiles
from tests.console.fake import COMPUTED, LAST_US, UNITS

TODAY_US = LAST_US + 4 * 86_400_000_000


def told(name: str, value: object, unit: str) -> str:
    return dict(rows({name: value}, {name: unit}, "UTC"))[name]


def test_money_stands_with_its_currency_and_thousands() -> None:
    values = [tile["value"] for tile in tiles(COMPUTED, "UTC", TODAY_US)]

    assert values == ["8", "2,187.31 GBP", "274.03 GBP", "4 d ago"]


def test_what_came_back_is_said() -> None:
    notes = [tile["note"] for tile in tiles(COMPUTED, "UTC", TODAY_US)]

    assert "after 4.95 GBP of returns" in notes


def test_a_currency_without_minor_units_has_no_decimals() -> None:
    assert told("X", {"JPY": 1_234_500}, "minor units") == "1,234,500 JPY"


def test_every_currency_is_shown_by_itself() -> None:
    assert told("X", {"GBP": 100, "EUR": 250}, "minor units") == "1.00 GBP, 2.50 EUR"


def test_shares_and_days_are_said_in_their_units() -> None:
    shown = dict(rows(COMPUTED, UNITS, "UTC"))

    assert shown["Returned share"] == "GBP 0.2 %"
    assert shown["Days between orders"] == "41.3 days"


def test_no_time_is_shown_raw() -> None:
    text = str(rows(COMPUTED, UNITS, "UTC")) + str(tiles(COMPUTED, "UTC", TODAY_US))

    assert "1794" not in text
    assert "_us" not in text


def test_what_is_bought_most_often_has_its_name() -> None:
    assert likes(COMPUTED) == [
        {
            "title": "Products",
            "lines": [
                {
                    "name": "Green Regency teacup and saucer",
                    "times": "3×",
                    "amount": "44.25 GBP",
                }
            ],
        }
    ]


def test_a_person_of_whom_nothing_is_computed_has_no_tiles() -> None:
    assert tiles({}, "UTC", 0) == rows({}, {}, "UTC") == likes({}) == []
