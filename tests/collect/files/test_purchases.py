"""What lines of orders, receipts and returns say, as events."""

import pytest

HEADER = "receipt_id,date,sku,quantity,price,currency\n"


def line(number="1", sku="a", quantity="1", price="2.50"):
    return f"{number},2026-11-02T10:00:00Z,{sku},{quantity},{price},EUR\n"


def only(found):
    assert not found.rejected, found.rejected
    [item] = found.items
    return item


def test_a_receipt_is_a_wire_item(write, outcomes):
    path = write(
        "receipt_id,date,store,till,cashier,loyalty card,email,sku,qty,price,currency\n"
        "7,2026-11-02T23:30:00Z,S1,T2,C3,L9,Anna@Shop.pl,a,2,1.25,eur\n"
    )

    item = only(outcomes(path, time_zone="Europe/Warsaw"))

    assert item["messageId"].startswith("receipt/S1/T2/2026-11-03/7/")
    del item["messageId"]
    assert item == {
        "type": "track",
        "event": "Receipt Issued",
        "timestamp": "2026-11-02T23:30:00Z",
        "identifiers": {"loyalty_card": "L9", "email": "Anna@Shop.pl"},
        "properties": {
            "receipt_id": "S1/T2/2026-11-03/7",
            "receipt_number": "7",
            "business_date": "2026-11-03",
            "store_id": "S1",
            "till_id": "T2",
            "cashier_id": "C3",
            "currency": "EUR",
            "total": 2.5,
            "products": [{"sku": "a", "quantity": 2, "price": 1.25}],
        },
        "context": {"historical": True, "updated_at": "1970-01-01T00:00:00Z"},
    }


def test_one_number_in_two_stores_is_two_receipts(write, outcomes):
    path = write(
        "store_id,receipt_no,date,price,currency\n"
        "A,7,2026-11-02,1,EUR\nB,7,2026-11-02,2,EUR\n"
    )

    ids = [item["properties"]["receipt_id"] for item in outcomes(path).items]

    assert ids == ["A/7", "B/7"]


def test_a_receipt_without_a_buyer_is_still_a_receipt(write, outcomes):
    assert only(outcomes(write(HEADER + line())))["identifiers"] == {}


def test_a_total_is_rounded_once_after_the_sum(write, outcomes):
    path = write(HEADER + line(price="0.004") * 3)

    assert only(outcomes(path))["properties"]["total"] == 0.01


def test_a_line_without_a_price_is_kept_and_does_not_count(write, outcomes):
    path = write(
        HEADER + line() + line(sku="gift", price="0") + line(sku="b", quantity=0)
    )

    item = only(outcomes(path))

    assert item["properties"]["total"] == 2.5
    assert [p.get("reason") for p in item["properties"]["products"]] == [
        None,
        "no price",
        "no quantity",
    ]


def test_a_receipt_none_of_whose_lines_counts_is_no_sale(write, outcomes):
    path = write(HEADER + line(quantity=-5, price=0))

    assert only(outcomes(path))["event"] == "No Sale Recorded"


def test_a_numbers_prefix_makes_a_return_with_positive_amounts(write, outcomes):
    path = write(HEADER + line("C17", quantity=-2))

    item = only(outcomes(path, return_prefixes=("C",)))

    assert item["event"] == "Return Received"
    assert item["properties"]["return_id"] == "C17"
    assert "receipt_id" not in item["properties"]
    assert item["properties"]["total"] == 5
    assert item["properties"]["products"][0]["quantity"] == 2


def test_a_receipt_below_zero_is_a_return(write, outcomes):
    item = only(outcomes(write(HEADER + line(quantity=-1))))

    assert (item["event"], item["properties"]["total"]) == ("Return Received", 2.5)


def test_an_exchange_at_the_till_counts_what_was_paid(write, outcomes):
    path = write(HEADER + line(quantity=3) + line(sku="b", quantity=-1))

    item = only(outcomes(path))

    assert (item["event"], item["properties"]["total"]) == ("Receipt Issued", 5)


def test_an_adjustment_bears_a_name_of_its_own(write, outcomes):
    path = write(HEADER + line("A1", price="-11062.06"))

    item = only(outcomes(path, adjustment_prefixes=("A",)))

    assert item["event"] == "Bad Debt Adjusted"
    assert item["properties"]["total"] == -11062.06


def test_postage_is_money_but_no_product(write, outcomes):
    path = write(HEADER + line() + line(sku="POST"))

    item = only(outcomes(path, non_products=("POST",)))

    flags = [product.get("product", True) for product in item["properties"]["products"]]
    assert (item["properties"]["total"], flags) == (5, [True, False])


def test_a_return_file_tells_positive_amounts_and_its_receipt(write, outcomes):
    path = write(
        "return_id,receipt_id,date,sku,quantity,price,currency\n"
        "R1,7,2026-11-02,a,-1,3,EUR\n"
    )

    item = only(outcomes(path))

    assert item["event"] == "Return Received"
    assert item["properties"]["receipt_id"] == "7"
    assert item["properties"]["total"] == 3


@pytest.mark.parametrize(
    ("status", "event"),
    [
        ("paid", "Order Completed"),
        ("", "Order Completed"),
        ("Cancelled", "Order Cancelled"),
        ("refunded", "Order Refunded"),
    ],
)
def test_an_orders_status_names_its_event(write, outcomes, status, event):
    path = write(f"order_id,date,total,currency,status\n1,2026-11-02,9,EUR,{status}\n")

    assert only(outcomes(path))["event"] == event


def test_polish_headers_and_a_decimal_comma_are_known(write, outcomes):
    path = write(
        "sklep;nr_paragonu;data;karta;email;telefon;indeks;nazwa;ilosc;cena;rabat;"
        "wartosc;waluta\n"
        "WAW01;1001;23.11.2026 10:00;LOY-123;anna@example.com;600 100 200;45790-32;"
        '"Trampki ""Łódź"" 42";2;"119,90";"20,00";"219,80";PLN\n'
    )

    item = only(outcomes(path, time_zone="Europe/Warsaw"))

    assert item["timestamp"] == "2026-11-23T09:00:00Z"
    assert item["properties"]["total"] == 219.8
    assert item["properties"]["products"] == [
        {
            "sku": "45790-32",
            "name": 'Trampki "Łódź" 42',
            "quantity": 2,
            "price": 119.9,
            "discount": 20,
            "line_total": 219.8,
        }
    ]


def test_in_a_file_of_lines_total_is_each_lines(write, outcomes):
    path = write(
        "receipt_id,date,sku,quantity,price,total,currency\n"
        "1,2026-11-02,a,2,5,9,EUR\n1,2026-11-02,b,1,5,5,EUR\n"
    )

    assert only(outcomes(path))["properties"]["total"] == 14
