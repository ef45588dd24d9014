"""Polish structured invoices of KSeF: FA(3), and FA(2) before it."""

from collections import defaultdict
from decimal import Decimal
from types import MappingProxyType

from habitue.collect.files.documents.document import (
    CORRECTION,
    INVOICE,
    Cells,
    Dialect,
    Document,
    decimal_of,
    filled,
    gtin_of,
    plain,
    price_of,
)
from habitue.collect.files.nouns import FileError
from habitue.collect.files.xml_reading import Node

ROOT = "Faktura"
_FORMS = frozenset({"FA (2)", "FA (3)"})
_TYPES = MappingProxyType(
    {
        "VAT": INVOICE,
        "UPR": "simplified",
        "ZAL": "advance",
        "ROZ": "settlement",
        "KOR": CORRECTION,
        "KOR_ZAL": CORRECTION,
        "KOR_ROZ": CORRECTION,
    }
)
# What shops write into DodatkowyOpis, key by key.
_DESCRIBED = ("order_id", "receipt_id", "store_id", "till_id", "cashier_id", "channel")
KSEF = Dialect(
    "KSeF FA",
    MappingProxyType(
        {
            "P_2": "number",
            "P_1": "date",
            "RodzajFaktury": "document_type",
            "KodWaluty": "currency",
            "NrFaKorygowanej": "corrected_no",
            # The ministry's field for a customer's number holds the loyalty card.
            "NrKlienta": "loyalty_card",
            "Email": "email",
            "Telefon": "phone",
            "NIP": "",
            "Nazwa": "",
            **{name: name for name in _DESCRIBED},
            "P_14": "tax_total",
            "P_15": "total",
            "Indeks": "sku",
            "GTIN": "gtin",
            "P_7": "name",
            "P_8B": "quantity",
            "P_9": "price",
            "P_10": "discount",
            "P_11": "line_total",
            "P_12": "tax_rate",
        }
    ),
)
# What is one article, where a correction tells it before and after.
_ARTICLE = ("Indeks", "GTIN", "P_7", "P_9", "P_12")
_ADDED_UP = ("P_8B", "P_10", "P_11")


def read(root: Node) -> Document:
    """Read an invoice or a correction."""
    form = root.first("Naglowek", "KodFormularza")
    code = "" if form is None else form.attributes.get("kodSystemowy", "")
    bill = root.first("Fa")
    if code not in _FORMS or bill is None:
        raise FileError(
            f"The invoice is in the form '{code[:20]}'; FA (3) and FA (2) are read."
        )
    nodes = [*bill.all("FaWiersz"), *bill.all("Zamowienie", "ZamowienieWiersz")]
    return Document("invoices", _head(root, bill), _lines(nodes))


def _head(root: Node, bill: Node) -> Cells:
    buyer = root.first("Podmiot2") or Node("", {}, "", [])
    told = {
        node.told("Klucz"): node.told("Wartosc") for node in bill.all("DodatkowyOpis")
    }
    ordered = bill.told("WarunkiTransakcji", "Zamowienia", "NrZamowienia")
    return filled(
        {
            "P_2": bill.told("P_2"),
            "P_1": _moment(root, bill),
            "RodzajFaktury": _TYPES.get(bill.told("RodzajFaktury") or "", INVOICE),
            "KodWaluty": bill.told("KodWaluty"),
            "NrFaKorygowanej": bill.told("DaneFaKorygowanej", "NrFaKorygowanej"),
            "NrKlienta": buyer.told("NrKlienta"),
            "Email": buyer.told("DaneKontaktowe", "Email"),
            "Telefon": buyer.told("DaneKontaktowe", "Telefon"),
            "NIP": buyer.told("DaneIdentyfikacyjne", "NIP"),
            "Nazwa": buyer.told("DaneIdentyfikacyjne", "Nazwa"),
            "order_id": ordered,
            **{name: text for name in _DESCRIBED if (text := told.get(name))},
            "P_14": _tax(bill),
            "P_15": bill.told("P_15"),
        }
    )


def _moment(root: Node, bill: Node) -> str | None:
    """Give when it was issued: to the second, where it was made on that day."""
    day = bill.told("P_1")
    made = root.told("Naglowek", "DataWytworzeniaFa")
    return made if day and made and made.startswith(day) else day


def _tax(bill: Node) -> str | None:
    """Add up the tax at each rate; P_14_1W and the like tell it again in zloty."""
    rates = [
        decimal_of(node.text.strip())
        for node in bill.children
        if node.name.startswith("P_14_") and node.name[5:].isdigit()
    ]
    told = [rate for rate in rates if rate is not None]
    return plain(sum(told, Decimal())) if told else None


def _lines(nodes: list[Node]) -> list[Cells]:
    lines = [_line(node) for node in nodes]
    before = [node.told("StanPrzed") == "1" for node in nodes]
    return _differences(lines, before) if any(before) else lines


def _line(node: Node) -> Cells:
    # Lines of an order paid in advance have the same letters with a Z behind.
    def told(*names: str) -> str | None:
        return next((text for name in names if (text := node.told(name))), None)

    return filled(
        {
            "Indeks": told("Indeks", "IndeksZ"),
            "GTIN": gtin_of(told("GTIN", "GTINZ")),
            "P_7": told("P_7", "P_7Z"),
            "P_8B": told("P_8B", "P_8BZ"),
            # With tax where that is told: it is what the customer pays.
            "P_9": price_of(told("P_9B", "P_9A", "P_9AZ")),
            "P_10": told("P_10"),
            "P_11": told("P_11A", "P_11", "P_11NettoZ"),
            "P_12": told("P_12", "P_12Z"),
        }
    )


def _differences(lines: list[Cells], before: list[bool]) -> list[Cells]:
    """Give what a correction changes: what each article is after it, less before."""
    sums: dict[tuple[str, ...], dict[str, Decimal]] = defaultdict(
        lambda: defaultdict(Decimal)
    )
    for line, was in zip(lines, before, strict=True):
        article = tuple(line.get(name, "") for name in _ARTICLE)
        for name in _ADDED_UP:
            sums[article][name] += (decimal_of(line.get(name)) or 0) * (
                -1 if was else 1
            )
    return [
        filled(dict(zip(_ARTICLE, article, strict=True)))
        | {name: plain(amount) for name, amount in changed.items() if amount}
        for article, changed in sums.items()
        if any(changed.values())
    ]
