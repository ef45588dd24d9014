"""Sums in sentences are money as the reader writes it: of events, and of conditions."""

from typing import Any

import pytest

from habitue.app.desks.event_view import summary
from habitue.base.clock import to_us
from habitue.console.language import LANGUAGES
from habitue.console.live.lines import Wanted
from habitue.console.live.row import row
from habitue.console.live.summary import summary_of
from habitue.console.look import Look
from habitue.console.people.filters import Filters
from habitue.console.people.points import points
from habitue.console.segments.sentence import sentence_of, texts_of
from habitue.console.text import parsed
from habitue.console.traits import trait_named
from habitue.model.event import Event
from habitue.segment.condition import (
    AllOf,
    Condition,
    Count,
    Did,
    HasComputed,
    HasTrait,
    Sum,
    Where,
    Window,
)
from habitue.segment.facts import Facts
from habitue.segment.why import explain
from habitue.segment.words import sentence
from tests.console.fake import event, person
from tests.console.test_said import OTHERS, look

NOW_US = 1_795_183_200_000_000
ORDER = {
    "total": "1119.66",
    "currency": "GBP",
    "status": "shipped",
    "products": [{"name": "Lamp"}, {"name": "Tea"}],
}
SAID = {
    "en": "£1,119.66 · 2 lines · shipped",
    "pl": "1 119,66 GBP · 2 pozycje · wysłano",
    "ru": "1 119,66 £ · 2 позиции · отправлен",
    "kk": "1 119,66 £ · 2 жол · жөнелтілді",
}


def plain(text: str) -> str:
    return text.replace("\xa0", " ").replace("\u202f", " ")


def told(properties: dict[str, Any], name: str = "Order Updated") -> dict[str, Any]:
    """Give an event as the desk shows it."""
    made = Event(type="track", name=name, at_us=1, properties=properties)
    return event(1, name, properties=properties, summary=summary(made))


@pytest.mark.parametrize("code", LANGUAGES)
def test_what_an_order_is_about_is_told_as_the_reader_writes_it(code: str) -> None:
    line = row(told(ORDER), look(code))

    assert plain(line["summary"]) == SAID[code]
    assert told(ORDER)["summary"] == "1119.66 GBP · 2 lines · shipped"


@pytest.mark.parametrize(
    "properties",
    [
        {"query": "1119.66 GBP"},
        {"total": "much", "currency": "GBP", "name": "x"},
        {"total": 5, "currency": 7, "name": "5 GBP"},
        {"status": "shipped"},
    ],
)
def test_what_only_looks_like_a_part_of_ours_stays_as_it_came(
    properties: dict[str, Any],
) -> None:
    one = told(properties, "Call Ended")

    assert summary_of(one, look("pl")) == one["summary"] != ""


@pytest.mark.parametrize("code", OTHERS)
def test_what_is_told_of_somebody_is_named_as_the_reader_names_it(code: str) -> None:
    traits = {"email": "a@example.com", "city": "Łódź", "shoe_size": 39}
    made = Event(type="identify", name="", at_us=1, traits=traits)
    one = event(1, "identify", traits=traits, summary=summary(made))

    said = summary_of(one, look(code))

    assert one["summary"] == "city, email, shoe_size"
    assert said == ", ".join(trait_named(name, look(code)) for name in sorted(traits))
    assert said != one["summary"]


def test_of_what_tells_nothing_nothing_is_said() -> None:
    assert summary_of(event(1, summary=""), look("pl")) == ""
    assert summary_of(event(1, summary="Lamp", properties=None), look("pl")) == "Lamp"


def test_the_sum_is_found_by_the_words_that_are_shown() -> None:
    seen = look("ru")
    line = row(told(ORDER), seen)

    assert Wanted(text="1 119,66 £").takes(line)
    assert Filters(text="1 119,66 £ · 2 ПОЗИЦИИ").takes(told(ORDER), seen)
    # As the source told it, too: whoever searches may know it so.
    assert Filters(text="1119.66 GBP").takes(told(ORDER), seen)
    assert Filters(text="order updated").takes(told(ORDER), seen)
    assert not Filters(text="1 119,67").takes(told(ORDER), seen)


def test_a_talking_point_tells_a_sum_as_the_reader_writes_it() -> None:
    looked = told({"value": 20, "currency": "PLN"}, "Product Viewed")
    at = parsed(looked["at"])
    assert at is not None
    seen = Look(language=look("pl").language, now_us=to_us(at))

    point = points(person(), [looked], seen)[-1]

    assert "20,00 zł" in plain(point["text"])


def spent(value: int, **more: Any) -> Did:
    total = Where(property="$total", op=">=", value=value, currency="GBP")
    return Did(event="$purchase", where=(total,), **more)


SUM = Sum(of="$total", op=">", value=111_966, currency="GBP")
CONDITIONS: tuple[Condition, ...] = (
    spent(111_966, count=Count(op=">=", value=1)),
    Did(event="$purchase", sum=SUM),
    Did(
        event="$purchase",
        where=(
            Where(property="$total", op="one_of", value=(111_966, 5), currency="GBP"),
        ),
    ),
    HasComputed(name="revenue.GBP.net", op=">=", value=111_966),
    HasComputed(name="average_basket.GBP", op="<", value=111_966),
    HasComputed(name="revenue_by_channel.web.GBP.net", op="is", value=111_966),
)


@pytest.mark.parametrize("condition", CONDITIONS)
@pytest.mark.parametrize("code", LANGUAGES)
def test_every_sum_in_a_condition_is_money_of_the_readers(
    code: str, condition: Condition
) -> None:
    said = plain(sentence_of(condition, look(code)))

    assert SAID[code].partition(" ·")[0] in said
    assert "111966" not in said
    # Who reads the API is told it as the API tells money.
    assert "1119.66 GBP" in sentence(condition)


@pytest.mark.parametrize("name", ["purchases", "returned_share.GBP", "points.GBP"])
def test_what_is_no_money_is_told_as_the_number_it_is(name: str) -> None:
    assert "500" in sentence_of(HasComputed(name=name, op=">=", value=500), Look())


@pytest.mark.parametrize("code", OTHERS)
def test_days_in_a_condition_are_told_as_the_reader_writes_them(code: str) -> None:
    seen = look(code)
    spans = (
        Window(since="2026-03-01"),
        Window(until="2026-05-31"),
        Window(since="2026-03-01", until="2026-05-31"),
        Window(since="2026-03-01T10:00:00Z"),
    )
    dated = tuple(Did(event="$purchase", within=one) for one in spans)
    born = HasTrait(name="birthday", op="before", value="1990-05-01")
    days = Where(property="$day", op="one_of", value=("2026-06-03", "2026-06-04"))
    told_days = Did(event="$purchase", where=(days,))
    said = sentence_of(AllOf(of=(*dated, born, told_days)), seen)

    assert "2026-" not in said
    assert "1990-" not in said
    for day in ("2026-03-01", "2026-05-31", "2026-06-04", "1990-05-01"):
        assert seen.calendar_day(day) in said
    assert seen.moment("2026-03-01T10:00:00Z") in said
    # The API has them as the condition itself does.
    assert sentence(dated[0]).endswith("since 2026-03-01.")
    assert sentence(born).endswith("birthday is before '1990-05-01'.")


@pytest.mark.parametrize("code", LANGUAGES)
def test_what_was_found_is_told_as_what_was_asked_for(code: str) -> None:
    seen = look(code)
    facts = Facts(
        traits={"birthday": "1990-05-01", "code": "1990-05-01"},
        computed={
            "revenue": {"GBP": {"net": 111_966}},
            "last_purchase_us": NOW_US,
            "purchases": 3,
        },
    )

    def found(condition: Condition) -> str:
        return plain(explain(condition, facts, NOW_US, texts_of(seen)).found)

    spent_so_far = HasComputed(name="revenue.GBP.net", op=">=", value=5)
    assert found(spent_so_far) == SAID[code].partition(" ·")[0]
    lately = HasComputed(name="last_purchase_us", op="within", value=Window(days=5))
    assert found(lately) == plain(seen.moment("2026-11-20T14:00:00Z"))
    born = HasTrait(name="birthday", op="anniversary", value=7)
    assert found(born) == plain(seen.calendar_day("1990-05-01"))
    assert found(HasTrait(name="code", op="is", value="x")) == "1990-05-01"
    assert found(HasComputed(name="purchases", op=">=", value=1)) == "3"
