"""What every copy of a truth does: whatever it goes from and into, it is the same."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from habitue.backends.postgres import truth_fill as postgres_fill
from habitue.backends.postgres.truth import PostgresTruth
from habitue.backends.postgres.truth_contents import PostgresContents
from habitue.backends.sqlite import truth_fill as sqlite_fill
from habitue.backends.sqlite.truth import SqliteTruth
from habitue.backends.sqlite.truth_contents import SqliteContents
from habitue.base.errors import ConflictError
from habitue.log.contents import Contents
from habitue.log.port import Entry, Truth
from habitue.model.outcome import Fate

NOW_US = 1_700_000_000_000_000
ERASED = Entry(source="web", message_id="m3", body=b'{"secret": 3}')


class Place:
    """Somewhere a truth can be: how it is opened, read whole and filled there."""

    def __init__(
        self,
        truth: Callable[[], Truth],
        contents: Callable[[], Contents],
        fill: Callable[[Contents], None],
    ) -> None:
        self.truth, self.contents, self.fill = truth, contents, fill


def on_sqlite(path: Path) -> Place:
    return Place(
        lambda: SqliteTruth(path, recent_max=4),
        lambda: SqliteContents(path),
        lambda contents: sqlite_fill.fill(path, contents),
    )


def on_postgres(url: str) -> Place:
    return Place(
        lambda: PostgresTruth(url),
        lambda: PostgresContents(url),
        lambda contents: postgres_fill.fill(url, contents),
    )


WAYS = [
    pytest.param(("sqlite", "sqlite")),
    pytest.param(("sqlite", "postgres"), marks=pytest.mark.postgres),
    pytest.param(("postgres", "sqlite"), marks=pytest.mark.postgres),
]


@pytest.fixture(params=WAYS, ids="-to-".join)
def places(
    request: pytest.FixtureRequest, tmp_path: Path
) -> Iterator[tuple[Place, Place]]:
    """Where a truth is, and where it is to go."""

    def place(name: str, at: str) -> Place:
        if name == "sqlite":
            return on_sqlite(tmp_path / f"{at}.db")
        return on_postgres(request.getfixturevalue("postgres_url"))

    source, target = request.param
    return place(source, "from"), place(target, "to")


def write(truth: Truth) -> None:
    """Put something into each table."""
    truth.define("source", "web", b'{"a":1}', NOW_US)
    truth.define("source", "web", b'{"a":2}', NOW_US)
    bodies = [b'{"n":%d}' % n for n in range(9)]
    truth.commit(
        [Entry(source="web", message_id=f"n{n}", body=b) for n, b in enumerate(bodies)],
        NOW_US,
    )
    truth.commit([ERASED], NOW_US)
    truth.commit([ERASED, Entry(source="web", message_id="", body=b"bad")], NOW_US + 9)
    bad = Entry(source="till", message_id="x", body=b"mended", reason="late")
    truth.commit([bad], NOW_US + 10)
    offset = truth.find("web", "m3")
    assert offset is not None
    truth.mark_replayed(2, 5)
    truth.erase([offset], "asked for", NOW_US + 20)


def told(contents: Contents) -> dict[str, Any]:
    """Give all there is, but for the hash that only one kind of store keeps."""
    keys = [key for page in contents.erased_keys() for key in page]
    return {
        "secret": contents.secret(),
        "head": contents.head(),
        "records": [one for page in contents.records() for one in page],
        "erased": [(key.offset, key.fingerprint) for key in keys],
        "quarantined": [one for page in contents.quarantined() for one in page],
        "counts": [one for page in contents.counts() for one in page],
        "definitions": contents.definitions(),
    }


def copied(places: tuple[Place, Place]) -> tuple[dict[str, Any], dict[str, Any]]:
    source, target = places
    truth = source.truth()
    write(truth)
    truth.close()
    contents = source.contents()
    before = told(contents)
    target.fill(contents)
    contents.close()
    copy = target.contents()
    after = told(copy)
    copy.close()
    return before, after


def test_a_copy_holds_what_the_original_holds(places: tuple[Place, Place]) -> None:
    before, after = copied(places)

    assert after == before
    assert len(before["records"]) == 13
    assert [one.replayed_offset for one in before["quarantined"]] == [None, 5]


def test_a_copy_verifies_and_goes_on_from_where_it_ends(
    places: tuple[Place, Place],
) -> None:
    copied(places)
    truth = places[1].truth()

    assert truth.verify() == 13
    truth.commit([Entry(source="web", message_id="new", body=b"{}")], NOW_US + 30)
    assert (truth.head(), truth.verify()) == (14, 14)
    truth.close()


def test_what_was_stored_or_erased_is_a_duplicate_in_a_copy(
    places: tuple[Place, Place],
) -> None:
    copied(places)
    truth = places[1].truth()

    stored = Entry(source="web", message_id="n1", body=b'{"n":1}')
    outcomes = truth.commit([stored, ERASED], NOW_US + 30)

    assert [one.fate for one in outcomes] == [Fate.DUPLICATE, Fate.DUPLICATE]
    assert truth.find("web", "m3") == outcomes[1].offset
    truth.close()


@pytest.mark.postgres
def test_a_database_that_holds_a_log_is_not_filled(
    postgres_url: str, tmp_path: Path
) -> None:
    for truth in (SqliteTruth(tmp_path / "truth.db"), PostgresTruth(postgres_url)):
        write(truth)
        truth.close()
    contents = SqliteContents(tmp_path / "truth.db")

    with pytest.raises(ConflictError, match="holds a log already"):
        postgres_fill.fill(postgres_url, contents)

    contents.close()


@pytest.mark.postgres
def test_a_database_is_read_as_of_the_moment_it_was_opened(postgres_url: str) -> None:
    truth = PostgresTruth(postgres_url)
    write(truth)
    contents = PostgresContents(postgres_url)

    truth.commit([Entry(source="web", message_id="new", body=b"{}")], NOW_US + 30)
    truth.define("source", "web", b'{"a":3}', NOW_US + 40)

    found = told(contents)
    assert found["head"].offset == len(found["records"]) == 13
    assert sum(one.items for one in found["counts"] if one.fate == "stored") == 13
    assert [one.version for one in found["definitions"]] == [2]
    contents.close()
    truth.close()
