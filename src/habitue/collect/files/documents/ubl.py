"""UBL 2.1 invoices and credit notes, as EN 16931 and Peppol use them."""

from types import MappingProxyType

from habitue.collect.files.documents.document import (
    CORRECTION,
    CREDIT_NOTE,
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
from habitue.collect.files.xml_reading import Node

NAMESPACE = "urn:oasis:names:specification:ubl:schema:xsd:"
# The root's name: the sort of document, and what its lines and quantities are called.
ROOTS = MappingProxyType(
    {
        "Invoice": (INVOICE, "InvoiceLine", "InvoicedQuantity"),
        "CreditNote": (CREDIT_NOTE, "CreditNoteLine", "CreditedQuantity"),
    }
)
_TYPES = MappingProxyType(
    {"381": CREDIT_NOTE, "396": CREDIT_NOTE, "384": CORRECTION, "261": CREDIT_NOTE}
)
UBL = Dialect(
    "UBL",
    MappingProxyType(
        {
            "ID": "number",
            "IssueDate": "date",
            "TypeCode": "document_type",
            "DocumentCurrencyCode": "currency",
            "OrderReference": "order_id",
            "BillingReference": "corrected_no",
            "Supplier PartyIdentification": "",
            "Customer PartyIdentification": "customer_id",
            "Customer CompanyID": "",
            "Customer Name": "",
            "Customer Telephone": "phone",
            "Customer ElectronicMail": "email",
            "TaxAmount": "tax_total",
            "TaxInclusiveAmount": "total",
            "SellersItemIdentification": "sku",
            "StandardItemIdentification": "gtin",
            "Item Name": "name",
            "Quantity": "quantity",
            "PriceAmount": "price",
            "LineExtensionAmount": "line_total",
            "Percent": "tax_rate",
        }
    ),
)


def read(root: Node) -> Document:
    """Read an invoice or a credit note."""
    sort, line, quantity = ROOTS[root.name]
    lines = [_line(node, quantity) for node in root.all(line)]
    return Document("invoices", _head(root, sort), lines)


def _head(root: Node, sort: str) -> Cells:
    code = root.told("InvoiceTypeCode") or root.told("CreditNoteTypeCode") or ""
    customer = root.first("AccountingCustomerParty", "Party") or Node("", {}, "", [])
    total = root.first("LegalMonetaryTotal") or Node("", {}, "", [])
    supplier = ("AccountingSupplierParty", "Party", "PartyIdentification", "ID")
    return filled(
        {
            "ID": root.told("ID"),
            "IssueDate": _moment(root),
            "TypeCode": _TYPES.get(code, sort),
            "DocumentCurrencyCode": root.told("DocumentCurrencyCode"),
            "OrderReference": root.told("OrderReference", "ID"),
            "BillingReference": root.told(
                "BillingReference", "InvoiceDocumentReference", "ID"
            ),
            "Supplier PartyIdentification": root.told(*supplier),
            "Customer PartyIdentification": customer.told("PartyIdentification", "ID"),
            "Customer CompanyID": customer.told("PartyTaxScheme", "CompanyID"),
            "Customer Name": customer.told("PartyName", "Name"),
            "Customer Telephone": customer.told("Contact", "Telephone"),
            "Customer ElectronicMail": customer.told("Contact", "ElectronicMail"),
            "TaxAmount": _tax(root, total),
            "TaxInclusiveAmount": _total(total),
        }
    )


def _moment(root: Node) -> str | None:
    date, time = root.told("IssueDate"), root.told("IssueTime")
    return f"{date}T{time}" if date and time else date


def _total(total: Node) -> str | None:
    return total.told("TaxInclusiveAmount") or total.told("PayableAmount")


def _tax(root: Node, total: Node) -> str | None:
    """Give the tax in the document's currency; another may be told beside it."""
    currency = root.told("DocumentCurrencyCode")
    for node in root.all("TaxTotal", "TaxAmount"):
        if node.attributes.get("currencyID", currency) == currency:
            return node.text.strip()
    whole = decimal_of(_total(total))
    without = total.told("TaxExclusiveAmount")
    if without is None and root.first("AllowanceCharge") is None:
        without = total.told("LineExtensionAmount")
    net = decimal_of(without)
    return None if whole is None or net is None else plain(whole - net)


def _line(node: Node, quantity: str) -> Cells:
    item = node.first("Item") or Node("", {}, "", [])
    return filled(
        {
            "SellersItemIdentification": item.told("SellersItemIdentification", "ID"),
            "StandardItemIdentification": gtin_of(
                item.told("StandardItemIdentification", "ID")
            ),
            "Item Name": item.told("Name"),
            "Quantity": node.told(quantity),
            "PriceAmount": price_of(
                node.told("Price", "PriceAmount"), node.told("Price", "BaseQuantity")
            ),
            "LineExtensionAmount": node.told("LineExtensionAmount"),
            "Percent": item.told("ClassifiedTaxCategory", "Percent"),
        }
    )
