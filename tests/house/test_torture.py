"""The runner of the test plan: a row that hangs ends itself, and no other."""

import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tools.torture import __main__ as torture
from tools.torture import rows
from tools.torture.page import figures_of, page
from tools.torture.plan import PLAN, Row
from tools.torture.run import Child, wait

TESTS = Path(__file__).parents[1]
# A test that hangs, with a server of its own beside it, which says its number.
HANGS = 'echo "test_one PASSED"; sleep 600 & echo $!; wait'


def test_what_hangs_is_ended_with_what_it_started_and_tells_how_far_it_came(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log = tmp_path / "row.log"

    child = Child(["sh", "-c", HANGS], log, os.environ, seconds_max=3, tells_s=1.5)

    assert wait(child) is None
    passed, number = log.read_text().splitlines()
    assert passed == "test_one PASSED"
    assert number in capsys.readouterr().out
    # What is killed is gone a moment later, and later still beside a crowd.
    deadline = time.monotonic() + 10
    while not is_over(int(number)):
        assert time.monotonic() < deadline
        time.sleep(0.01)


def is_over(pid: int) -> bool:
    """Say whether a process has ended, though perhaps nobody has asked for its code."""
    stat = Path(f"/proc/{pid}/stat")
    return not stat.exists() or stat.read_text().rpartition(")")[2].split()[0] == "Z"


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(rows, "KEPT", tmp_path)
    monkeypatch.setattr(rows, "LOGS", tmp_path)
    return tmp_path


def test_a_row_that_hangs_is_kept_as_failed_with_why(
    kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rows, "Child", stand_in("sleep 600", seconds_max=0.0))
    row, of = PLAN[0], rows.Tree("abc", "123")

    ((_, result),) = rows.run([row], of, long=True, jobs=1)

    assert result["proved"] is False
    assert "not done after 7200 s" in torture._summary(result)
    assert json.loads((kept / f"{row.code}.json").read_text()) == result
    told = page([result, *[None] * (len(PLAN) - 1)])
    assert "**failed**: not done after 7200 s" in told


def stand_in(command: str, **limits: float) -> Callable[..., Child]:
    """Give what runs this, in the place of a row's tests."""
    return lambda _, log, environ: Child(["sh", "-c", command], log, environ, **limits)


# Each row tells when its command began and ended.
TIMES = "date +%s%N; sleep 0.6; date +%s%N"


def test_rows_that_measure_time_run_alone_and_the_others_side_by_side(
    kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rows, "Child", stand_in(TIMES))
    some = [PLAN[0]._replace(code=f"X{at}", beside=at % 2 == 0) for at in range(5)]

    found = list(rows.run(some, rows.Tree("abc", "123"), long=False, jobs=2))

    spans = {row: times(kept, row) for row, _ in found}
    assert sorted(spans) == some
    assert [row.beside for row, _ in found] == [True, True, True, False, False]
    together = {(one, other) for one in some for other in some if one < other}
    crossed = {
        pair
        for pair in together
        if spans[pair[0]][0] < spans[pair[1]][1]
        and spans[pair[1]][0] < spans[pair[0]][1]
    }
    assert crossed
    assert all(one.beside and other.beside for one, other in crossed)


def times(kept: Path, row: Row) -> tuple[int, int]:
    began, ended = (kept / f"{row.code}.log").read_text().split()
    return int(began), int(ended)


def test_no_more_rows_run_at_a_time_than_were_asked_for(
    kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = []

    class Counted(rows.Begun):
        def __init__(self, *told: object, **more: object) -> None:
            assert sum(not one.child.is_over() for one in begun) < 2
            super().__init__(*told, **more)
            begun.append(self)

    monkeypatch.setattr(rows, "Child", stand_in("sleep 0.5"))
    monkeypatch.setattr(rows, "Begun", Counted)
    some = [PLAN[0]._replace(code=f"X{at}", beside=True) for at in range(4)]

    assert len(list(rows.run(some, rows.Tree("a", "1"), long=False, jobs=2))) == 4


def test_a_run_that_is_broken_off_ends_what_runs_and_keeps_nothing_of_it(
    kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = []

    def keep(*told: object) -> Child:
        begun.append(stand_in("echo $$; sleep 600 & wait")(*told))
        return begun[-1]

    monkeypatch.setattr(rows, "Child", keep)
    monkeypatch.setattr(rows.time, "sleep", lambda _: sys.exit("broken off"))
    some = [PLAN[0]._replace(code=f"X{at}", beside=True) for at in range(2)]

    with pytest.raises(SystemExit):
        list(rows.run(some, rows.Tree("a", "1"), long=False, jobs=2))

    assert len(begun) == 2
    assert all(one.is_over() for one in begun)
    assert list(kept.glob("*.json")) == []


@pytest.mark.parametrize(
    ("of", "is_kept"),
    [(("later", "123"), True), (("abc", "456"), False)],
    ids=["another commit of the same files", "other files"],
)
def test_what_was_proved_holds_for_the_files_it_was_proved_on(
    kept: Path, of: tuple[str, str], is_kept: bool
) -> None:
    row = PLAN[0]
    result = {"tree": "abc", "digest": "123", "proved": True, "long": True}
    (kept / f"{row.code}.json").write_text(json.dumps(result))

    found = rows.kept(row, rows.Tree(*of), long=True)

    assert (found is not None) is is_kept


# Of T20 the fuzzer tells how many cases it played, in the row's log.
@pytest.mark.parametrize("code", [row.code for row in PLAN if row.code != "T20"])
def test_each_row_tells_a_figure(code: str) -> None:
    mark = f'proof("{code}")'
    texts = [path.read_text("utf-8") for path in TESTS.rglob("test_*.py")]
    proofs = [text for text in texts if mark in text]

    assert proofs
    # Of a test by hypothesis the examples are one.
    assert any("figure(" in text or "@given(" in text for text in proofs)


def test_parts_that_many_tests_tell_are_one_figure() -> None:
    told = [["examples", 60], ["kills", 3]], [["examples", 40]], [["kills", 4]]

    found = figures_of([{"figures": figures} for figures in told])

    assert found == [("kills", 3), ("kills", 4), ("examples", 100)]


LAWS = """
from hypothesis import given, settings, strategies as st

@settings(max_examples=7, database=None)
@given(st.integers())
def test_its_own(number):
    pass

def test_within():
    @settings(max_examples=5, database=None)
    @given(st.integers())
    def check(number):
        pass

    check()
    check()
"""


def test_examples_of_hypothesis_are_a_figure_by_themselves(tmp_path: Path) -> None:
    (tmp_path / "test_laws.py").write_text(LAWS)
    found = tmp_path / "found.json"
    words = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-c",
        "/dev/null",
        "-p",
        "tools.proofs",
    ]
    words += ["--rootdir", str(tmp_path), "--proofs", str(found), str(tmp_path)]

    child = Child(words, tmp_path / "log", os.environ)
    assert wait(child) == 0, (tmp_path / "log").read_text()

    figures = [one["figures"] for one in json.loads(found.read_text())]
    assert figures == [[["examples", 7]], [["examples", 5], ["examples", 5]]]
