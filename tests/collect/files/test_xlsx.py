"""Spreadsheets: the table in the sheet, its dates, its numbers that are names."""

import datetime as dt
import gzip
import zlib

import pytest

from habitue.collect.files import FileError, Mapping
from habitue.collect.files.parsing import parse
from habitue.collect.files.planning import plan
from tests.collect.files.sheets import (
    book,
    number,
    of_rows,
    row_xml,
    rows_xml,
    sheet_xml,
    text,
)

HEADER = [
    "Nr zamówienia",
    "Data",
    "E-mail",
    "Telefon",
    "SKU",
    "Ilość",
    "Cena",
    "Waluta",
]


def order(at, **changed):
    cells = {
        "no": f"Z{at}",
        "date": number(46349.4166667, 1),
        "email": f"a{at}@b.pl",
        "phone": 48600100200,
        "sku": "00123",
        "units": 2,
        "price": 119.9,
        "currency": "PLN",
    }
    return list((cells | changed).values())


@pytest.fixture
def orders(write, outcomes):
    def orders(*rows, sheet=None, **options):
        raw = of_rows(HEADER, *rows, **options)
        return outcomes(write(raw, "orders.xlsx"), time_zone="Europe/Warsaw")

    return orders


def test_a_row_becomes_an_order(orders):
    [item] = orders(order(1)).items

    assert item["event"] == "Order Completed"
    assert item["timestamp"] == "2026-11-23T09:00:00Z"
    assert item["properties"]["total"] == 239.8


def test_a_number_that_is_a_phone_has_no_decimals(orders):
    [item] = orders(order(1)).items

    assert item["identifiers"]["phone"] == "48600100200"


def test_leading_zeros_of_a_text_are_kept(orders):
    [item] = orders(order(1)).items

    assert item["properties"]["products"][0]["sku"] == "00123"


@pytest.mark.parametrize(
    ("cell", "at"),
    [
        (number(46349), "2026-11-22T23:00:00Z"),
        (number(46349.5), "2026-11-23T11:00:00Z"),
        (number(46349.4166667), "2026-11-23T09:00:00Z"),
        (number(46349, 2), "2026-11-22T23:00:00Z"),
        (number(20261123), "2026-11-22T23:00:00Z"),
        (text("23.11.2026 10:00"), "2026-11-23T09:00:00Z"),
        (text("2026-11-23T10:00:00+01:00"), "2026-11-23T09:00:00Z"),
    ],
    ids=["days", "half days", "dust", "a date", "digits", "dotted", "iso"],
)
def test_a_date_is_read_however_it_is_written(orders, cell, at):
    [item] = orders(order(1, date=cell)).items

    assert item["timestamp"] == at


@pytest.mark.parametrize("style", [0, 1])
def test_days_may_count_from_1904(orders, style):
    told = order(1, date=number(46349.4166667 - 1462, style))

    [item] = orders(told, properties='<workbookPr date1904="1"/>').items

    assert item["timestamp"] == "2026-11-23T09:00:00Z"


def test_a_number_that_is_no_date_is_rejected_with_its_row(orders):
    found = orders(order(1, date=number(0.5)), order(2))

    assert list(found.reasons) == [2]
    assert "is no date" in found.reasons[2]
    assert len(found.items) == 1


def test_lines_are_the_rows_that_the_spreadsheet_numbers(write, outcomes):
    title = row_xml(2, [text("Orders of November")])
    table = rows_xml([HEADER, order(1), [None] * 8, order(2, no=None)], first=5)
    path = write(book(sheet_xml(title + table)), "titled.xlsx")

    found = outcomes(path)

    assert [item["properties"]["order_id"] for item in found.items] == ["Z1"]
    assert found.lines == [6, 8]


def test_the_first_sheet_with_a_table_is_read(write, outcomes):
    sheets = (sheet_xml(""), sheet_xml(rows_xml([HEADER, order(1)])))
    path = write(book(*sheets, names=["Notes", "Orders"]), "two.xlsx")

    assert len(outcomes(path).items) == 1
    assert plan(path).mapping.sheet == "Orders"


def test_a_sheet_may_be_named(write, outcomes):
    sheets = [sheet_xml(rows_xml([HEADER, order(at)])) for at in (1, 2)]
    path = write(book(*sheets, names=["Oct", "Nov"]), "two.xlsx")

    [item] = outcomes(path, sheet="Nov").items
    assert item["properties"]["order_id"] == "Z2"
    with pytest.raises(FileError, match="there are Oct, Nov"):
        plan(path, mapping=Mapping(sheet="Dec"))


def test_a_rejected_row_comes_back_with_all_its_cells(write):
    path = write(of_rows(HEADER, order(1, currency="zł")), "bad.xlsx")

    [rejected] = parse(plan(path))

    assert rejected.cells == (
        *("Z1", "2026-11-23 10:00:00", "a1@b.pl", "48600100200", "00123"),
        *("2", "119.9", "zł"),
    )


def test_thousands_of_rows_have_an_outcome_each(orders):
    found = orders(*(order(at) for at in range(12_000)))

    assert len(found.items) == 12_000
    assert found.lines == list(range(2, 12_002))


def test_an_error_cell_is_an_empty_one(orders):
    error = ("", ' t="e"><v>#N/A</v></c>')

    [item] = orders(order(1, email=error)).items

    assert "email" not in item["identifiers"]


def test_a_packed_spreadsheet_is_read(write, outcomes):
    path = write(gzip.compress(of_rows(HEADER, order(1))), "orders.xlsx.gz")

    assert len(outcomes(path).items) == 1


def test_dates_of_the_reader_are_kept_to_the_second():
    from habitue.collect.files.xlsx_table import without_dust

    assert (
        without_dust(dt.datetime(2026, 1, 1, 0, 0, 0, 250_000, dt.UTC)).microsecond
        == 250_000
    )


def test_a_part_that_is_larger_than_it_says_is_refused(write):
    sheet = sheet_xml(rows_xml([HEADER, order(1)])).encode()
    whole = of_rows(HEADER, order(1), more=[("xl/more.xml", sheet + b" " * 50_000)])
    size = (len(sheet) + 50_000).to_bytes(4, "little")
    true = zlib.crc32(sheet + b" " * 50_000).to_bytes(4, "little")
    assert whole.count(size) == whole.count(true) == 2
    # It tells the size and the checksum of its beginning, which is a sheet.
    lying = whole.replace(size, len(sheet).to_bytes(4, "little"))
    lying = lying.replace(true, zlib.crc32(sheet).to_bytes(4, "little"))

    with pytest.raises(FileError, match="larger than it says"):
        plan(write(lying, "lying.xlsx"))


def test_an_old_spreadsheet_is_a_sentence(write):
    with pytest.raises(FileError, match="an old Excel file: save it as"):
        plan(write(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 512, "old.xls"))
