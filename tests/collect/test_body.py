"""Taking a body apart: strictly and fast, loosely and safe; both agree."""

import json
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from habitue.collect.body import is_nearly_json, read_loosely, read_strictly

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda parts: (
        st.lists(parts, max_size=4)
        | st.dictionaries(
            st.text() | st.sampled_from(["batch", "type", "context"]), parts, max_size=4
        )
    ),
    max_leaves=12,
)
NASTY = st.sampled_from(
    [
        '"batch":[',
        "{",
        "}",
        "[",
        "]",
        ",",
        '"',
        "\\",
        ":",
        "NaN",
        "1e999",
        "\\ud800",
        "\x00",
        "null",
        " ",
        "é",
    ]
)


def values(items: tuple[bytes, ...]) -> list[Any]:
    return [json.loads(item) for item in items]


@given(JSON)
@example({"a": '"batch":[1]', "batch": [{"batch": [2]}, ","], "sentAt": "x"})
@example({"a": {"batch": [1]}})
@example({"batch": []})
@example([[], [1]])
def test_the_slow_way_finds_what_the_fast_way_finds(value: Any) -> None:
    body = json.dumps(value).encode()

    fast, slow = read_strictly(body), read_loosely(body)

    if fast is None:  # integers beyond 64 bits and the like
        return
    assert slow is not None
    assert values(slow.items) == values(fast.items)
    if not fast.batch_fault:
        assert slow.batched == fast.batched


@given(st.lists(JSON, max_size=5))
def test_a_batch_gives_back_its_items(items: list[Any]) -> None:
    body = json.dumps({"sentAt": "now", "batch": items, "context": {"a": 1}}).encode()

    slow = read_loosely(body)

    assert slow is not None
    assert values(slow.items) == items
    assert (slow.sent_at, slow.context) == ("now", {"a": 1})


@given(st.lists(NASTY | st.text(max_size=3), max_size=30).map("".join))
@example("[" * 20_000)
@example("[" * 20_000 + "]" * 20_000)
@example('{"batch":[' * 500)
@example('{"batch":[{"a":1},]}')
@example('{"batch":[,]}')
def test_no_text_makes_reading_raise(text: str) -> None:
    body = text.encode("utf-8", "surrogatepass")

    for envelope in (read_strictly(body), read_loosely(body)):
        assert envelope is None or all(isinstance(one, bytes) for one in envelope.items)


@given(st.binary(max_size=60))
def test_no_bytes_make_reading_raise(body: bytes) -> None:
    read_strictly(body)
    read_loosely(body)


def test_a_byte_order_mark_is_passed_over() -> None:
    envelope = read_strictly(b'\xef\xbb\xbf{"batch":[1]}')

    assert envelope is not None
    assert envelope.items == (b"1",)


def test_a_comma_too_many_is_not_json() -> None:
    assert read_loosely(b'{"batch":[{"a":1},]}') is None
    assert not is_nearly_json(b"")


@pytest.mark.parametrize("levels", [100, 200_000])
def test_nesting_without_end_is_taken_apart_without_recursion(levels: int) -> None:
    deep = b"[" * levels + b"]" * levels

    envelope = read_loosely(b'{"batch":[{"a":1},' + deep + b',{"b":"]"}]}')

    assert envelope is not None
    assert envelope.items == (b'{"a":1}', deep, b'{"b":"]"}')
