"""What properties say is the same however often it was said before."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from habitue.app.lake import saying
from habitue.app.lake.saying import Said, said_in
from habitue.lake.plain import MASK

# Equal to Python, where some are another thing to a reader.
VALUES = st.sampled_from((1, 1.0, True, "1", 0, False, None, "A1", -0.0, 2**65, [], {}))
KEYS = st.sampled_from(
    (
        *("product_id", "sku", "name", "price", "quantity", "currency", "total"),
        *("store_id", "counts", "email", "value"),
    )
)
GOODS = st.dictionaries(KEYS, VALUES, max_size=4)
TOLD = st.one_of(
    GOODS,
    st.fixed_dictionaries(
        {"products": st.lists(GOODS | VALUES, max_size=4)},
        optional={"total": VALUES, "currency": st.just("EUR")},
    ),
    st.fixed_dictionaries({"returned_products": st.lists(GOODS, max_size=2)}),
)


@pytest.fixture(autouse=True)
def nothing_kept() -> None:
    saying._kept.clear()


@given(st.lists(TOLD, max_size=6))
def test_what_was_said_before_changes_nothing(told: list[dict[str, Any]]) -> None:
    fresh = []
    for one in told:
        saying._kept.clear()
        fresh.append(repr(said_in(one)))

    again = [repr(said_in(one)) for one in (*told, *told)]

    # Written out, for 1, 1.0 and True are equal.
    assert again == fresh * 2


def test_lines_are_numbered_as_they_count() -> None:
    goods = [{"sku": "A"}, 7, {"sku": "B", "counts": False}, {"sku": "C", "price": 2}]

    said = said_in({"currency": "EUR", "products": goods})

    assert [line[:2] for line in said.lines] == [(0, "A"), (1, "C")]
    assert said.total is None
    assert said.currency == "EUR"


def test_what_is_masked_or_long_is_not_kept_in_memory() -> None:
    said_in({"email": "a@b.example"})
    said_in({"sku": "A" * 600})
    said_in({"products": [{"sku": str(number)} for number in range(5)]})
    assert not saying._kept

    said_in({"sku": "A1"})
    assert len(saying._kept) == 1
    assert MASK in said_in({"email": "a@b.example"}).properties


def test_no_more_is_kept_than_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(saying, "_KEPT_MAX", 3)
    for number in range(10):
        said_in({"sku": str(number)})

    assert len(saying._kept) <= 3


def test_nothing_told_says_nothing() -> None:
    assert said_in({}) == Said()
    assert json.loads(said_in({}).properties) == {}


@pytest.mark.parametrize(
    ("told", "copied"),
    [
        ("600 100 200", MASK),
        ("(600) 100-200", MASK),
        ("4820012345678", "4820012345678"),
        ("Article 600 100 200", "Article 600 100 200"),
        ("a" * 64, "a" * 64),
        ("a" * 65, MASK),
        ("a@b.example", MASK),
    ],
)
def test_a_text_is_copied_if_it_is_a_word_or_an_id(told: str, copied: str) -> None:
    assert json.loads(said_in({"sku": told}).properties) == {"sku": copied}
