"""Conditions count as their language does: days, hours, times, values."""

from json import dumps, loads
from typing import Any

import pytest

from habitue.console.segments.sentence import words_of
from tests.console.test_said import OTHERS, look

BOUGHT: dict[str, Any] = {"type": "did", "event": "$purchase"}
VIEWED: dict[str, Any] = {"type": "did", "event": "Product Viewed"}


def times(op: str, value: int) -> dict[str, Any]:
    return {**BOUGHT, "count": {"op": op, "value": value}}


def later(hours: int) -> dict[str, Any]:
    step = {"event": "$purchase", "after": {"least": {"hours": hours}}}
    return {"type": "sequence", "steps": [{"event": "$return"}, step]}


def lasting(hours: int) -> dict[str, Any]:
    since = {"event": "$purchase", "lasting": {"hours": hours}}
    return {"type": "sequence", "steps": [{"event": "$return"}], "then_not": since}


def seen(op: str, value: object) -> dict[str, Any]:
    return {"type": "trait", "name": "until", "op": op, "value": value}


@pytest.mark.parametrize(
    ("code", "told", "says"),
    [
        ("pl", {**BOUGHT, "within": {"weeks": 2}}, "w ciągu ostatnich 2 tygodni."),
        ("pl", later(1), "co najmniej 1 godzinę później"),
        ("pl", later(3), "co najmniej 3 godziny później"),
        ("pl", later(5), "co najmniej 5 godzin później"),
        ("pl", lasting(3), "już od 3 godzin"),
        ("pl", times("=", 1), "dokładnie 1 raz."),
        ("pl", times("=", 2), "dokładnie 2 razy."),
        ("ru", {**BOUGHT, "within": {"days": 3}}, "за последние 3 дня."),
        ("ru", {**BOUGHT, "within": {"days": 365}}, "за последние 365 дней."),
        ("ru", later(3), "спустя не менее 3 часов"),
        ("ru", times("=", 2), "ровно 2 раза."),
        ("ru", times(">=", 2), "не менее 2 раз."),
        ("ru", times(">=", 21), "не менее 21 раза."),
        ("kk", {**BOUGHT, "within": {"days": 3}}, "соңғы 3 күн ішінде."),
        ("kk", later(3), "кемінде 3 сағаттан кейін"),
        ("kk", times(">", 2), "2 реттен артық."),
        ("pl", {**BOUGHT, "within": {"days": 1}}, "w ciągu ostatniego dnia."),
        ("pl", {**BOUGHT, "within": {"days": 5}}, "w ciągu ostatnich 5 dni."),
        ("pl", {**BOUGHT, "within": {"years": 1}}, "w ciągu ostatniego roku."),
        ("ru", {**BOUGHT, "within": {"days": 1}}, "за последний день."),
        ("ru", {**BOUGHT, "within": {"weeks": 1}}, "за последнюю неделю."),
        ("kk", {**BOUGHT, "within": {"hours": 1}}, "соңғы сағат ішінде."),
        ("en", {**BOUGHT, "within": {"days": 1}}, "in the last day."),
        ("en", {**BOUGHT, "within": {"days": 1, "hours": 1}}, "the last 1 day 1 hour."),
        ("pl", seen("within", {"days": 1}), "przypada w ciągu ostatniego dnia."),
        ("ru", seen("ahead", {"weeks": 1}), "в ближайшую неделю."),
        ("en", seen("ahead", {"months": 1}), "until is in the next month."),
        ("en", seen("older", {"days": 1}), "until is 1 day ago or longer."),
        ("en", seen("anniversary", 1), "until comes round in the next day."),
        ("pl", seen("anniversary", 1), "wypada w ciągu najbliższego dnia."),
        ("pl", seen("anniversary", 3), "wypada w ciągu najbliższych 3 dni."),
        ("ru", seen("anniversary", 2), "наступит в ближайшие 2 дня."),
        ("ru", seen("anniversary", 7), "наступит в ближайшие 7 дней."),
        ("kk", seen("anniversary", 7), "алдағы 7 күн ішінде келеді."),
        ("en", times("=", 1), "exactly 1 time."),
        ("en", {**BOUGHT, "within": {"days": 3}}, "in the last 3 days."),
    ],
)
def test_a_number_stands_with_its_word_in_the_form_that_is_asked_for(
    code: str, told: dict[str, Any], says: str
) -> None:
    assert says in words_of(told, look(code))


@pytest.mark.parametrize("code", [*OTHERS, "en"])
def test_of_one_unit_alone_nobody_says_its_number(code: str) -> None:
    units = ("years", "months", "weeks", "days", "hours", "minutes", "seconds")
    for unit in units:
        for told in (
            {**BOUGHT, "within": {unit: 1}},
            seen("within", {unit: 1}),
            seen("ahead", {unit: 1}),
        ):
            assert "1" not in words_of(told, look(code))
            assert "2" in words_of(loads(dumps(told).replace("1", "2")), look(code))


@pytest.mark.parametrize(
    ("code", "says"),
    [("pl", "3 różne wartości"), ("ru", "3 разных значений"), ("kk", "3 түрлі мән")],
)
def test_different_values_are_counted_too(code: str, says: str) -> None:
    told = {**VIEWED, "distinct": {"of": "$product", "op": ">=", "value": 3}}

    assert says in words_of(told, look(code))


@pytest.mark.parametrize("code", OTHERS)
def test_what_somebody_wrote_stands_in_the_quotes_of_the_language(code: str) -> None:
    brand = {"property": "$brand", "op": "is", "value": "Acme"}

    said = words_of({**VIEWED, "event": "Ours", "where": [brand]}, look(code))

    first, last = "„”" if code == "pl" else "«»"
    assert f"{first}Ours{last}" in said
    assert f"{first}Acme{last}" in said
    assert "'" not in said


@pytest.mark.parametrize("code", OTHERS)
def test_a_channel_that_is_asked_for_is_called_by_its_name(code: str) -> None:
    place = {"property": "$channel", "op": "one_of", "value": ["pos", "ours"]}

    said = words_of({**BOUGHT, "where": [place]}, look(code))

    assert look(code).say("till") in said
    assert "pos" not in said
    assert "ours" in said
