"""The pages made from the code are what the code says."""

import inspect
from pathlib import Path

import pytest

from habitue.base.settings import declared
from tools.pages import PAGES, nouns

DOCS = Path(__file__).parent.parent.parent / "docs"


@pytest.mark.parametrize("name", PAGES)
def test_the_page_is_what_the_code_says(name: str) -> None:
    assert (DOCS / name).read_text("utf-8") == PAGES[name](), "run 'make docs'"


def test_every_setting_has_a_sentence() -> None:
    for entry in declared().values():
        assert entry.setting.text.endswith("."), entry.name


def test_every_noun_has_a_sentence() -> None:
    assert len(nouns()) > 10
    for noun in nouns():
        text = (inspect.getdoc(noun) or "").split("\n\n")[0]
        assert text.endswith("."), noun
        assert not text.startswith(f"{noun.__name__}("), noun


@pytest.mark.parametrize("page", sorted(DOCS.glob("why/*.md")), ids=lambda p: p.stem)
def test_a_note_of_a_decision_is_half_a_page(page: Path) -> None:
    text = page.read_text("utf-8")

    assert text.startswith("# ")
    assert 80 < len(text.split()) < 400
