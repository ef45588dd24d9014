"""`habitue bench identity`: how well the search does on files that nobody has seen."""

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.acceptance import forking
from tests.app.duplicates.planted import FEW, traits
from tests.collect.files.sheets import of_rows

FIELDS = ("first_name", "last_name", "birthday", "city", "email", "cluster")
POLISH = ("Imię", "Nazwisko", "Data urodzenia", "Miasto", "Adres e-mail", "Klaster")
RUSSIAN = (
    *("Имя", "Фамилия", "Дата рождения", "Город", "Электронная почта", "Кластер"),
)
# The towns of those whose names are Cyrillic.
TOWNS = {
    "Kraków": "Краков",
    "Warszawa": "Варшава",
    "Gdańsk": "Гданьск",
    "Łódź": "Лодзь",
    "Poznań": "Познань",
}
# Of these somebody else told once more, without an address.
TWINS = range(1, FEW + 1, 4)
PEOPLE, RECORDS = FEW, FEW + len(TWINS)


def rows(letters: int = 0) -> list[list[str]]:
    """Give people, some of them told twice; letters: 0 Latin, 1 Cyrillic."""
    told = [
        told_of(number, letters, f"p{number}@example.com") for number in everybody()
    ]
    return told + [told_of(number, letters, "") for number in TWINS]


def everybody() -> range:
    return range(1, FEW + 1)


def told_of(number: int, letters: int, email: str) -> list[str]:
    found = traits(number, letters)
    city = TOWNS[found["city"]] if letters else found["city"]
    truth = f"{'к' if letters else 'c'}{number}"
    names = [found["first_name"], found["last_name"]]
    return [*names, found["birthday"], city, email, truth]


def written(head: tuple[str, ...], letters: int, encoding: str) -> bytes:
    """Write a file as spreadsheets in Poland and Russia do."""
    file = io.StringIO()
    csv.writer(file, delimiter=";", lineterminator="\r\n").writerows(
        [head, *rows(letters)]
    )
    return file.getvalue().encode(encoding)


def parquet() -> bytes:
    columns = dict(zip(FIELDS, map(list, zip(*rows(), strict=True)), strict=True))
    file = io.BytesIO()
    pq.write_table(pa.table(columns), file)
    return file.getvalue()


FILES: dict[str, Callable[[], bytes]] = {
    "polish.csv": lambda: written(POLISH, 0, "windows-1250"),
    "russian.csv": lambda: written(RUSSIAN, 1, "windows-1251"),
    "people.parquet": parquet,
    "sheet.xlsx": lambda: of_rows(FIELDS, *rows()),
}


def ask(data: Path, *words: str, status: int = 0) -> str:
    """Run the command; give what it printed, or said of what went wrong."""
    done = forking.run(["bench", "identity", "--data", str(data), *words])
    assert done.returncode == status, (done.stdout, done.stderr)
    return done.stderr if status else done.stdout


@pytest.mark.parametrize("name", FILES)
def test_a_file_of_any_form_is_measured(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(FILES[name]())

    (found,) = json.loads(ask(path, "--json"))

    assert (found["file"], found["records"], found["people"]) == (name, RECORDS, PEOPLE)
    assert set(found["fields"]) == {"first", "last", "birth", "city", "email"}
    assert found["reached"] == 1
    whole = {"precision": 1.0, "recall": 1.0, "f1": 1.0}
    assert found["pairs"] == found["b_cubed"] == whole


def test_of_a_folder_each_file_of_people_is_told_in_a_row(tmp_path: Path) -> None:
    (tmp_path / "p.csv").write_bytes(FILES["polish.csv"]())
    (tmp_path / "r.csv").write_bytes(FILES["russian.csv"]())
    # Beside people lie pairs, and what is no table.
    (tmp_path / "true_pairs.csv").write_text("left,right\n1,2\n")
    (tmp_path / "readme.md").write_text("none")

    told = ask(tmp_path)

    rows = [line for line in told.splitlines() if "1.0000" in line]
    assert [line.count("1.0000") for line in rows] == [3] * 4, told
    assert ["p.csv" in line for line in rows] == [True, False, False, False]
    assert ["r.csv" in line for line in rows] == [False, False, True, False]
    assert ["B-cubed" in line for line in rows] == [False, True, False, True]
    assert all(str(PEOPLE) in line and str(RECORDS) in line for line in rows[::2])


def test_letters_that_may_be_either_are_asked_about_and_read_once_told(
    tmp_path: Path,
) -> None:
    path = tmp_path / "few.csv"
    path.write_bytes("name;cluster\nMuñoz;1\nMuñoz;1\n".encode("windows-1252"))

    asked = ask(path, status=1)

    assert "'Muñoz' or 'Muńoz'" in asked
    assert "--encoding" in asked
    (found,) = json.loads(ask(path, "--encoding", "windows-1252", "--json"))
    assert (found["records"], found["people"]) == (2, 1)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("people.csv", b"name;city\nAnna;Hel\n", "name one 'cluster'"),
        ("people.csv", b"name;cluster\nAnna;1;2\n", "line 2: The line has 3 cells"),
        ("people.json", b"{}", "none of .csv"),
        ("people.parquet", b"PAR1 cut short", "no readable Parquet"),
    ],
)
def test_what_can_t_be_measured_is_refused_in_a_sentence(
    tmp_path: Path, name: str, content: bytes, said: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)

    assert said in ask(path, status=1)


def test_a_folder_without_people_is_refused(tmp_path: Path) -> None:
    (tmp_path / "true_pairs.csv").write_text("left,right\n1,2\n")

    assert "No file in" in ask(tmp_path, status=1)
