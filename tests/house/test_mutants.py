"""The mutants: each fits the tree and names tests that exist; what a run tells."""

import ast
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from tools.mutants import scratch
from tools.mutants.kept import Results
from tools.mutants.mutant import BadPatchError, Mutant, read, read_all
from tools.mutants.page import section
from tools.mutants.verdict import CAUGHT, SURVIVED, UNCLEAR, Ran, judge, not_shown

ROOT = Path(__file__).parent.parent.parent
MUTANTS = read_all()
EACH = pytest.mark.parametrize("mutant", MUTANTS, ids=lambda one: one.name)
# What the product promises so far: points and coupons (P10) are not there yet.
PROMISED = {f"P{number}" for number in range(1, 15)} - {"P10"}
HEAD = "guarantee: It holds.\npromise: P1\ntest: tests/test_a.py::test_b\n"
TEST = "tests/test_a.py::test_b"


@EACH
def test_a_mutant_fits_the_tree_and_breaks_the_product_alone(mutant: Mutant) -> None:
    changed = re.findall(
        r"^diff --git a/(\S+) b/", mutant.path.read_text(), re.MULTILINE
    )

    scratch.apply(ROOT, mutant.path, "--check")
    assert changed
    assert all(path.startswith("src/habitue/") for path in changed)


@EACH
def test_a_mutant_names_tests_that_exist(mutant: Mutant) -> None:
    for test in mutant.tests:
        path, _, name = test.partition("::")
        assert name.partition("[")[0] in functions(path), test


@cache
def functions(path: str) -> set[str]:
    """Name the functions of a file: each is read once, many mutants name it."""
    tree = ast.parse((ROOT / path).read_text("utf-8"))
    return {one.name for one in tree.body if isinstance(one, ast.FunctionDef)}


def test_each_promise_has_a_mutant() -> None:
    assert {one.promise for one in MUTANTS} == PROMISED
    assert len(MUTANTS) >= 36


def test_no_two_mutants_are_of_one_guarantee() -> None:
    told = [one.guarantee for one in MUTANTS]

    assert len(set(told)) == len(told)


def patch(folder: Path, head: str, *, old: str = "1", new: str = "2") -> Path:
    path = folder / "off-by-one.patch"
    path.write_text(
        f"{head}diff --git a/one.py b/one.py\n--- a/one.py\n+++ b/one.py\n"
        f"@@ -1 +1 @@\n-ONE = {old}\n+ONE = {new}\n"
    )
    return path


@pytest.mark.parametrize(
    ("head", "sentence"),
    [
        ("promise: P1\ntest: t\n", "lacks a line 'guarantee: ...'"),
        (HEAD + "why: because\n", "'why: because' is no line of a head"),
        (HEAD + "\n", "'' is no line of a head"),
    ],
)
def test_a_head_that_cannot_be_read_is_told(
    tmp_path: Path, head: str, sentence: str
) -> None:
    with pytest.raises(BadPatchError, match=re.escape(sentence)):
        read(patch(tmp_path, head))


def test_a_break_is_made_and_taken_back(tmp_path: Path) -> None:
    code = tmp_path / "one.py"
    code.write_text("ONE = 1\n")

    with scratch.broken(tmp_path, patch(tmp_path, HEAD)):
        assert code.read_text() == "ONE = 2\n"

    assert code.read_text() == "ONE = 1\n"


def test_a_patch_that_fits_no_more_is_told_with_the_way_out(tmp_path: Path) -> None:
    (tmp_path / "one.py").write_text("ONE = 7\n")

    with pytest.raises(scratch.ApplyError, match="does not fit the tree any more"):
        scratch.apply(tmp_path, patch(tmp_path, HEAD))


def test_the_copy_is_of_the_tree_without_what_is_ignored() -> None:
    with scratch.copy() as folder:
        assert (folder / "pyproject.toml").is_file()
        assert not (folder / ".git").exists()
        assert not (folder / ".cache").exists()
    assert not folder.exists()


@pytest.mark.parametrize(
    ("code", "output", "word"),
    [
        (1, f"FAILED {TEST} - assert 1 == 2", CAUGHT),
        (0, f"PASSED {TEST}", SURVIVED),
        # It was never set up, or not found: that shows nothing of the test.
        (1, f"ERROR {TEST} - fixture 'shop' not found", UNCLEAR),
        (2, "ERROR tests/test_a.py - SyntaxError", UNCLEAR),
        (4, f"ERROR: not found: {TEST}", UNCLEAR),
        (5, "no tests ran", UNCLEAR),
        (None, "", UNCLEAR),
    ],
)
def test_caught_is_what_a_test_failed_over(
    code: int | None, output: str, word: str
) -> None:
    assert judge(Ran(code, output, 1.0)).word == word


def test_a_break_that_hangs_is_caught_if_it_is_known_to() -> None:
    assert judge(Ran(None, "", 1.0), may_hang=True).word == CAUGHT


def test_a_test_that_is_skipped_or_fails_unbroken_shows_nothing() -> None:
    skipped, failed = f"{TEST}_skipped", f"{TEST}_failed"
    output = f"PASSED {TEST}[one]\nPASSED {TEST}[two]\nSKIPPED [1] tests/test_a.py:1"

    assert not_shown([TEST, skipped], Ran(0, output, 1.0)) == [skipped]
    assert not_shown([failed], Ran(1, f"FAILED {failed}[one]", 1.0)) == [failed]


def test_a_result_is_of_a_patch_on_a_tree(tmp_path: Path) -> None:
    mutant = read(patch(tmp_path, HEAD))
    kept = tmp_path / ".cache" / "mutants.json"
    Results(kept).put(mutant, judge(Ran(1, f"FAILED {TEST}", 1.0)), 1.0, "2026-01-01")
    assert Results(kept).known(mutant)

    assert not Results(kept).known(read(patch(tmp_path, HEAD, new="3")))


def test_what_survived_is_run_again(tmp_path: Path) -> None:
    mutant = read(patch(tmp_path, HEAD))
    kept = tmp_path / ".cache" / "mutants.json"
    Results(kept).put(mutant, judge(Ran(0, "", 1.0)), 1.0, "2026-01-01")

    assert not Results(kept).known(mutant)


def test_the_page_tells_who_survived_and_who_was_not_run(tmp_path: Path) -> None:
    mutant = read(patch(tmp_path, HEAD))
    result = {"patch": mutant.digest, "word": SURVIVED, "test": "", "date": "d"}
    others = [mutant._replace(name=name) for name in ("other", "third")]

    text = section([mutant, *others], {"off-by-one": {**result, "tree": "abc"}})

    assert "Caught: 0 of 3 (0 %); 2 not run." in text
    assert "| off-by-one | It holds. | P1 |  | **survived** | d, abc |" in text
    assert text.count("not run |") == 2


def test_an_unknown_mutant_is_told_with_those_there_are() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tools.mutants", "nosuch"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 1
    assert "There is no mutant 'nosuch'; there are" in done.stderr
