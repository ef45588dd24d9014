"""Files of goods, prices, stock, stores and figures: a line an item."""

import gzip
import os
from pathlib import Path

import pytest

from habitue.collect.files import Built, FileError, Rejected
from habitue.collect.files.nouns import Mapping
from habitue.collect.files.parsing import parse
from habitue.collect.files.planning import plan

SHARED = Path(os.environ.get("HABITUE_SHARED", "../shared"))
GLOBAL = SHARED / "data" / "global-electronics"
needs_global = pytest.mark.skipif(
    not GLOBAL.is_dir(), reason="global-electronics is not there: set HABITUE_SHARED"
)
AS_OF_US = 1_772_366_400_000_000


def read(folder: Path, text: str, what=None, **mapping):
    """Write a file and parse it; give its kind, items and reasons."""
    file = folder / "feed.csv"
    file.write_text(text, "utf-8")
    found = plan(file, what, Mapping(**mapping), as_of_us=AS_OF_US)
    parsed = list(parse(found))
    items = [one.item for one in parsed if isinstance(one, Built)]
    reasons = [one.reason for one in parsed if isinstance(one, Rejected)]
    return found.kind, items, reasons


def test_a_line_of_goods_is_an_item_with_its_price_and_stock(tmp_path: Path) -> None:
    kind, items, _ = read(
        tmp_path,
        "Product ID;Nazwa;Marka;Cena;Waluta;Stan\nA1;Czajnik;Nord;1 299,90;PLN;3\n",
    )

    assert kind == "products"
    assert items == [
        {
            "product_id": "A1",
            "name": "Czajnik",
            "brand": "Nord",
            "price": "1299.9",
            "currency": "PLN",
            "quantity": 3,
            "at": "2026-03-01T12:00:00Z",
        }
    ]


def test_a_price_holds_from_its_own_date(tmp_path: Path) -> None:
    kind, items, _ = read(
        tmp_path,
        "sku,price,currency,valid from,store\nA1,10,EUR,2026-02-01,4\n",
        time_zone="Europe/Warsaw",
    )

    assert kind == "prices"
    assert items == [
        {
            "product_id": "A1",
            "price": "10",
            "currency": "EUR",
            "store_id": "4",
            "at": "2026-01-31T23:00:00Z",
        }
    ]


def test_a_file_of_stock_and_one_of_stores_are_known_by_their_headers(
    tmp_path: Path,
) -> None:
    kind, items, _ = read(tmp_path, "ean,store,qty\n590,K,2.5\n")
    assert (kind, items[0]["quantity"]) == ("stock", 2.5)

    kind, items, _ = read(
        tmp_path, "store no,name,region,timezone\n4,Kraków,South,Europe/Warsaw\n"
    )
    assert kind == "stores"
    assert items[0]["time_zone"] == "Europe/Warsaw"


@pytest.mark.parametrize("head", ["Артикул;Склад;Остаток", "Артикул;Қойма;Қалдық"])
def test_a_file_of_stock_is_known_in_russian_and_kazakh(
    tmp_path: Path, head: str
) -> None:
    kind, [item], _ = read(tmp_path, f"{head}\nA1;K;3\n")

    assert kind == "stock"
    assert (item["product_id"], item["store_id"], item["quantity"]) == ("A1", "K", 3)


def test_a_price_without_a_currency_is_asked_for(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="needs currency"):
        read(tmp_path, "sku,price\nA1,10\n")

    _, items, _ = read(
        tmp_path, "sku,price\nA1,10\n", "prices", constants={"currency": "EUR"}
    )
    assert items[0]["currency"] == "EUR"


def test_a_line_without_what_it_needs_is_rejected_alone(tmp_path: Path) -> None:
    _, items, reasons = read(
        tmp_path, "sku,price,currency\nA1,10,EUR\n,10,EUR\nA2,,EUR\nA3,x,EUR\n"
    )

    assert [one["product_id"] for one in items] == ["A1"]
    assert reasons == [
        "The line has no product id.",
        "The line has no price.",
        "price: 'x' is no amount; write it like 1234.56.",
    ]


def test_purchases_and_people_are_still_taken_for_what_they_are(
    tmp_path: Path,
) -> None:
    lines = "receipt_id,date,sku,price,quantity,currency\n1,2026-01-01,A1,2,1,EUR\n"
    assert read(tmp_path, lines)[0] == "receipts"
    assert read(tmp_path, "email,store\na@shop.example,K\n")[0] == "contacts"


def test_figures_by_month_are_items_too(tmp_path: Path) -> None:
    _, items, _ = read(
        tmp_path, "month,store,count,revenue,currency\n2026-01,K,3,9.50,EUR\n", "totals"
    )

    assert items == [
        {
            "month": "2026-01",
            "store_id": "K",
            "count": 3,
            "revenue": "9.5",
            "currency": "EUR",
        }
    ]


@needs_global
def test_the_goods_and_stores_of_a_real_chain_need_no_mapping(tmp_path: Path) -> None:
    found = {}
    for name in ("Products", "Stores"):
        file = tmp_path / f"{name}.csv"
        file.write_bytes(gzip.decompress((GLOBAL / f"{name}.csv.gz").read_bytes()))
        parsed = list(parse(plan(file)))
        assert all(isinstance(one, Built) for one in parsed)
        found[name] = [one.item for one in parsed]

    assert len(found["Products"]) == 2_517
    first = found["Products"][0]
    assert (first["product_id"], first["price"], first["currency"]) == (
        *("1", "12.99", "USD"),
    )
    assert len(found["Stores"]) == 67
    assert found["Stores"][0]["region"] == "Australian Capital Territory"
