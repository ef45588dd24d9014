"""The feature trace: a pytest plugin that writes docs/features.md from what passed.

A test that shows a row on the real thing carries @pytest.mark.feature("A1"); if it
shows a part only, feature("A1", partly="what is missing"). A row works if it has
such tests, all of them passed, and neither they nor features.toml name anything
missing. Run with --features FILE, the page is written from that run, and a copy for
the package, unless a marked test could not run here: half a run says nothing of the
rest. In CI, a page that was committed with a row said to be better than shown fails
the run; one that says less is only behind.
"""

import os
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

ROOT = Path(__file__).parent.parent
ROWS = Path(__file__).parent / "features.toml"
PAGE = ROOT / "docs" / "features.md"
PACKAGED = ROOT / "src" / "habitue" / "demo" / "features.md"
MARK = "feature"
STATES = ("not yet", "partly", "works")


class Shown(NamedTuple):
    """What one test had to say of one row."""

    row: str
    missing: str
    test: str
    fate: str


class Row(NamedTuple):
    """One feature: its code, its title in our words, what is known to be missing."""

    code: str
    group: str
    title: str
    missing: tuple[str, ...] = ()


def rows() -> list[Row]:
    """Give the rows in order, from features.toml."""
    document = tomllib.loads(ROWS.read_text("utf-8"))
    missing = document.get("missing", {})
    return [
        Row(code, group["title"], title, tuple(missing.get(code, ())))
        for group in document["groups"]
        for code, title in group["rows"].items()
    ]


def state(row: Row, shown: list[Shown]) -> tuple[str, list[str]]:
    """Say whether a row works, works partly, or not yet, and what is missing.

    >>> row = Row("A1", "Collect", "The door")
    >>> state(row, [Shown("A1", "", "t.py::test_it", "passed")])
    ('works', [])
    >>> state(row, [Shown("A1", "", "t.py::test_it", "failed")])
    ('not yet', ['test_it failed'])
    """
    passed = [entry for entry in shown if entry.fate == "passed"]
    gaps = [*row.missing, *(e.missing for e in shown if e.missing)]
    gaps += [f"{_name(e.test)} {e.fate}" for e in shown if e.fate != "passed"]
    gaps = list(dict.fromkeys(gaps))
    if not passed:
        return "not yet", gaps
    return ("partly" if gaps else "works"), gaps


def page(all_rows: list[Row], shown: list[Shown]) -> str:
    """Write the page: each row, its state, what is missing, and the tests."""
    by_row: dict[str, list[Shown]] = {row.code: [] for row in all_rows}
    for entry in sorted(set(shown)):
        by_row[entry.row].append(entry)
    states = {row.code: state(row, by_row[row.code]) for row in all_rows}
    told = [word for word, _ in states.values()]
    lines = [
        "# Features",
        "",
        "What works, what works partly, what does not yet, and the tests that show it.",
        "Written by `make features`; never edited.",
        "",
        f"{told.count('works')} work, {told.count('partly')} partly, "
        f"{told.count('not yet')} not yet.",
    ]
    group = ""
    for row in all_rows:
        if row.group != group:
            group = row.group
            lines += ["", f"## {group}", "", "| | feature | state | shown by |"]
            lines += ["|---|---|---|---|"]
        lines.append(_line(row, *states[row.code], by_row[row.code]))
    return "\n".join(lines) + "\n"


def overstated(before: str, now: str) -> list[str]:
    """Name the rows that a page says to be better than another, by their codes.

    >>> overstated("| A1 | Door | works | `t` |", "| A1 | Door | partly: x | `t` |")
    ['A1']
    """
    shown = _states(now)
    return [code for code, at in _states(before).items() if at > shown.get(code, 0)]


def _states(text: str) -> dict[str, int]:
    cells = [line.split(" | ") for line in text.splitlines() if line.startswith("| ")]
    return {
        row[0].removeprefix("| "): STATES.index(row[2].partition(":")[0])
        for row in cells
        if len(row) > 3 and row[2].partition(":")[0] in STATES
    }


def _line(row: Row, word: str, gaps: list[str], shown: list[Shown]) -> str:
    said = f"{word}: {'; '.join(gaps)}" if gaps and word == "partly" else word
    tests = sorted({e.test for e in shown if e.fate == "passed"})
    cells = (row.code, row.title, said, "<br>".join(f"`{test}`" for test in tests))
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _name(test: str) -> str:
    return test.rpartition("::")[2]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--features", metavar="FILE", help="Write the feature trace here.")


def pytest_configure(config: pytest.Config) -> None:
    # Tests that were only listed show nothing, so there is no page to write then.
    if config.option.collectonly:
        return
    # The workers of xdist report to the one process that writes the page.
    if config.getoption("--features") and not hasattr(config, "workerinput"):
        config.pluginmanager.register(Trace(config), "feature-trace")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    known = {row.code for row in rows()}
    for item in items:
        for code, missing in _marks(item):
            if code not in known:
                message = f"{item.nodeid}: there is no feature '{code}' in {ROWS.name}."
                raise pytest.UsageError(message)
            item.user_properties.append((MARK, [code, missing]))


def _marks(item: pytest.Item) -> Iterator[tuple[str, str]]:
    for mark in item.iter_markers(MARK):
        for code in mark.args:
            yield str(code), str(mark.kwargs.get("partly", ""))


class Trace:
    """Gathers what the marked tests showed, and writes the page at the end."""

    def __init__(self, config: pytest.Config) -> None:
        self._path = Path(config.getoption("--features"))
        # A run of a few tests says nothing of the others' rows.
        named = config.args_source is pytest.Config.ArgsSource.ARGS
        self._whole = not (named or config.option.keyword)
        self._fates: dict[str, str] = {}
        self._marks: dict[str, list[tuple[str, str]]] = {}
        self._said = ""

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        marks = [value for name, value in report.user_properties if name == MARK]
        if not marks:
            return
        # One test function is one proof, however many parameters it runs with.
        test = report.nodeid.partition("[")[0]
        self._marks[test] = [(str(code), str(gap)) for code, gap in marks]
        if report.failed or report.skipped or report.when == "call":
            worst = {self._fates.get(test, "passed"), report.outcome}
            order = ("failed", "skipped", "passed")
            self._fates[test] = next(fate for fate in order if fate in worst)

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        if session.exitstatus not in {pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED}:
            return
        if not self._whole:
            self._said = f"{self._path} is left as it is: not all tests were run."
            return
        skipped = sorted(
            test for test, fate in self._fates.items() if fate == "skipped"
        )
        if skipped:
            names = ", ".join(_name(test) for test in skipped[:5])
            self._said = f"{self._path} is left as it is: {names} did not run here."
            return
        text = page(rows(), self._shown())
        before = self._path.read_text("utf-8") if self._path.exists() else ""
        self._path.write_text(text, "utf-8")
        if self._path.resolve() == PAGE and PACKAGED.parent.is_dir():
            PACKAGED.write_text(text, "utf-8")
        if text == before:
            return
        self._said = f"{self._path} is new: commit it."
        if os.environ.get("CI") and (better := overstated(before, text)):
            self._said = (
                f"{self._path} says more of {', '.join(better)} than the tests show;"
                " see 'make features'."
            )
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        if self._said:
            terminalreporter.write_line(self._said)

    def _shown(self) -> list[Shown]:
        return [
            Shown(code, gap, test, self._fates[test])
            for test, marks in self._marks.items()
            if test in self._fates
            for code, gap in marks
        ]
