"""The browser's script is put together from all its parts, and changes none."""

from pathlib import Path

from habitue.collect.browser import script
from habitue.collect.browser.script import PARTS, browser_script, snippet

FOLDER = Path(script.__file__).parent


def test_each_part_in_the_folder_is_in_the_script() -> None:
    assert {path.stem for path in FOLDER.glob("*.js")} == set(PARTS)


def test_only_comments_and_indents_are_left_out() -> None:
    lines = browser_script().plain.decode().splitlines()

    for part in PARTS:
        source = (FOLDER / f"{part}.js").read_text("utf-8")
        told = [line.strip() for line in source.splitlines()]
        kept = [line for line in told if line and not line.startswith("//")]
        at = lines.index(kept[0])
        assert lines[at : at + len(kept)] == kept


def test_no_line_of_a_part_depends_on_its_indent() -> None:
    # A text over several lines would lose its indents.
    for part in PARTS:
        for line in (FOLDER / f"{part}.js").read_text("utf-8").splitlines():
            assert line.count("`") % 2 == 0, line
            assert not line.endswith("\\"), line


def test_a_key_or_an_address_writes_no_element_of_its_own() -> None:
    line = snippet('https://x"><script>', '"><b>')

    assert line.count("<") == 2
