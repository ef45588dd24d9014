"""Paths, values and rules of a mapping, and what is wrong with one."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from habitue.base.errors import InvalidError
from habitue.collect.webhooks import path
from habitue.collect.webhooks.delivery import Delivery
from habitue.collect.webhooks.provider import read_provider
from habitue.collect.webhooks.translate import translate
from habitue.collect.webhooks.value import Around, compile_value, evaluate

SIGNED = '[[signatures]]\nscheme = "hmac"\nat = ["header:X-Proof"]\n'
ROOT: dict[str, Any] = {
    "a": {"b-c": [1, 2]},
    "lines": [{"sku": "x", "parts": [{"n": 1}, {"n": 2}]}, {"sku": "y"}],
    "meta": [{"key": "k", "value": "v"}],
    "yes": True,
    "zero": 0,
    "cents": 1299,
    "coin": "jpy",
}


def value(told: Any, root: Any = ROOT) -> Any:
    delivery = Delivery(headers={"x-topic": "t"}, query="q=1")
    around = Around(delivery, "Europe/Warsaw", "PLN")
    return evaluate(compile_value(told, "here"), (root,), around)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a.b-c[1]", 2),
        ("a.b-c[7]", None),
        ("a.nothing.more", None),
        ("lines[].sku", ["x", "y"]),
        ("lines[].parts[].n", [1, 2]),
        ("lines[0].parts[1].n", 2),
        ("meta[key=k].value", "v"),
        ("meta[key=z].value", None),
        ("zero", 0),
        ("$.zero", 0),
        ("^.zero", None),
        ("lines.sku", None),
        ("yes.no", None),
    ],
)
def test_a_path_finds_what_stands_there(text: str, found: Any) -> None:
    assert path.get(path.parse(text), (ROOT,)) == found


@pytest.mark.parametrize("text", ["a[", "a]b", "a[-1]", "a[x]", "[][", "a" * 400 + "["])
def test_what_is_no_path_is_refused(text: str) -> None:
    with pytest.raises(InvalidError, match="is no path"):
        path.parse(text)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(st.sampled_from("abc"), inner, max_size=3)
        ),
        max_leaves=20,
    ),
    st.lists(st.sampled_from(["a", "b", "[]", "[0]", "[a=1]"]), min_size=1, max_size=5),
)
def test_no_document_and_no_path_is_an_error(root: Any, steps: list[str]) -> None:
    text = ".".join(steps).replace(".[", "[")

    found = path.get(path.parse(text), (root,))

    assert "[]" not in text or isinstance(found, list)


def test_an_element_sees_the_lists_further_out() -> None:
    walked = list(path.walk(path.parse("lines[].parts[]"), (ROOT,)))

    seen = [(inner[-1]["n"], path.get(path.parse("^.sku"), inner)) for inner in walked]
    assert seen == [(1, "x"), (2, "x")]
    assert path.get(path.parse("$.coin"), walked[0]) == "jpy"


@pytest.mark.parametrize(
    ("told", "found"),
    [
        ("header:X-Topic", "t"),
        ("query:q", "1"),
        (["nothing", "a.x", "coin"], "jpy"),
        ({"const": False}, False),
        ({"path": "coin", "map": {"jpy": "yen"}}, "yen"),
        ({"path": "coin", "map": {"eur": "euro"}}, "jpy"),
        ({"path": "coin", "map": {"eur": "euro"}, "otherwise": "?"}, "?"),
        ({"path": "zero", "map": {"0": ""}}, ""),
        ({"path": "nothing", "otherwise": 5}, 5),
        ({"path": "coin", "drop": "j", "prefix": "+"}, "+py"),
        ({"path": "cents", "as": "minor", "currency": "coin"}, "1299"),
        ({"path": "cents", "as": "minor", "currency": {"const": "EUR"}}, "12.99"),
        ({"path": "cents", "as": "minor"}, None),
        ({"path": "coin", "as": "minor", "currency": "coin"}, None),
        ({"path": "cents", "as": "text"}, "1299"),
        ({"const": "x", "as": "number"}, "x"),
        ({"path": "yes", "as": "yes"}, True),
        ({"path": "coin", "as": "yes"}, None),
        ({"path": "coin", "as": "time"}, None),
        ({"path": "cents", "as": "time"}, 1299),
        ({"join": ["coin", {"const": "-"}, "zero"]}, "jpy-0"),
        ({"join": ["coin", "nothing"]}, None),
        ({"join": ["coin", "nothing", "zero"], "by": "/"}, "jpy/0"),
        ({"sum": "lines[].parts[].n"}, "3"),
        ({"sum": ["cents", "zero", "coin"]}, "1299"),
        ({"sum": ["cents", {"const": "1e3"}]}, "2299"),
        ({"sum": "nothing"}, None),
        ({"least": "lines[].parts[].n"}, "1"),
        ({"least": ["cents", "zero", "coin"]}, "0"),
        ({"least": "nothing"}, None),
        ({"setting": "currency"}, "PLN"),
        ({"each": "lines[]", "fields": {"s": "sku"}}, [{"s": "x"}, {"s": "y"}]),
        ({"each": "lines[].sku"}, ["x", "y"]),
        ({"fields": {"c": "coin", "n": "nothing"}}, {"c": "jpy"}),
    ],
)
def test_a_value_is_what_its_recipe_says(told: Any, found: Any) -> None:
    assert value(told) == found


@pytest.mark.parametrize(
    "amount", ["9e9999999", "NaN", "Infinity", "1e400", "-" * 50, True, None, "1,5"]
)
def test_no_amount_breaks_a_sum(amount: Any) -> None:
    assert value({"sum": "n[].a"}, {"n": [{"a": amount}, {"a": "2.50"}]}) == "2.50"


@pytest.mark.parametrize("told", ["9" * 400, 10**18, 1.5, "x", [1], {"a": 1}])
def test_no_amount_breaks_minor_units(told: Any) -> None:
    recipe = {"path": "n", "as": "minor", "currency": {"const": "EUR"}}

    assert value(recipe, {"n": told}) is None


@pytest.mark.parametrize(
    ("told", "found"),
    [
        ("2026-11-23 11:00:00", "2026-11-23T10:00:00Z"),
        ("2026-11-23T11:00:00+03:00", "2026-11-23T08:00:00Z"),
        # Clocks were moved on from 2 to 3, and back from 3 to 2.
        ("2026-03-29 02:30:00", "2026-03-29T01:30:00Z"),
        ("2026-10-25 02:30:00", "2026-10-25T00:30:00Z"),
        ("9999-12-31 23:59:59", "9999-12-31T22:59:59Z"),
        ("0001-01-01 00:00:00", None),
        ("yesterday", None),
        (5, None),
    ],
)
def test_a_local_time_is_by_the_shops_own_clock(told: Any, found: str | None) -> None:
    assert value({"path": "t", "as": "local"}, {"t": told}) == found


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "how deliveries are signed"),
        ("x = [", "can't be read"),
        (SIGNED + "nonsense = 1", "nonsense"),
        (SIGNED.replace("hmac", "md5"), "md5"),
        (SIGNED.replace("header:", "cookie:"), "is no place"),
        (SIGNED.replace('["header:X-Proof"]', "[]"), "needs a place"),
        (SIGNED + 'signed = ["bodyy"]', "is no place"),
        (SIGNED + "[[events]]\n", "need a name"),
        (SIGNED + '[[events]]\nevent = "X"\nuse = ["y"]', "the shape 'y'"),
        (SIGNED + '[[events]]\nevent = "X"\neach = "a["', "is no path"),
        (SIGNED + '[[events]]\nevent = "X"\nproperties.a = 5', "a in 'mine'"),
        (SIGNED + '[[events]]\nevent = "X"\nproperties.a = { pth = "b" }', "pth"),
        (SIGNED + '[[events]]\nevent = "X"\nproperties.a = { as = "int" }', "int"),
        (SIGNED + '[[events]]\nevent = "X"\nwhen = { "a[" = "b" }', "is no path"),
        (SIGNED + '[[events]]\nevent = "X"\ntype = "purchase"', "purchase"),
        ("x" * 300_000, "characters"),
    ],
)
def test_what_is_wrong_with_a_file_is_said_in_a_sentence(text: str, said: str) -> None:
    with pytest.raises(InvalidError) as error:
        read_provider(text, "mine")

    assert said in str(error.value)


def test_no_value_is_nested_without_end() -> None:
    told: Any = "a"
    for _ in range(50):
        told = [told]

    with pytest.raises(InvalidError, match="too deep"):
        compile_value(told, "here")


def test_a_mapping_of_ones_own_keeps_how_the_provider_signs() -> None:
    base = read_provider(SIGNED + '[[events]]\nevent = "X"', "base")

    mine = read_provider('[[events]]\nevent = "Y"', "base", base)

    assert mine.signatures == base.signatures
    made = translate(Delivery(body=b"{}"), mine, "UTC", 10).made
    assert [one.item["event"] for one in made] == ["Y"]


def test_a_delivery_without_an_id_is_named_by_what_it_says() -> None:
    mine = read_provider(SIGNED + '[[events]]\nevent = "X"', "mine")

    first, again, other = (
        translate(Delivery(body=body), mine, "UTC", 10).made[0].item["messageId"]
        for body in (b'{"a":1}', b'{"a":1}', b'{"a":2}')
    )

    assert first == again != other


def test_several_events_of_a_delivery_have_ids_of_their_own() -> None:
    rules = '[[events]]\nevent = "X"\n[[events]]\nevent = "Y"'
    mine = read_provider('id = "id"\n' + SIGNED + rules, "mine")

    made = translate(Delivery(body=b'{"id":"d"}'), mine, "UTC", 10).made

    assert [one.item["messageId"] for one in made] == ["d", "d/1"]


def test_an_id_of_any_length_is_bounded() -> None:
    mine = read_provider('id = "id"\n' + SIGNED + '[[events]]\nevent = "X"', "mine")
    body = b'{"id":"' + b"x" * 5_000 + b'"}'

    assert (
        len(translate(Delivery(body=body), mine, "UTC", 10).made[0].item["messageId"])
        == 64
    )


def test_a_document_within_the_document_is_read_in_its_place() -> None:
    rules = (
        '[[unpack]]\npath = "inner"\n[[events]]\nevent = "X"\nproperties.a = "inner.a"'
    )
    mine = read_provider(SIGNED + rules, "mine")

    def a_of(inner: str) -> Any:
        body = json.dumps({"inner": inner}).encode()
        item = translate(Delivery(body=body), mine, "UTC", 10).made[0].item
        return item.get("properties", {}).get("a")

    assert a_of('{"a": 5}') == 5
    assert a_of("no json") is None
    assert a_of("[" * 100 + "]" * 100) is None
