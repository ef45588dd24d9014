"""A file of events, a JSON object a line, as Segment's clients send them."""

import gzip
import json

import msgspec
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from habitue.app.bulk.child import pack
from habitue.app.bulk.format import (
    PACKET_BYTES_MAX,
    PACKET_ITEMS_MAX,
    encode,
    read_packet,
)
from habitue.collect.files import (
    FileError,
    Limits,
    Rejected,
    RejectFile,
    frames,
)
from habitue.collect.files.events import item_of
from habitue.collect.files.parsing import parse
from habitue.collect.files.planning import plan
from habitue.collect.pipeline import take
from tests.collect.files.test_ready import ARRIVAL, READY, TERMS

VIEW = {
    "type": "track",
    "event": "Product Viewed",
    "messageId": "m1",
    "userId": "u1",
    "timestamp": "2026-03-01T10:00:00Z",
    "properties": {"product_id": "1"},
}


def lines(*events):
    return "".join(json.dumps(event) + "\n" for event in events)


def built(path, **rules):
    return [one.item for one in parse(plan(path, **rules))]


def rejected(path, **rules):
    found = parse(plan(path, **rules))
    return {one.line: one.reason for one in found if isinstance(one, Rejected)}


def test_each_line_is_an_event_of_the_past(write):
    (item,) = built(write(lines(VIEW), "events.jsonl"))

    assert item == {**VIEW, "context": {"historical": True}}


def test_a_file_is_known_by_its_first_line_whatever_its_name(write):
    assert plan(write(lines(VIEW), "export.csv")).kind == "events"
    assert plan(write("\ufeff \n" + lines(VIEW), "export.txt")).kind == "events"


def test_a_packed_file_is_read_like_any_other(write):
    path = write(gzip.compress(lines(VIEW, VIEW).encode()), "events.jsonl.gz")

    assert len(built(path)) == 2


def test_live_events_are_not_marked_as_history(write):
    (item,) = built(write(lines(VIEW)), historical=False)

    assert item == VIEW


def test_what_the_file_says_of_its_sending_does_not_count(write):
    told = {**VIEW, "sentAt": "2020-01-01", "originalTimestamp": "2021-01-01"}

    (item,) = built(write(lines(told)), historical=False)

    assert item == VIEW


def test_an_event_without_an_id_is_named_by_its_line(write):
    bare = {name: value for name, value in VIEW.items() if name != "messageId"}
    path = write(lines(bare, bare, {**bare, "userId": "u2"}))

    first, again, other = (item["messageId"] for item in built(path))

    assert first == again != other


def test_a_line_that_is_no_object_is_rejected_with_its_number(write):
    text = lines(VIEW) + '\n[1]\n{"a": NaN}\n{"a"\n' + lines(VIEW)

    assert rejected(write(text)) == {
        2: "The line is empty.",
        3: "The line is no JSON object.",
        4: "The line is no JSON object.",
        5: "The line is no JSON object.",
    }


def test_bytes_that_are_not_utf8_are_rejected(write):
    path = write(lines(VIEW).encode() + b'{"type":"\xff"}\n')

    assert list(rejected(path)) == [2]


@pytest.mark.parametrize(
    ("limits", "sentence"),
    [
        (Limits(rows_max=2), "more than 2 lines"),
        (Limits(line_chars_max=20), "longer than 20 characters"),
    ],
)
def test_too_many_or_too_long_lines_are_refused(write, limits, sentence):
    path = write(lines(VIEW, VIEW, VIEW))

    with pytest.raises(FileError, match=sentence):
        list(parse(plan(path, limits=limits)))


def test_a_file_of_another_kind_is_no_file_of_events(write):
    with pytest.raises(FileError, match="one JSON object a line"):
        plan(write("email\na@b.pl\n"), "events")


def test_rejected_lines_put_right_are_imported_as_they_are(write, tmp_path):
    planned = plan(write(lines(VIEW) + '{"broken, "x"}\n'))
    rejects = tmp_path / "rejects.csv"
    with RejectFile(rejects, planned.headers) as file:
        file.write(one for one in parse(planned) if isinstance(one, Rejected))

    text = rejects.read_text()
    again = text.replace('"{""broken, ""x""}"', '"{""type"":""page""}"')

    assert rejected(rejects) == {2: "The line is no JSON object."}
    assert [item["type"] for item in built(write(again, "again.csv"))] == ["page"]


# -- packed by the child ---------------------------------------------------------------

texts = st.one_of(
    st.sampled_from(("", "u1", "guest", "Anna@Example.com", "a\x00b", " x ")),
    st.text(max_size=5),
)
values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-(2**70), 2**70), texts),
    lambda inside: st.lists(inside, max_size=2) | st.dictionaries(texts, inside),
    max_leaves=4,
)
told = st.sampled_from(
    ("2026-03-01T10:00:00Z", "2026-03-01 10:00", "1999", "2099-01-01", "soon", "")
)
events = st.fixed_dictionaries(
    {"type": st.sampled_from(("track", "page", "identify", "alias", "group", "x"))},
    optional={
        "event": st.sampled_from(("Product Viewed", "Journey Entered", "Own", " ")),
        "messageId": texts,
        "userId": texts,
        "anonymousId": texts,
        "timestamp": told,
        "originalTimestamp": told,
        "sentAt": told,
        "properties": st.dictionaries(texts, values, max_size=3),
        "traits": st.dictionaries(st.sampled_from(("email", "phone", "a")), texts),
        "context": st.dictionaries(
            st.sampled_from(("ip", "reset", "historical")), values
        ),
        "message_id": texts,
    },
)


@settings(max_examples=200)
@given(events, st.booleans())
@example({**VIEW, "event": "Journey Entered"}, True)
@example({**VIEW, "sentAt": "2026-03-02T10:00:00Z"}, True)
@example({**VIEW, "originalTimestamp": "2026-03-02T10:00:00Z"}, True)
@example({**VIEW, "timestamp": "2099-01-01"}, True)
@example({**VIEW, "context": {"reset": True}}, True)
def test_a_line_made_ready_at_once_is_what_its_item_comes_to(event, historical):
    raw = msgspec.json.encode(event)

    found = READY.of_line(raw, historical=historical)

    if found is not None:
        item = item_of(raw, historical=historical)
        taken = take(msgspec.json.encode(item), ARRIVAL)
        assert found == (taken.entry.message_id, taken.entry.body)
        assert taken.entry.reason is None
        assert not taken.warnings


def test_ordinary_lines_are_made_ready_at_once():
    assert READY.of_line(msgspec.json.encode(VIEW), historical=True)[0] == "m1"


def test_each_line_is_in_one_packet_and_has_one_outcome(write):
    odd = {**VIEW, "properties": [], "messageId": "m2"}
    path = write(lines(VIEW, odd) + "\n" + lines(VIEW))

    found = list(pack(frames.Pack(plan(path), encode(TERMS))))

    sent = [one for packet in found for one in read_packet(packet.body)]
    assert [message_id for message_id, _ in sent] == ["m1", None, "m1"]
    assert [one.line for packet in found for one in packet.rejected] == [3]
    assert found[-1].lines_done == found[-1].lines_total == 4


def test_a_packet_is_bounded_by_items_and_by_bytes(write):
    small = [{**VIEW, "messageId": f"m{n}"} for n in range(1_200)]
    large = [{**VIEW, "properties": {"a": "x" * 30_000}} for _ in range(100)]
    path = write(lines(*small, *large))

    found = list(pack(frames.Pack(plan(path), encode(TERMS))))

    assert max(packet.items for packet in found) == PACKET_ITEMS_MAX
    assert max(len(packet.body) for packet in found) < PACKET_BYTES_MAX + 31_000
    assert sum(packet.items for packet in found) == 1_300
