"""The hash index, and dedup over it, against a plain dict."""

import tempfile
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from habitue.backends.sqlite import truth_dedup
from habitue.backends.sqlite.truth import SqliteTruth
from habitue.log.dedup import HashIndex, KeyHash, Run, merge_runs, sort_run
from habitue.log.port import Entry
from habitue.model.outcome import Fate, Outcome

SECRET = b"s" * 32

# Few hashes, so that keys share them and every one leads to several rows.
few_hashes = st.lists(st.integers(0, 5), max_size=40)


def array(*hashes: int) -> np.ndarray:
    return np.array(hashes, np.uint64)


def filled(hashes: list[int], recent_max: int) -> HashIndex:
    """An index that was given the hashes one by one, at offsets 1, 2, 3..."""
    index = HashIndex(recent_max=recent_max)
    for offset, key in enumerate(hashes, 1):
        if index.is_full():
            index.turn(index.freeze())
        index.add(array(key), np.array([offset], np.int64))
    return index


# -- hashes -------------------------------------------------------------------


def test_a_key_has_one_hash_however_it_is_asked_for() -> None:
    one = KeyHash(SECRET)

    [number] = one.array([("web", "a")]).tolist()

    assert number.to_bytes(8, "little") == KeyHash(SECRET).bytes("web", "a")


def test_another_secret_gives_other_hashes() -> None:
    assert KeyHash(SECRET).bytes("web", "a") != KeyHash(b"t" * 32).bytes("web", "a")


def test_source_and_message_id_do_not_run_into_one_another() -> None:
    hashes = KeyHash(SECRET)

    assert hashes.bytes("a", "bc") != hashes.bytes("ab", "c")


# -- the index ----------------------------------------------------------------


@given(few_hashes, st.integers(1, 7), st.lists(st.integers(0, 7), max_size=10))
def test_the_index_leads_to_every_row_of_a_hash(
    hashes: list[int], recent_max: int, wanted: list[int]
) -> None:
    index = filled(hashes, recent_max)

    found = sorted(index.find(array(*wanted)))

    assert found == [
        (place, offset)
        for place, key in enumerate(wanted)
        for offset, held in enumerate(hashes, 1)
        if held == key
    ]


@given(few_hashes, few_hashes)
def test_merging_runs_keeps_every_pair(left: list[int], right: list[int]) -> None:
    runs = [
        sort_run(array(*hashes), np.arange(start, start + len(hashes)))
        for start, hashes in ((1, left), (100, right))
    ]

    merged = merge_runs(runs)

    assert merged.hashes.tolist() == sorted(left + right)
    pairs = [*enumerate(left, 1), *enumerate(right, 100)]
    kept = zip(merged.offsets.tolist(), merged.hashes.tolist(), strict=True)
    assert sorted(kept) == sorted(pairs)


def test_runs_stay_few() -> None:
    index = filled(list(range(1_000)), recent_max=4)

    assert len(index.runs) <= 5


def test_an_index_that_merges_aside_finds_everything_meanwhile() -> None:
    with ThreadPoolExecutor(1) as executor:
        index = HashIndex(recent_max=16, executor=executor)
        for offset in range(1, 2_001):
            if index.is_full():
                index.turn(index.freeze())
            index.add(array(offset), np.array([offset], np.int64))

            assert index.find(array(offset // 2)) == [(0, offset // 2)] or offset == 1


def test_a_run_finds_its_first_and_its_last_hash() -> None:
    run = Run(array(3, 2**64 - 1), np.array([1, 2]))

    assert list(run.find(array(2**64 - 1, 0, 3))) == [(0, 2), (2, 1)]


# -- dedup over truth.db ------------------------------------------------------

sources = st.sampled_from(["web", "till"])
names = st.integers(0, 12).map(str)
# About every eighth report under a known id tells something else.
bodies = st.sampled_from([b"1"] * 7 + [b"2"])
items = st.builds(Entry, source=sources, message_id=names, body=bodies)
# None is a restart.
stories = st.lists(st.none() | st.lists(items, max_size=8), max_size=12)


class Model:
    """What dedup means: the first report under a key holds."""

    def __init__(self) -> None:
        self.held: dict[tuple[str, str], tuple[int, bytes]] = {}

    def outcome(self, item: Entry) -> tuple[Fate, int | None]:
        key = (item.source, item.message_id)
        if key not in self.held:
            self.held[key] = (len(self.held) + 1, item.body)
            return Fate.STORED, len(self.held)
        offset, body = self.held[key]
        same = body == item.body
        return (Fate.DUPLICATE, offset) if same else (Fate.QUARANTINED, None)


def told(outcome: Outcome) -> tuple[Fate, int | None]:
    return outcome.fate, outcome.offset


class OneBitHash(KeyHash):
    """A hash so poor that half of all keys collide."""

    def many(self, keys: Iterable[tuple[str, str]]) -> list[bytes]:
        return [(found[0] & 1).to_bytes(8, "little") for found in super().many(keys)]


@pytest.fixture(params=["good", "poor"])
def hashes(request: pytest.FixtureRequest) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        if request.param == "poor":
            patch.setattr(truth_dedup, "KeyHash", poor_index_hash)
        yield


def poor_index_hash(secret: bytes, size: int = 8) -> KeyHash:
    return KeyHash(secret, size) if size != 8 else OneBitHash(secret, size)


@pytest.mark.usefixtures("hashes")
def test_dedup_is_that_of_a_dict_over_restarts() -> None:
    @given(stories)
    def holds(story: list[list[Entry] | None]) -> None:
        with tempfile.TemporaryDirectory() as folder:
            follow(story, Path(folder) / "truth.db")

    holds()


def follow(story: list[list[Entry] | None], path: Path) -> None:
    model, truth = Model(), SqliteTruth(path, recent_max=3)
    try:
        for batch in story:
            if batch is None:
                truth.close()
                truth = SqliteTruth(path, recent_max=3)
                continue
            expected = [model.outcome(item) for item in batch]
            assert [told(outcome) for outcome in truth.commit(batch, 1)] == expected
        assert truth.verify() == len(model.held)
    finally:
        truth.close()


def test_one_conflict_in_a_hundred_is_found_among_retries(tmp_path: Path) -> None:
    truth = SqliteTruth(tmp_path / "truth.db", recent_max=700)
    items = [
        Entry(source="web", message_id=f"m{n}", body=b"first") for n in range(5_000)
    ]
    retries = [
        Entry(
            source="web",
            message_id=f"m{n}",
            body=b"other" if n % 100 == 7 else b"first",
        )
        for n in range(5_000)
    ]

    for start in range(0, 5_000, 500):
        truth.commit(items[start : start + 500], 1)
    outcomes = [
        outcome
        for start in range(0, 5_000, 500)
        for outcome in truth.commit(retries[start : start + 500], 1)
    ]
    counts = {(c.fate, c.reason): c.items for c in truth.counts(0)}
    truth.close()

    assert [n for n, o in enumerate(outcomes) if o.fate is Fate.QUARANTINED] == list(
        range(7, 5_000, 100)
    )
    assert counts == {
        ("stored", ""): 5_000,
        ("duplicate", ""): 4_950,
        ("quarantined", "conflict"): 50,
    }


def test_only_the_newest_hashes_have_to_be_read_again_from_the_log(
    tmp_path: Path,
) -> None:
    truth = SqliteTruth(tmp_path / "truth.db", recent_max=4)
    for n in range(50):
        truth.commit([Entry(source="web", message_id=f"m{n}", body=b"1")], 1)

    stored = truth._db.execute("SELECT max(last_offset) FROM dedup_run").fetchone()[0]
    truth.close()

    assert stored >= 46


def test_the_index_is_rebuilt_where_its_runs_are_lost(tmp_path: Path) -> None:
    path = tmp_path / "truth.db"
    items = [Entry(source="web", message_id=f"m{n}", body=b"1") for n in range(50)]
    truth = SqliteTruth(path, recent_max=4)
    for item in items:
        truth.commit([item], 1)
    truth._db.execute("DELETE FROM dedup_run WHERE first_offset > 9")
    truth.close()

    truth = SqliteTruth(path, recent_max=4)
    outcomes = truth.commit(items, 1)
    checked = truth.verify()
    truth.close()

    assert {outcome.fate for outcome in outcomes} == {Fate.DUPLICATE}
    assert checked == 50


def test_a_store_makes_its_own_secret(tmp_path: Path) -> None:
    secrets = set()
    for name in ("a", "b"):
        truth = SqliteTruth(tmp_path / name / "truth.db")
        secrets.add(truth._db.execute("SELECT dedup_secret FROM store").fetchone()[0])
        truth.close()

    assert len(secrets) == 2
