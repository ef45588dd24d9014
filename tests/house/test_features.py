"""The feature trace says what the tests showed, and no more."""

import os
import subprocess
import sys
from pathlib import Path

from tools.features import Row, Shown, page, rows, state

ROOT = Path(__file__).parent.parent.parent
ROW = Row("A1", "A. Collecting", "The door")


def shown(fate: str = "passed", missing: str = "", test: str = "t.py::test_a") -> Shown:
    return Shown("A1", missing, test, fate)


def test_a_row_without_a_test_is_not_yet() -> None:
    assert state(ROW, []) == ("not yet", [])


def test_a_row_whose_tests_all_pass_works() -> None:
    assert state(ROW, [shown(), shown(test="t.py::test_b")]) == ("works", [])


def test_a_row_with_a_failing_test_does_not_work() -> None:
    word, gaps = state(ROW, [shown(), shown("failed", test="t.py::test_b")])

    assert (word, gaps) == ("partly", ["test_b failed"])


def test_a_skipped_test_shows_nothing() -> None:
    assert state(ROW, [shown("skipped")])[0] == "not yet"


def test_a_test_that_names_what_is_missing_makes_the_row_partly() -> None:
    assert state(ROW, [shown(missing="no gzip")]) == ("partly", ["no gzip"])


def test_a_row_declared_incomplete_never_works() -> None:
    row = ROW._replace(missing=("no console",))

    assert state(row, [shown()]) == ("partly", ["no console"])


def test_the_page_is_the_same_whatever_the_order_of_the_tests() -> None:
    entries = [shown(test=f"t.py::test_{n}") for n in range(5)]

    assert page([ROW], entries) == page([ROW], entries[::-1])


def test_the_list_of_features_is_whole() -> None:
    codes = [row.code for row in rows()]

    assert len(codes) == len(set(codes)) == 117
    assert {"A1", "D11", "D13", "K11"} <= set(codes)
    assert "D12" not in codes


SUITE = """
import pytest

@pytest.mark.feature("A1")
@pytest.mark.parametrize("n", [1, 2])
def test_the_door(n): assert n != FAILS

@pytest.mark.feature("A2", partly="after 48 hours")
def test_again(): ...
"""
SKIPPED = """
import pytest

@pytest.mark.feature("A7")
def test_tills(): pytest.skip("no till")
"""
SETTINGS = "[pytest]\nmarkers = feature(row)\n"


def traced(
    folder: Path, fails: int = 0, *options: str, ci: str = ""
) -> tuple[int, str]:
    """Run a suite of its own with the trace; give its exit code and the page."""
    (folder / "test_suite.py").write_text(SUITE.replace("FAILS", str(fails)))
    (folder / "pytest.ini").write_text(SETTINGS)
    plugin = ("-p", "tools.features", "--features", "page.md")
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", *plugin, *options],
        cwd=folder,
        env={
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
            "CI": ci,
        },
        capture_output=True,
        text=True,
        check=False,
    )
    page_file = folder / "page.md"
    return run.returncode, page_file.read_text() if page_file.exists() else run.stdout


def test_a_run_writes_what_it_showed(tmp_path: Path) -> None:
    code, text = traced(tmp_path)

    assert code == 0
    assert "| works | `test_suite.py::test_the_door` |" in text
    assert "| partly: after 48 hours | `test_suite.py::test_again` |" in text
    assert text.count("| works |") == 1


def test_one_failing_parameter_takes_the_row_back(tmp_path: Path) -> None:
    code, text = traced(tmp_path, fails=2)

    assert code == 1
    assert "| works |" not in text


def test_workers_report_to_one_page(tmp_path: Path) -> None:
    assert traced(tmp_path, 0, "-p", "xdist", "-n", "2") == traced(tmp_path, 0)


def test_a_run_of_a_few_tests_leaves_the_page(tmp_path: Path) -> None:
    _, text = traced(tmp_path, 0, "-k", "again")

    assert "left as it is" in text


def test_a_run_in_which_a_test_was_skipped_leaves_the_page(tmp_path: Path) -> None:
    (tmp_path / "test_tills.py").write_text(SKIPPED)

    _, text = traced(tmp_path)

    assert "left as it is: test_tills did not run here" in text


COMMITTED = "| A2 | Again | {state} | `test_suite.py::test_again` |"


def test_in_ci_a_row_said_to_be_better_than_shown_fails(tmp_path: Path) -> None:
    (tmp_path / "page.md").write_text(COMMITTED.format(state="works"))

    assert traced(tmp_path, ci="true")[0] == 1


def test_in_ci_a_row_said_to_be_worse_than_shown_is_only_behind(tmp_path: Path) -> None:
    (tmp_path / "page.md").write_text(COMMITTED.format(state="not yet"))

    assert traced(tmp_path, ci="true")[0] == 0


def test_an_unknown_row_stops_the_run(tmp_path: Path) -> None:
    (tmp_path / "test_more.py").write_text(
        "import pytest\n@pytest.mark.feature('D12')\ndef test_it(): ...\n"
    )

    assert traced(tmp_path)[0] not in {0, 1}
