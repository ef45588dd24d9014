"""The feature trace says what the tests showed, and no more."""

from tools.features import Row, Shown, page, rows, state

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
