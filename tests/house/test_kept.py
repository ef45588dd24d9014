"""What several files of tests begin with is made once, and whole."""

import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.acceptance.kept import kept


def test_who_comes_while_it_is_made_waits_and_is_given_the_same(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    made = []
    tmp_path_factory.getbasetemp()  # No two threads are to make that itself.

    def make(folder: Path) -> None:
        made.append(folder)
        # Time enough for all to come.
        time.sleep(0.2)
        (folder / "told").write_text("all of it")

    with ThreadPoolExecutor(4) as pool:
        asked = [pool.submit(kept, tmp_path_factory, "once", make) for _ in range(4)]
        found = {one.result() for one in asked}

    assert len(made) == 1
    (folder,) = found
    assert (folder / "told").read_text() == "all of it"


def test_what_could_not_be_made_to_its_end_is_made_anew(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    def fail(folder: Path) -> None:
        (folder / "half").write_text("a part")
        raise OSError("no room")

    def make(folder: Path) -> None:
        (folder / "whole").write_text("all of it")

    with pytest.raises(OSError, match="no room"):
        kept(tmp_path_factory, "again", fail)

    found = kept(tmp_path_factory, "again", make)

    assert [one.name for one in found.iterdir()] == ["whole"]
