"""The same lines again are the same message; a corrected receipt is a new one."""

from habitue.collect.files import Mapping
from habitue.collect.files.parsing import parse
from habitue.collect.files.planning import plan

HEADER = "receipt_id,date,sku,quantity,price,currency\n"
LINE = "1,2026-11-02T10:00:00Z,a,1,2.50,EUR\n"


def ids(path, **options):
    return [one.item["messageId"] for one in parse(plan(path, **options))]


def test_a_file_imported_again_tells_the_same_messages(write):
    path = write(HEADER + LINE)

    assert ids(path, as_of_us=0) == ids(path, as_of_us=10**15)


def test_the_same_receipt_in_another_file_is_the_same_message(write):
    first = write(HEADER + LINE)
    other = write(
        "quantity;unit price;receipt no;sku;date;currency\n"
        "1;2.5;1;a;2026-11-02 11:00;EUR\n",
        "other.csv",
    )

    assert ids(first) == ids(other, mapping=Mapping(time_zone="Europe/Warsaw"))


def test_a_corrected_receipt_is_a_new_message_about_the_same_receipt(write):
    [first] = ids(write(HEADER + LINE))
    [second] = ids(write(HEADER + LINE.replace("2.50", "2.60")))

    assert first != second
    assert first.rsplit("/", 1)[0] == second.rsplit("/", 1)[0] == "receipt/1"


def test_a_later_file_says_that_it_is_later(write):
    path = write(HEADER + LINE)

    [one] = parse(plan(path, as_of_us=86_400_000_000))

    assert one.item["context"]["updated_at"] == "1970-01-02T00:00:00Z"


def test_no_address_stands_in_a_message_id(write):
    [one] = ids(write("email,city\nanna@shop.pl,Kraków\n"))

    assert "anna" not in one
