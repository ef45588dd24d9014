"""How a CSV file is written is found: delimiter, quotes, a spreadsheet's hint."""

import pytest

from habitue.collect.files import assumptions
from habitue.collect.files.planning import plan


@pytest.mark.parametrize("mark", [";", "\t", "|", ","])
def test_a_first_line_that_names_the_delimiter_is_no_header(write, outcomes, mark):
    path = write(f"sep={mark}\r\nemail{mark}city\r\na@b.pl{mark}Oslo\r\n{mark}x\r\n")

    found = outcomes(path)

    assert found.items[0]["traits"] == {"email": "a@b.pl", "city": "Oslo"}
    assert list(found.reasons) == [4]


def test_cells_may_be_quoted_by_apostrophes(write, outcomes):
    path = write("'email';'city'\n'a@b.pl';'Oslo; Norway'\n'b@b.pl';'d''Ax'\n")

    found = outcomes(path)

    assert [item["traits"]["city"] for item in found.items] == ["Oslo; Norway", "d'Ax"]


def test_an_apostrophe_within_a_name_is_a_letter(write, outcomes):
    found = outcomes(write("email,last_name\na@b.pl,O'Neil\nb@b.pl,'t Hooft\n"))

    names = [item["traits"]["last_name"] for item in found.items]
    assert names == ["O'Neil", "'t Hooft"]


def test_what_was_assumed_is_said(write):
    path = write("nr paragonu;data;wartość;waluta\n1;23.11.2026;1,50;PLN\n")

    told = " ".join(assumptions(plan(path, time_zone="Europe/Warsaw")))

    assert "CSV of receipts" in told
    assert "utf-8 (100 % certain)" in told
    assert "parted by a semicolon" in told
    assert "decimal comma" in told
    assert "those of Europe/Warsaw" in told
