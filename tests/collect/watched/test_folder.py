"""What a look at a folder takes: whole files, plain ones, of wanted names."""

import os

import pytest

from habitue.base.errors import InvalidError
from habitue.collect.watched.folder import (
    DONE,
    Folder,
    is_wanted,
    look_again,
    put_away,
)

SECOND = 1_000_000
SETTLE = 10 * SECOND


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "in").mkdir()
    return tmp_path / "in"


def names(found):
    return [one.path.name for one in found]


def test_a_file_is_whole_when_it_did_not_change_for_a_while(folder):
    watched = Folder(folder, "*.csv", SETTLE)
    (folder / "a.csv").write_text("email\n")

    assert watched.look(0) == []
    assert watched.look(SETTLE - 1) == []
    assert names(watched.look(SETTLE)) == ["a.csv"]


def test_a_file_that_grows_is_waited_for(folder):
    watched = Folder(folder, "*", SETTLE)
    path = folder / "a.csv"
    path.write_text("email\n")
    watched.look(0)
    with path.open("a") as file:
        file.write("a@b.pl\n")

    assert watched.look(SETTLE) == []
    assert names(watched.look(2 * SETTLE)) == ["a.csv"]


def test_a_file_that_is_written_over_within_its_size_is_waited_for(folder):
    watched = Folder(folder, "*", SETTLE)
    path = folder / "a.csv"
    path.write_text("email\n")
    watched.look(0)
    os.utime(path, ns=(1, 1))

    assert watched.look(SETTLE) == []


def test_a_marker_beside_it_says_that_a_file_is_whole(folder):
    watched = Folder(folder, "*", SETTLE)
    (folder / "a.csv").write_text("email\n")
    (folder / "a.csv.done").touch()

    assert names(watched.look(0)) == ["a.csv"]


@pytest.mark.parametrize(
    "name",
    [
        *(".a.csv", "~a.csv", "a.csv.part", "a.csv.tmp", "A.CSV.FILEPART", "a.csv~"),
        *("a.csv.crdownload", "a.csv.done", "a.csv.swp"),
    ],
)
def test_names_of_uploads_under_way_are_not_taken(name):
    assert not is_wanted(name, "*")


def test_a_link_is_never_followed(folder, tmp_path):
    secret = tmp_path / "secret.csv"
    secret.write_text("email\n")
    (folder / "a.csv").symlink_to(secret)
    (folder / "b.csv").mkdir()
    os.mkfifo(folder / "c.csv")
    watched = Folder(folder, "*", 0)

    assert watched.look(0) == []


def test_the_oldest_comes_first(folder):
    watched = Folder(folder, "*", 0)
    for at, name in ((3, "a"), (1, "b"), (2, "c")):
        (folder / name).touch()
        os.utime(folder / name, (at, at))

    assert names(watched.look(0)) == ["b", "c", "a"]


def test_a_file_is_put_away_under_a_name_of_its_own(folder):
    watched = Folder(folder, "*", 0)
    for _ in range(3):
        (folder / "a.csv").write_text("email\n")
        (folder / "a.csv.done").touch()
        [found] = watched.look(0)
        put_away(found, DONE)

    assert sorted(path.name for path in (folder / DONE).iterdir()) == [
        "a.csv",
        "a~2.csv",
        "a~3.csv",
    ]
    assert [path.name for path in folder.iterdir()] == [DONE]


def test_nothing_is_put_through_a_link(folder, tmp_path):
    (tmp_path / "elsewhere").mkdir()
    (folder / DONE).symlink_to(tmp_path / "elsewhere")
    (folder / "a.csv").touch()
    [found] = Folder(folder, "*", 0).look(0)

    with pytest.raises(InvalidError, match="is a link"):
        put_away(found, DONE)


def test_a_file_that_changed_since_is_another(folder):
    path = folder / "a.csv"
    path.write_text("email\n")
    [found] = Folder(folder, "*", 0).look(0)
    assert look_again(found)

    path.write_text("email\na@b.pl\n")

    assert not look_again(found)
