"""The reject file: put right, it imports as it is."""

import csv
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from habitue.collect.files import RejectFile, look, recall
from habitue.collect.files.rejects import guard, unguard

HEADER = "receipt_id,date,price,currency,phone\n"


def write_rejects(path: Path, headers, rejected):
    with RejectFile(path, headers) as file:
        file.write(rejected)
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.reader(file))


def test_a_rejected_line_keeps_its_cells_and_gets_its_number_and_reason(
    write, outcomes, tmp_path
):
    found = outcomes(write("email,city\n,Kraków\n"))

    rows = write_rejects(tmp_path / "bad.csv", ("email", "city"), found.rejected)

    assert rows == [
        ["email", "city", "_line", "_reason"],
        ["", "Kraków", "2", "The line names nobody: no e-mail, phone, card or number."],
    ]


def test_a_receipt_put_right_in_the_reject_file_imports_whole(
    write, outcomes, tmp_path
):
    text = HEADER + "1,2026-11-02,2,EUR,+48600100200\n1,2026-11-02,x,EUR,\n"
    found = outcomes(write(text))
    path = tmp_path / "bad.csv"
    write_rejects(path, HEADER.strip().split(","), found.rejected)

    path.write_text(path.read_text().replace("x,EUR", "3,EUR"))
    again = outcomes(path)

    assert not again.rejected
    [item] = again.items
    assert item["properties"]["total"] == 5
    assert item["identifiers"] == {"phone": "+48600100200"}


def test_what_looks_like_a_formula_is_guarded(tmp_path, write, outcomes):
    found = outcomes(write('email,city\n,"=HYPERLINK(1)"\n'))

    rows = write_rejects(tmp_path / "bad.csv", ("email", "city"), found.rejected)

    assert rows[1][1] == "'=HYPERLINK(1)"


@given(st.text(alphabet="'=+-@\tab"))
def test_the_guard_comes_off_exactly(cell):
    assert unguard(guard(cell)) == cell
    assert not guard(cell).startswith(("=", "+", "-", "@", "\t"))


def test_lines_that_the_door_did_not_take_come_back_as_they_stand(write):
    path = write("email,city\na@shop.pl,Kraków\nb@shop.pl,Łódź\n")

    [line] = recall(look(path), {3: "quarantined: too long"})

    assert (line.line, line.cells) == (3, ("b@shop.pl", "Łódź"))
    assert line.reason == "quarantined: too long"
