"""Amounts, dates and ids as files write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from habitue.base.clock import to_iso
from habitue.collect.files import FileError
from habitue.collect.files.moments import Calendar, detect_order
from habitue.collect.files.values import Bad, number, reader_of_amounts, text

dot, comma = reader_of_amounts("."), reader_of_amounts(",")


@pytest.mark.parametrize(
    ("cell", "micro"),
    [
        ("$1,234.56 ", 1_234_560_000),
        ("1 234.5", 1_234_500_000),
        ("-3", -3_000_000),
        ("3-", -3_000_000),
        ("(3.00)", -3_000_000),
        ("GBP 0.001", 1_000),
        (0.1 + 0.2, 300_000),
        (7, 7_000_000),
    ],
)
def test_an_amount_is_read_exactly(cell, micro):
    assert dot(cell) == micro


@pytest.mark.parametrize(
    "cell", ["1,23", "12.3.4", "abc", "1e5", "", "--1", "1.0000001"]
)
def test_what_is_no_amount_is_a_reason(cell):
    assert isinstance(dot(cell), Bad)


def test_a_decimal_comma_is_read_where_it_is_the_decimal():
    assert comma("1.234,56 zł") == 1_234_560_000


@given(st.integers(-(10**14), 10**14))
def test_an_amount_written_and_read_is_the_same(micro):
    assert dot(number(micro)) == micro


def test_a_number_that_a_table_kept_as_float_is_whole_again():
    assert text(13862.0) == "13862"


@pytest.mark.parametrize(
    ("order", "cell", "moment"),
    [
        ("iso", "2026-11-23T10:00:00+01:00", "2026-11-23T09:00:00Z"),
        ("iso", "2026-11-23 10:00", "2026-11-23T09:00:00Z"),
        ("iso", "23.11.2026 10:00", "2026-11-23T09:00:00Z"),
        ("iso", "2026/11/23 10:00", "2026-11-23T09:00:00Z"),
        ("iso", "2026.11.23", "2026-11-22T23:00:00Z"),
        ("dmy", "3/2/2026", "2026-02-02T23:00:00Z"),
        ("mdy", "3/2/2026 2:30 PM", "2026-03-02T13:30:00Z"),
        # The clocks skip this hour, and pass the other twice.
        ("iso", "2026-03-29 02:30", "2026-03-29T01:30:00Z"),
        ("iso", "2026-10-25 02:30", "2026-10-25T00:30:00Z"),
    ],
)
def test_local_time_becomes_utc(order, cell, moment):
    assert to_iso(Calendar(order, "Europe/Warsaw").moment(cell)) == moment


@pytest.mark.parametrize(
    "cell", ["2026-02-30", "31/02/2026", "1/2/2026", "x", "0001-01-01"]
)
def test_what_is_no_date_is_a_reason(cell):
    assert isinstance(Calendar("iso", "UTC").moment(cell), Bad)


def test_a_date_that_fits_both_orders_asks_for_a_declaration():
    with pytest.raises(FileError, match="declare date_order"):
        detect_order(["1/2/2016", "3/4/2016"])


def test_dates_in_both_orders_ask_for_a_declaration():
    with pytest.raises(FileError, match="declare date_order"):
        detect_order(["13/2/2016", "3/14/2016"])


def test_a_date_in_a_declared_form_is_read():
    calendar = Calendar("iso", "UTC", "%Y%m%d%H%M")

    assert to_iso(calendar.moment("202611231005")) == "2026-11-23T10:05:00Z"
