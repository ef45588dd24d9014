"""What every truth does: one suite for all of them."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import psycopg
import pytest

from habitue.backends.postgres.rights import grant
from habitue.backends.postgres.truth import PostgresTruth
from habitue.backends.sqlite.truth import SqliteTruth
from habitue.base.clock import MINUTE_US
from habitue.base.errors import InvalidError, NotFoundError
from habitue.log.carried import carried_entry
from habitue.log.port import DefinitionText, Entry, Erasure, Truth, Waiting
from habitue.model.event import Event
from habitue.model.outcome import Fate, Outcome
from habitue.model.record import RecordKind

NOW_US = 1_700_000_000_000_000

NewTruth = Callable[[], Truth]


# On PostgreSQL as who owns the tables, and as who may read and write their rows alone.
STORES = (
    "sqlite",
    pytest.param("postgres_url", marks=pytest.mark.postgres, id="postgres"),
    pytest.param("rows_alone", marks=pytest.mark.postgres, id="postgres-rows-alone"),
)


@pytest.fixture(params=STORES)
def new_truth(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[NewTruth]:
    """Opens the same truth again and again; the one before is closed first."""
    opened: list[Truth] = []
    is_sqlite = request.param == "sqlite"
    url = "" if is_sqlite else request.getfixturevalue(request.param)

    def reopen() -> Truth:
        while opened:
            opened.pop().close()
        # A small index, so that runs and merges take part.
        path = tmp_path / "truth.db"
        opened.append(
            SqliteTruth(path, recent_max=4) if is_sqlite else PostgresTruth(url)
        )
        return opened[-1]

    yield reopen
    while opened:
        opened.pop().close()


@pytest.fixture
def rows_alone(postgres_url: str, postgres_role: str) -> str:
    """The same database for a role that is let in to rows, and owns nothing."""
    PostgresTruth(postgres_url).close()
    with psycopg.connect(postgres_url) as db:
        db.execute("CREATE SCHEMA state")
        db.execute("CREATE SCHEMA control")
    grant(postgres_url, postgres_role)
    return postgres_url.replace("postgres@", f"{postgres_role}@")


@pytest.fixture
def truth(new_truth: NewTruth) -> Truth:
    return new_truth()


def entry(message_id: str = "m1", body: bytes = b'{"a":1}', **fields: object) -> Entry:
    values = {"source": "web", "message_id": message_id, "body": body, **fields}
    return msgspec.convert(values, Entry)


def event(message_id: str = "m1", **fields: object) -> Entry:
    told = Event(type="track", name="Looked", at_us=1, **fields)  # type: ignore[arg-type]
    return entry(message_id, msgspec.json.encode(told))


def fates(outcomes: list[Outcome]) -> list[Fate]:
    return [outcome.fate for outcome in outcomes]


def counted(truth: Truth) -> dict[tuple[str, str, str], int]:
    return {(c.source, c.fate, c.reason): c.items for c in truth.counts(0)}


# -- appending ----------------------------------------------------------------


def test_an_empty_log_ends_at_offset_zero(truth: Truth) -> None:
    assert (truth.head(), truth.read(0, 10), truth.get(1)) == (0, [], None)


def test_offsets_are_dense_from_one_on(truth: Truth) -> None:
    truth.commit([entry("a"), entry("b")], NOW_US)
    truth.commit([entry("b"), entry("c")], NOW_US)

    assert [record.offset for record in truth.read(0, 10)] == [1, 2, 3]


def test_a_stored_item_is_read_back_as_it_was_given(truth: Truth) -> None:
    truth.commit([entry("a", b"\x00\xff{}", kind="tick")], NOW_US)

    record = truth.get(1)

    assert record is not None
    assert (record.kind, record.source, record.message_id, record.body) == (
        RecordKind.TICK,
        "web",
        "a",
        b"\x00\xff{}",
    )


def test_received_us_never_decreases_when_the_clock_goes_back(truth: Truth) -> None:
    truth.commit([entry("a")], NOW_US)
    truth.commit([entry("b")], NOW_US - 5_000_000)

    assert [record.received_us for record in truth.read(0, 10)] == [NOW_US, NOW_US]


def test_received_us_never_decreases_over_a_restart(new_truth: NewTruth) -> None:
    new_truth().commit([entry("a")], NOW_US)
    new_truth().commit([entry("b")], 1)

    assert [record.received_us for record in new_truth().read(0, 10)] == [NOW_US] * 2


def test_reading_goes_on_after_an_offset(truth: Truth) -> None:
    truth.commit([entry(f"m{n}") for n in range(10)], NOW_US)

    assert [record.offset for record in truth.read(4, 3)] == [5, 6, 7]


def test_a_large_commit_keeps_its_order(truth: Truth) -> None:
    ids = [f"m{n}" for n in range(777)]

    truth.commit([entry(name) for name in ids], NOW_US)

    assert [record.message_id for record in truth.read(0, 1_000)] == ids


def test_an_empty_commit_gives_no_outcomes(truth: Truth) -> None:
    assert truth.commit([], NOW_US) == []


def test_fresh_gives_what_became_durable_once(truth: Truth) -> None:
    truth.commit([entry("a"), entry("a"), entry("b")], NOW_US)
    truth.define("kind", "name", b"{}", NOW_US)

    assert [record.offset for record in truth.fresh()] == [1, 2, 3]
    assert truth.fresh() == []


def test_fresh_gives_the_same_records_as_reading(truth: Truth) -> None:
    truth.commit([entry("a"), event("b")], NOW_US)

    assert truth.fresh() == truth.read(0, 10)


def test_any_thread_reads(truth: Truth) -> None:
    truth.commit([entry("a")], NOW_US)
    found: list[object] = []

    def look() -> None:
        found.extend([len(truth.read(0, 10)), truth.find("web", "a"), truth.head()])

    thread = threading.Thread(target=look)
    thread.start()
    thread.join()

    assert found == [1, 1, 1]


# -- some records at once -------------------------------------------------------


def test_some_records_are_read_as_each_of_them_is(truth: Truth) -> None:
    truth.commit([event(f"m{at}") for at in range(10)], NOW_US)
    whole = truth.get(4)
    assert whole is not None
    stands = carried_entry(whole, Event(type="track", name="Looked", at_us=1))
    truth.erase([4], "retention", NOW_US, carried=[stands])
    truth.erase([7], "asked for", NOW_US)

    found = truth.get_many([9, 2, 4, 7, 2])

    assert found == {at: truth.get(at) for at in (2, 4, 7, 9)}
    assert found[4].message_id == "m3"
    assert found[7].body is None


def test_what_is_not_there_is_none_of_some_records(truth: Truth) -> None:
    truth.commit([entry("a"), entry("b")], NOW_US)

    assert truth.get_many([]) == {}
    assert truth.get_many([7]) == {}
    assert list(truth.get_many([2])) == [2]
    assert sorted(truth.get_many([0, 2, 2**62, 1])) == [1, 2]


def test_some_records_take_one_question(
    truth: Truth, monkeypatch: pytest.MonkeyPatch
) -> None:
    truth.commit([entry(f"m{at}") for at in range(300)], NOW_US)
    assert truth.get(1) is not None
    reader = truth._reader  # type: ignore[attr-defined]
    name = "_rows" if isinstance(truth, SqliteTruth) else "_asked"
    asked, ask = [], getattr(reader, name)

    def counted(*question: object) -> object:
        asked.append(question)
        return ask(*question)

    monkeypatch.setattr(reader, name, counted)

    assert len(truth.get_many(range(1, 301))) == 300
    assert len(asked) == 1


# -- dedup --------------------------------------------------------------------


def test_the_same_item_again_is_a_duplicate_of_the_first(truth: Truth) -> None:
    truth.commit([entry("x"), entry("a")], NOW_US)

    assert truth.commit([entry("a")], NOW_US) == [Outcome(Fate.DUPLICATE, offset=2)]


def test_the_same_item_twice_in_a_commit_is_stored_once(truth: Truth) -> None:
    outcomes = truth.commit([entry("a"), entry("a")], NOW_US)

    assert fates(outcomes) == [Fate.STORED, Fate.DUPLICATE]
    assert outcomes[1].offset == 1


def test_the_same_item_is_a_duplicate_after_a_restart(new_truth: NewTruth) -> None:
    items = [entry(f"m{n}") for n in range(11)]
    new_truth().commit(items, NOW_US)

    outcomes = new_truth().commit(items, NOW_US)

    assert outcomes == [Outcome(Fate.DUPLICATE, offset=n) for n in range(1, 12)]


def test_message_ids_of_one_source_do_not_suppress_anothers(truth: Truth) -> None:
    outcomes = truth.commit([entry("a"), entry("a", source="till")], NOW_US)

    assert fates(outcomes) == [Fate.STORED, Fate.STORED]


def test_source_and_message_id_do_not_run_into_one_another(truth: Truth) -> None:
    outcomes = truth.commit([entry("bc", source="a"), entry("c", source="ab")], NOW_US)

    assert fates(outcomes) == [Fate.STORED, Fate.STORED]


def test_the_same_id_with_other_content_is_quarantined(truth: Truth) -> None:
    truth.commit([event("a", properties={"price": 1})], NOW_US)

    [outcome] = truth.commit([event("a", properties={"price": 2})], NOW_US)

    assert (outcome.fate, outcome.reason) == (Fate.QUARANTINED, "conflict")
    assert outcome.detail is not None
    assert "same message id" in outcome.detail


def test_other_content_in_the_same_commit_is_quarantined(truth: Truth) -> None:
    items = [entry("a", b"1"), entry("a", b"2"), entry("a", b"1")]

    outcomes = truth.commit(items, NOW_US)

    assert fates(outcomes) == [Fate.STORED, Fate.QUARANTINED, Fate.DUPLICATE]


def test_a_retry_with_another_context_and_time_is_a_duplicate(truth: Truth) -> None:
    truth.commit([event("a", context={"ip": "1"}, time_rule="sent")], NOW_US)

    outcomes = truth.commit([event("a", context={"ip": "2"})], NOW_US)

    assert fates(outcomes) == [Fate.DUPLICATE]


def test_other_kinds_of_records_are_compared_by_their_bytes(truth: Truth) -> None:
    items = [entry("a", body, kind="judgement") for body in (b'{"a":1}', b'{ "a":1}')]

    assert fates(truth.commit(items, NOW_US)) == [Fate.STORED, Fate.QUARANTINED]


def test_the_same_bytes_of_another_kind_are_a_conflict(truth: Truth) -> None:
    outcomes = truth.commit([entry("a"), entry("a", kind="tick")], NOW_US)

    assert fates(outcomes) == [Fate.STORED, Fate.QUARANTINED]


def test_an_item_is_found_by_what_it_is_called(truth: Truth) -> None:
    truth.commit([entry("x"), entry("a")], NOW_US)

    assert (truth.find("web", "a"), truth.find("till", "a")) == (2, None)


@pytest.mark.parametrize("name", ["", "a\0b", "\ud800", "x" * 1_001])
def test_a_message_id_that_cannot_be_kept_is_quarantined(
    truth: Truth, name: str
) -> None:
    outcomes = truth.commit(
        [entry("a"), Entry(source="web", message_id=name, body=b"1")], 1
    )

    assert [o.reason for o in outcomes] == [None, "bad_message_id"]


@pytest.mark.parametrize("name", ["x" * 1_000, "ż" * 1_000, "'; DROP TABLE record; --"])
def test_an_odd_message_id_is_deduplicated(truth: Truth, name: str) -> None:
    outcomes = truth.commit([entry(name), entry(name)], NOW_US)

    assert fates(outcomes) == [Fate.STORED, Fate.DUPLICATE]


# -- quarantine and counts ----------------------------------------------------


def test_a_quarantined_item_keeps_its_bytes_and_reason(truth: Truth) -> None:
    item = entry("a", b"\xff\x00", reason="not_json", detail="It is not JSON.")

    [outcome] = truth.commit([item], NOW_US)

    assert outcome.quarantine_id is not None
    kept = truth.quarantine_item(outcome.quarantine_id)
    assert kept is not None
    assert (kept.original, kept.reason, kept.detail, kept.received_us) == (
        b"\xff\x00",
        "not_json",
        "It is not JSON.",
        NOW_US,
    )


def test_a_conflict_keeps_the_bytes_that_came(truth: Truth) -> None:
    truth.commit(
        [entry("a", b"1"), entry("a", b"2", original=lambda: b"as it came")], NOW_US
    )

    assert [item.original for item in truth.quarantined(0, 10)] == [b"as it came"]


def test_the_quarantine_keeps_64_kilobytes_of_an_item(truth: Truth) -> None:
    truth.commit([entry("a", b"x" * 70_000, reason="too_big")], NOW_US)

    assert len(truth.quarantined(0, 10)[0].original) == 65_536


def test_quarantined_text_that_cannot_be_kept_is_made_plain(truth: Truth) -> None:
    item = Entry(
        source="web", message_id="a\0", body=b"1", reason="odd", detail="\ud800\0"
    )

    truth.commit([item], NOW_US)

    assert truth.quarantined(0, 10)[0].message_id == "a�"


def test_the_quarantine_is_read_from_a_number_on(truth: Truth) -> None:
    truth.commit([entry(f"m{n}", reason="bad") for n in range(5)], NOW_US)

    assert [item.quarantine_id for item in truth.quarantined(2, 2)] == [3, 4]


def test_what_waits_of_a_source_for_a_reason_is_told_newest_first(
    truth: Truth,
) -> None:
    told = [("web", "bad"), ("till", "bad"), ("web", "odd"), *[("web", "bad")] * 3]
    entries = [
        Entry(
            source=source, message_id=f"m{at}", body=b"1", reason=reason, detail=f"{at}"
        )
        for at, (source, reason) in enumerate(told)
    ]
    truth.commit(entries, NOW_US)
    truth.mark_replayed(5, 1)

    assert truth.kept_aside("web", "bad", 10) == ["5", "3", "0"]
    assert truth.kept_aside("web", "bad", 2) == ["5", "3"]
    assert truth.kept_aside("nobody", "bad", 10) == []


def test_quarantine_numbers_go_on_after_a_restart(new_truth: NewTruth) -> None:
    new_truth().commit([entry("a", reason="bad")], NOW_US)

    [outcome] = new_truth().commit([entry("a", reason="bad")], NOW_US)

    assert outcome.quarantine_id == 2


def test_a_replay_is_marked_once(truth: Truth) -> None:
    truth.commit([entry("a", reason="bad")], NOW_US)

    truth.mark_replayed(1, 7)
    truth.mark_replayed(1, 8)

    kept = truth.quarantine_item(1)
    assert kept is not None
    assert kept.replayed_offset == 7


def test_there_is_no_quarantined_item_with_an_unknown_number(truth: Truth) -> None:
    assert truth.quarantine_item(1) is None


def test_a_refused_item_is_only_counted(truth: Truth) -> None:
    outcomes = truth.commit([entry("a", reason="over_limit", refused=True)], NOW_US)

    assert outcomes == [Outcome(Fate.REFUSED, reason="over_limit")]
    assert (truth.head(), truth.quarantined(0, 10)) == (0, [])
    assert counted(truth) == {("web", "refused", "over_limit"): 1}


def test_every_item_is_counted_by_its_fate(truth: Truth) -> None:
    items = [
        entry("a"),
        entry("a"),
        entry("a", b"other"),
        entry("b", reason="bad"),
        entry("b", reason="bad"),
        entry("c", reason="over_limit", refused=True),
        entry("a", source="till"),
    ]

    truth.commit(items, NOW_US)
    truth.commit(items, NOW_US)

    assert counted(truth) == {
        ("till", "duplicate", ""): 1,
        ("till", "stored", ""): 1,
        ("web", "duplicate", ""): 3,
        ("web", "quarantined", "bad"): 4,
        ("web", "quarantined", "conflict"): 2,
        ("web", "refused", "over_limit"): 2,
        ("web", "stored", ""): 1,
    }


def test_items_are_counted_in_the_minute_they_came(truth: Truth) -> None:
    start = NOW_US // MINUTE_US * MINUTE_US
    truth.commit([entry("a")], start + 59_999_999)
    truth.commit([entry("b")], start + MINUTE_US)

    assert [count.minute_us for count in truth.counts(0)] == [start, start + MINUTE_US]
    assert len(truth.counts(start + 1)) == 1


def test_what_waits_after_an_offset_is_counted_by_source(truth: Truth) -> None:
    truth.commit([entry("a"), entry("a", source="till")], NOW_US)
    truth.commit([entry("b"), entry("c")], NOW_US + 5)
    truth.commit([entry("b", source="till"), entry("d")], NOW_US + 9)

    assert truth.waiting(1, 100) == [
        Waiting("till", 2, NOW_US),
        Waiting("web", 3, NOW_US + 5),
    ]
    assert truth.waiting(2, 3) == [
        Waiting("till", 1, NOW_US + 9),
        Waiting("web", 2, NOW_US + 5),
    ]
    assert truth.waiting(6, 100) == []


# -- definitions --------------------------------------------------------------


def test_a_definition_is_a_record_with_its_whole_text(truth: Truth) -> None:
    truth.define("source", "web", b'{"mode": "joins"}', NOW_US)

    record = truth.get(1)

    assert record is not None
    assert (record.kind, record.source, record.message_id) == (
        RecordKind.DEFINITION,
        "definition",
        "source/web/1",
    )
    text = msgspec.json.decode(record.body or b"", type=DefinitionText)
    assert bytes(text.body) == b'{"mode": "joins"}'


def test_the_last_version_of_a_definition_is_the_current_one(truth: Truth) -> None:
    truth.define("source", "web", b"1", NOW_US)
    truth.define("source", "till", b"2", NOW_US)
    latest = truth.define("source", "web", b"3", NOW_US)

    current = truth.definitions("source")

    assert [(d.name, d.version, d.offset, d.body) for d in current] == [
        ("till", 1, 2, b"2"),
        ("web", 2, 3, b"3"),
    ]
    assert current[1] == latest


def test_a_definition_may_come_as_an_entry(truth: Truth) -> None:
    text = DefinitionText(kind="key", name="k", version=1, body=msgspec.Raw(b"{}"))
    item = entry("key/k/1", msgspec.json.encode(text), kind="definition")

    truth.commit([item, item], NOW_US)

    assert [d.offset for d in truth.definitions("key")] == [1]


def test_an_older_version_that_comes_later_is_not_the_current_one(
    truth: Truth,
) -> None:
    for version in (2, 1):
        text = DefinitionText(
            kind="key", name="k", version=version, body=msgspec.Raw(b"%d" % version)
        )
        body = msgspec.json.encode(text)
        truth.commit([entry(f"key/k/{version}", body, kind="definition")], NOW_US)

    assert [d.version for d in truth.definitions("key")] == [2]


def test_a_definition_entry_that_cannot_be_read_is_quarantined(truth: Truth) -> None:
    [outcome] = truth.commit([entry("a", b"{}", kind="definition")], NOW_US)

    assert outcome.reason == "bad_definition"


def test_a_definition_that_is_not_json_is_refused(truth: Truth) -> None:
    with pytest.raises(InvalidError, match="not JSON"):
        truth.define("source", "web", b"{", NOW_US)

    assert fates(truth.commit([entry("a")], NOW_US)) == [Fate.STORED]


# -- erasing and verifying ----------------------------------------------------


def test_events_are_found_by_what_their_bodies_hold(truth: Truth) -> None:
    truth.commit(
        [
            event("m1", properties={"a": "żółw"}),
            event("m2", properties={"a": "%_'\\x00"}),
            event("m3", properties={"b": "żółw"}),
        ],
        NOW_US,
    )
    texts = ['"żółw"'.encode(), b'"b"', b"%_'"]

    assert truth.holding(texts, 0, truth.head()) == [1, 2, 3]
    assert truth.holding(texts[:1], 1, 3) == [3]
    assert truth.holding(texts, 0, 1) == [1]
    assert truth.holding([b"nothing"] * 150, 0, 3) == []
    assert truth.holding([], 0, 3) == []


def test_erasing_takes_the_content_out_and_says_so(truth: Truth) -> None:
    truth.commit([entry("a"), entry("b")], NOW_US)

    told = truth.erase([1], "asked for", NOW_US)

    erased = truth.get(1)
    assert erased is not None
    assert (erased.message_id, erased.body, erased.salt) == (None, None, None)
    assert told.kind is RecordKind.ERASED
    body = msgspec.json.decode(told.body or b"", type=Erasure)
    assert body == Erasure(offsets=(1,), reason="asked for")


def test_the_chain_verifies_over_erased_records(truth: Truth) -> None:
    truth.commit([entry("a"), entry("b"), entry("c")], NOW_US)
    truth.erase([2], "asked for", NOW_US)

    assert truth.verify() == 4


@pytest.mark.parametrize("restart", [False, True])
@pytest.mark.parametrize("before", [0, 20])
def test_an_erased_item_told_again_stays_a_duplicate(
    new_truth: NewTruth, restart: bool, before: int
) -> None:
    truth = new_truth()
    truth.commit([entry("a", b"1")], NOW_US)
    truth.commit([entry(f"m{n}") for n in range(before)], NOW_US)
    truth.erase([1], "asked for", NOW_US)
    truth = new_truth() if restart else truth

    outcomes = truth.commit([entry("a", b"1"), entry("a", b"2")], NOW_US)

    assert outcomes == [Outcome(Fate.DUPLICATE, offset=1)] * 2


def test_a_record_that_is_carried_reads_as_what_stands_for_it(
    new_truth: NewTruth,
) -> None:
    truth = new_truth()
    truth.commit([event("a", traits={"n": 1}), event("b")], NOW_US)
    whole = truth.get(1)
    assert whole is not None
    stands = carried_entry(whole, Event(type="track", name="Looked", at_us=1))

    named = truth.erase([1], "retention", NOW_US + 1, carried=[stands])

    for read in (truth.get(1), new_truth().read(0, 1)[0]):
        assert read is not None
        assert (read.offset, read.received_us) == (1, NOW_US)
        assert (read.source, read.message_id, read.salt) == ("web", "a", None)
        assert msgspec.json.decode(read.body or b"", type=Event).traits == {}
    assert named.offset == 4
    truth = new_truth()
    assert truth.verify() == 4
    assert fates(truth.commit([event("a")], NOW_US)) == [Fate.DUPLICATE]


def test_a_carried_record_that_is_erased_stands_for_nothing(truth: Truth) -> None:
    truth.commit([event("a")], NOW_US)
    whole = truth.get(1)
    assert whole is not None
    stands = carried_entry(whole, Event(type="track", name="Looked", at_us=1))
    truth.erase([1], "retention", NOW_US, carried=[stands])

    truth.erase([1, 2], "asked for", NOW_US)

    read = truth.get(1)
    assert read is not None
    assert (read.message_id, read.body) == (None, None)
    assert truth.verify() == 4


def test_what_is_erased_twice_stays_erased(truth: Truth) -> None:
    truth.commit([entry("a")], NOW_US)
    truth.erase([1, 1], "asked for", NOW_US)
    truth.erase([1], "asked again", NOW_US)

    assert truth.verify() == 3
    assert fates(truth.commit([entry("a")], NOW_US)) == [Fate.DUPLICATE]


def test_what_a_quarantined_item_said_is_erased_and_its_count_stays(
    truth: Truth,
) -> None:
    kept = entry("a", b"secret", reason="broken", detail="of secret")
    truth.commit([kept, entry("b", b"other", reason="broken", detail="x")], NOW_US)

    truth.erase([], "asked for", NOW_US, quarantine=[1])

    one, other = truth.quarantined(0, 10)
    assert (one.message_id, one.original) == ("", b"")
    assert "secret" not in one.detail
    assert (one.reason, other.original) == ("broken", b"other")
    assert sum(count.items for count in truth.counts(0)) == 3
    assert truth.verify() == 1


def test_there_is_nothing_to_erase_at_an_unknown_offset(truth: Truth) -> None:
    truth.commit([entry("a")], NOW_US)

    with pytest.raises(NotFoundError, match="no record 7"):
        truth.erase([1, 7], "asked for", NOW_US)

    assert [record.message_id for record in truth.read(0, 10)] == ["a"]


def test_what_tells_of_an_erasure_cannot_be_erased(truth: Truth) -> None:
    truth.commit([entry("a")], NOW_US)
    truth.erase([1], "asked for", NOW_US)

    with pytest.raises(InvalidError, match="Record 2"):
        truth.erase([2], "asked for", NOW_US)


def test_the_log_verifies_after_many_commits_and_restarts(new_truth: NewTruth) -> None:
    for start in range(0, 30, 3):
        new_truth().commit([entry(f"m{n}") for n in range(start, start + 5)], NOW_US)

    assert new_truth().verify() == 32


def test_equal_items_have_unequal_digests(truth: Truth) -> None:
    truth.commit([entry("a"), entry("a", source="till")], NOW_US)

    first, second = truth.read(0, 10)
    assert first.salt != second.salt
    assert first.digest != second.digest
