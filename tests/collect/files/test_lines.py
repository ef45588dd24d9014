"""Every line of a file has one outcome; the lines of one receipt are one event."""

import gzip
from collections import Counter

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from habitue.collect.files import FileError, Limits, Mapping
from habitue.collect.files.parsing import parse
from habitue.collect.files.planning import plan

HEADER = "receipt_id,date,sku,quantity,price,currency\n"


def receipt(number, sku, quantity=1, price="2.50", date="2026-11-02T10:00:00Z"):
    return f"{number},{date},{sku},{quantity},{price},EUR\n"


def test_the_lines_of_one_receipt_become_one_event(write, outcomes):
    path = write(HEADER + receipt(1, "a") + receipt(1, "b", 2) + receipt(2, "c"))

    found = outcomes(path)

    assert [item["properties"]["receipt_id"] for item in found.items] == ["1", "2"]
    assert [item["properties"]["total"] for item in found.items] == [7.5, 2.5]
    assert found.lines == [2, 3, 4]


def test_lines_of_one_receipt_that_stand_apart_still_become_one_event(write, outcomes):
    path = write(HEADER + receipt(1, "a") + receipt(2, "b") + receipt(1, "c"))

    found = outcomes(path)

    skus = {
        item["properties"]["receipt_id"]: [
            product["sku"] for product in item["properties"]["products"]
        ]
        for item in found.items
    }
    assert skus == {"1": ["a", "c"], "2": ["b"]}


@settings(
    max_examples=50,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.lists(st.tuples(st.sampled_from("ABCD"), st.integers(1, 9)), max_size=12))
def test_receipts_are_whole_in_whatever_order_their_lines_come(write, outcomes, rows):
    path = write(HEADER + "".join(receipt(n, "x", q) for n, q in rows))

    found = outcomes(path)

    units = Counter()
    for number, quantity in rows:
        units[number] += quantity
    got = {
        item["properties"]["receipt_id"]: item["properties"]["total"]
        for item in found.items
    }
    assert got == {number: 2.5 * count for number, count in units.items()}
    assert len(found.items) == len(units)
    assert found.lines == list(range(2, len(rows) + 2))


def test_a_receipt_over_the_edge_of_a_chunk_is_one_event(write, outcomes, monkeypatch):
    monkeypatch.setattr("habitue.collect.files.csv_table.CHUNK_ROWS", 3)
    path = write(HEADER + "".join(receipt(n // 4, n) for n in range(20)))

    found = outcomes(path)

    assert [len(item["properties"]["products"]) for item in found.items] == [4] * 5


def test_a_receipt_with_a_faulty_line_is_rejected_whole(write, outcomes):
    path = write(
        HEADER + receipt(1, "a") + receipt(1, "b", price="x") + receipt(2, "c")
    )

    found = outcomes(path)

    assert found.reasons == {
        2: "1 is left out as a whole: its line 3 is faulty.",
        3: "price: 'x' is no amount; write it like 1234.56.",
    }
    assert [item["properties"]["receipt_id"] for item in found.items] == ["2"]


def test_a_fault_in_a_scattered_receipt_rejects_its_lines_everywhere(write, outcomes):
    path = write(HEADER + receipt(1, "a") + receipt(2, "b") + receipt(1, "c", "x"))

    assert sorted(outcomes(path).reasons) == [2, 4]


def test_lines_that_disagree_on_the_customer_are_rejected(write, outcomes):
    path = write(
        "receipt_id,date,price,currency,customer_id\n"
        "1,2026-11-02,2,EUR,c1\n1,2026-11-02,2,EUR,c2\n"
    )

    assert set(outcomes(path).reasons.values()) == {
        "The lines of 1 disagree on the customer id."
    }


def test_every_line_of_a_broken_file_has_an_outcome(write, outcomes):
    path = write(
        "store_id,receipt_no,ts,total\n"
        "WAW01,1,2026-11-23T10:00:00+01:00,10.00\n"
        "WAW01,2,not-a-date,abc\n"
        "WAW01,3\n"
        "\n"
        "WAW01,1,2026-11-23T10:00:00+01:00,10.00\n"
        "WAW01,4,2026-11-23T10:05:00+01:00,11.00,extra\n"
    )

    found = outcomes(path, constants={"currency": "PLN"})

    assert found.lines == [2, 3, 4, 5, 6, 7]
    assert found.reasons == {
        3: "total: 'abc' is no amount; write it like 1234.56.",
        4: "The line has 2 cells, the header 4.",
        5: "The line is empty.",
        7: "The line has 5 cells, the header 4.",
    }
    assert [item["properties"]["total"] for item in found.items] == [10]


def test_a_quotation_mark_that_is_never_closed_costs_only_its_lines(write, outcomes):
    path = write('email,name\na@shop.pl,Anna\nb@shop.pl,"Bea\nc@shop.pl,Cyd\n')

    found = outcomes(path)

    assert len(found.items) == 1
    assert set(found.reasons) == {3, 4}


def test_a_quoted_cell_over_several_lines_is_one_line_with_the_first_number(
    write, outcomes
):
    path = write('email,street\na@shop.pl,"1 High St\nFlat 2"\nb@shop.pl,Low St\nx\n')

    found = outcomes(path)

    assert found.items[0]["traits"]["street"] == "1 High St\nFlat 2"
    assert list(found.reasons) == [5]


def test_a_line_that_is_not_utf8_is_rejected_alone(write, outcomes):
    path = write("email,city\na@shop.pl,Łódź\n".encode() + b"b@shop.pl,\xa3\xf3d\xbc\n")

    found = outcomes(path)

    assert found.reasons == {3: "The line isn't UTF-8: save the file as UTF-8."}
    assert found.items[0]["traits"]["city"] == "Łódź"


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(write, outcomes, mark):
    path = write(f"\ufeffemail{mark}city\na@shop.pl{mark}Kraków\n")

    assert outcomes(path).items[0]["traits"]["city"] == "Kraków"


def test_a_packed_file_gives_what_the_plain_one_gives(write, outcomes):
    text = HEADER + receipt(1, "a") + receipt(2, "b")

    plain = outcomes(write(text))
    packed = outcomes(write(gzip.compress(text.encode()), "file.csv.gz"))

    assert packed.items == plain.items


def test_parquet_gives_what_csv_gives(write, outcomes, tmp_path):
    path = tmp_path / "file.parquet"
    table = pa.table(
        {
            "receipt_id": ["1", "1", "2"],
            "date": ["2026-11-02T10:00:00Z"] * 3,
            "sku": ["a", "b", None],
            "quantity": [1.0, 2.0, 0.5],
            "price": [2.5, 0.1, 4.0],
            "currency": pa.array(["EUR"] * 3).dictionary_encode(),
        }
    )
    pq.write_table(table, path)
    csv = write(
        HEADER + receipt(1, "a") + receipt(1, "b", 2, "0.1") + receipt(2, "", 0.5, "4")
    )

    assert outcomes(path).items == outcomes(csv).items


def test_a_rejected_row_of_parquet_is_given_back_with_all_its_columns(
    outcomes, tmp_path
):
    path = tmp_path / "file.parquet"
    pq.write_table(pa.table({"email": [None], "shoe_size": [42]}), path)

    [rejected] = outcomes(path).rejected

    assert rejected.cells == ("", "42")
    assert rejected.line == 1


def test_too_many_lines_with_one_number_are_rejected_not_piled_up(write):
    path = write(HEADER + receipt(1, "a") * 25 + receipt(2, "b") + receipt(1, "a"))
    planned = plan(path, as_of_us=0, limits=Limits(lines_per_event_max=10))

    found = list(parse(planned))

    numbers = sorted(one.line for one in found if hasattr(one, "reason"))
    assert numbers == [*range(2, 27), 28]


@pytest.mark.parametrize(
    ("text", "limits"),
    [
        ("a,b,c\n" * 2, Limits(columns_max=2)),
        ("email\n" + "a@b.pl\n" * 10, Limits(rows_max=5)),
        ("email\n" + "a" * 100, Limits(line_chars_max=50)),
        ("email\na@b.pl\n", Limits(file_bytes_max=5)),
    ],
)
def test_a_file_over_a_limit_is_refused(write, text, limits):
    path = write(text)

    with pytest.raises(FileError):
        list(parse(plan(path, "contacts", as_of_us=0, limits=limits)))


def test_a_file_that_grows_a_thousandfold_is_refused(write):
    bomb = gzip.compress(b"email\n" + (b"a@b.pl" + b" " * 5_000 + b"\n") * 10_000)
    path = write(bomb, "bomb.csv.gz")

    with pytest.raises(FileError, match="far larger"):
        list(parse(plan(path, as_of_us=0)))


def test_a_packed_file_that_was_cut_short_is_refused(write):
    packed = gzip.compress(("email\n" + "a@b.pl\n" * 50_000).encode())
    path = write(packed[: len(packed) // 2], "file.csv.gz")

    with pytest.raises(FileError, match="cut short"):
        list(parse(plan(path, as_of_us=0)))


def test_an_empty_file_is_refused(write):
    with pytest.raises(FileError, match="empty"):
        plan(write(""), mapping=Mapping())
