"""Invoices and orders as documents become the events that lines of a table become."""

from pathlib import Path

import pydifact.parser
import pydifact.tokenizer
import pytest
from hypothesis import given
from hypothesis import strategies as st

from habitue.collect.files import FileError, Mapping, Rejected
from habitue.collect.files.documents.segments import segments
from habitue.collect.files.parsing import parse
from habitue.collect.files.planning import plan

FILES = Path(__file__).parent.parent.parent / "data" / "files"
UBL, KSEF = FILES / "invoice-2.1.xml", FILES / "fa3-b2b-invoice.xml"
ORDERS, REPORT = FILES / "orders-d96a.edi", FILES / "slsrpt-d96a.edi"


@pytest.fixture
def changed(write):
    """Write a document with parts of its text changed; give the file."""

    def changed(document, *changes):
        told = document.read_text("utf-8")
        for before, after in changes:
            assert before in told
            told = told.replace(before, after)
        return write(told, document.name)

    return changed


# -- UBL ------------------------------------------------------------------------------


def test_a_ubl_invoice_of_an_order_tells_of_it_and_is_no_sale_of_its_own(outcomes):
    [item] = outcomes(UBL).items

    assert item["event"] == "Invoice Issued"
    assert item["timestamp"] == "2026-11-23T09:00:00Z"
    assert item["identifiers"] == {
        "customer_id": "LOY-123",
        "email": "anna.nowak@example.com",
        "phone": "+48600100200",
    }
    assert item["properties"] == {
        "invoice_no": "WAW01-1001",
        "order_id": "50314b8e",
        "currency": "PLN",
        "document_type": "invoice",
        "total": 219.8,
        "tax": 41.1,
        "products": [
            {
                "sku": "45790-32",
                "gtin": "5901234123457",
                "name": "Sneakers 42 / black",
                "quantity": 2,
                "price": 97.48,
                "line_total": 178.7,
            }
        ],
    }


def test_an_invoice_of_no_order_is_a_sale(changed, outcomes):
    order = "<cac:OrderReference><cbc:ID>50314b8e</cbc:ID></cac:OrderReference>"

    [item] = outcomes(changed(UBL, (order, ""))).items

    assert item["event"] == "Receipt Issued"
    assert item["properties"]["receipt_id"] == "WAW01-1001"
    assert item["properties"]["total"] == 219.8


def test_invoices_count_as_receipts_where_that_is_asked_for(outcomes):
    [item] = outcomes(UBL, "receipts").items

    assert item["event"] == "Receipt Issued"
    assert item["properties"]["receipt_id"] == "WAW01-1001"


def test_a_credit_note_is_a_return_of_what_it_credits(changed, outcomes):
    path = changed(
        UBL,
        ("Invoice-2", "CreditNote-2"),
        ("<Invoice", "<CreditNote"),
        ("</Invoice>", "</CreditNote>"),
        ("InvoiceLine", "CreditNoteLine"),
        ("InvoicedQuantity", "CreditedQuantity"),
        ("InvoiceTypeCode>380", "CreditNoteTypeCode>381"),
        ("</cbc:InvoiceTypeCode", "</cbc:CreditNoteTypeCode"),
        (
            "<cac:OrderReference><cbc:ID>50314b8e</cbc:ID></cac:OrderReference>",
            "<cac:BillingReference><cac:InvoiceDocumentReference><cbc:ID>WAW01-999"
            "</cbc:ID></cac:InvoiceDocumentReference></cac:BillingReference>",
        ),
    )

    [item] = outcomes(path).items

    assert item["event"] == "Return Received"
    told = item["properties"]
    assert (told["return_id"], told["receipt_id"]) == ("WAW01-1001", "WAW01-999")
    assert (told["total"], told["products"][0]["quantity"]) == (219.8, 2)


def test_a_price_for_many_is_the_price_of_one(changed, outcomes):
    price = '<cbc:PriceAmount currencyID="PLN">97.48</cbc:PriceAmount>'
    many = f"{price}<cbc:BaseQuantity>100</cbc:BaseQuantity>"

    [item] = outcomes(changed(UBL, (price, many))).items

    assert item["properties"]["products"][0]["price"] == 0.9748


def test_a_document_with_a_faulty_line_is_rejected_as_a_whole(changed):
    path = changed(
        UBL,
        (
            ">178.70</cbc:LineExtensionAmount><cac:Item>",
            ">much</cbc:LineExtensionAmount><cac:Item>",
        ),
    )

    [rejected] = parse(plan(path))

    assert isinstance(rejected, Rejected)
    assert "'much' is no amount" in rejected.reason
    assert "WAW01-1001" in rejected.cells


# -- KSeF -----------------------------------------------------------------------------


def test_a_ksef_invoice_names_its_customer_by_card_mail_and_phone(outcomes):
    [item] = outcomes(KSEF).items

    assert item["event"] == "Invoice Issued"
    assert item["timestamp"] == "2026-11-23T10:00:00Z"
    assert item["identifiers"] == {
        "loyalty_card": "LOY-123",
        "email": "anna.nowak@example.com",
        "phone": "+48600100200",
    }
    assert item["properties"] == {
        "invoice_no": "FV/2026/11/1001",
        "order_id": "50314b8e",
        "store_id": "WAW01",
        "currency": "PLN",
        "document_type": "invoice",
        "total": 219.8,
        "tax": 41.1,
        "products": [
            {
                "sku": "45790-32",
                "gtin": "5901234123457",
                "name": "Sneakers 42 / black",
                "tax_rate": "23",
                "quantity": 2,
                "price": 119.9,
                "discount": 20,
                "line_total": 219.8,
            }
        ],
    }


def test_the_form_before_is_read_alike(changed, outcomes):
    former = changed(
        KSEF,
        ("FA (3)", "FA (2)"),
        ("2025/06/25/13775", "2023/06/29/12648"),
        (">3</WariantFormularza", ">2</WariantFormularza"),
    )

    assert outcomes(former).items == outcomes(KSEF).items


def test_another_form_is_a_sentence(changed):
    with pytest.raises(FileError, match=r"FA \(3\) and FA \(2\) are read"):
        plan(changed(KSEF, ("FA (3)", "FA_RR (1)")))


def correction(*lines):
    return (
        ("<RodzajFaktury>VAT", "<RodzajFaktury>KOR"),
        (
            "<FP>1</FP>",
            "<DaneFaKorygowanej><NrFaKorygowanej>FV/2026/11/900</NrFaKorygowanej>"
            "</DaneFaKorygowanej>",
        ),
        ("<P_14_1>41.10</P_14_1>", "<P_14_1>-20.55</P_14_1>"),
        ("<P_15>219.80</P_15>", "<P_15>-109.90</P_15>"),
        ("<P_8B>2</P_8B>", "<P_8B>2</P_8B><StanPrzed>1</StanPrzed>"),
        ("    </FaWiersz>", "    </FaWiersz>" + "".join(lines)),
    )


def after(units, total):
    return (
        "<FaWiersz><NrWierszaFa>2</NrWierszaFa><P_7>Sneakers 42 / black</P_7>"
        "<Indeks>45790-32</Indeks><GTIN>5901234123457</GTIN>"
        f"<P_8B>{units}</P_8B><P_9B>119.90</P_9B><P_10>10.00</P_10>"
        f"<P_11A>{total}</P_11A><P_12>23</P_12></FaWiersz>"
    )


def test_a_correction_downwards_is_a_return_of_the_difference(changed, outcomes):
    path = changed(KSEF, *correction(after(1, "109.90")))

    [item] = outcomes(path).items

    assert item["event"] == "Return Received"
    told = item["properties"]
    assert (told["return_id"], told["corrected_no"]) == (
        "FV/2026/11/1001",
        "FV/2026/11/900",
    )
    assert (told["total"], told["tax"]) == (109.9, 20.55)
    [line] = told["products"]
    assert (line["quantity"], line["line_total"], line["sku"]) == (1, 109.9, "45790-32")


def test_an_invoice_without_lines_is_its_total(changed, outcomes):
    text = KSEF.read_text("utf-8")
    start, end = text.index("<FaWiersz>"), text.index("</FaWiersz>")
    path = changed(KSEF, (text[start : end + len("</FaWiersz>")], ""))

    [item] = outcomes(path).items

    assert item["properties"]["total"] == 219.8
    assert item["properties"]["products"] == []


def test_the_buyers_tax_number_is_taken_where_the_shop_has_such_a_kind(outcomes):
    planned = plan(KSEF, own_kinds=("nip",), mapping=Mapping(columns={"NIP": "nip"}))

    [built] = parse(planned)

    assert built.item["identifiers"]["nip"] == "7811767696"


def test_what_a_field_holds_can_be_mapped_otherwise(outcomes):
    [item] = outcomes(KSEF, columns={"NrKlienta": "customer_id"}).items

    assert item["identifiers"]["customer_id"] == "LOY-123"


# -- EDIFACT --------------------------------------------------------------------------


def test_an_edifact_order_is_an_order(outcomes):
    [item] = outcomes(ORDERS).items

    assert item["event"] == "Order Completed"
    assert item["identifiers"] == {"customer_id": "5901234000004"}
    assert item["properties"] == {
        "order_id": "PO727",
        "currency": "PLN",
        "total": 194.96,
        "products": [
            {
                "gtin": "5901234123457",
                "sku": "45790-32",
                "quantity": 2,
                "price": 97.48,
            }
        ],
    }


def test_an_order_that_is_taken_back_is_cancelled(changed, outcomes):
    [item] = outcomes(changed(ORDERS, ("PO727+9", "PO727+1"))).items

    assert item["event"] == "Order Cancelled"


def test_a_report_of_sales_is_of_its_store_and_day_and_names_nobody(outcomes):
    [item] = outcomes(REPORT, constants={"currency": "PLN"}).items

    assert (item["event"], item["identifiers"]) == ("Sales Reported", {})
    assert item["properties"]["store_id"] == "5901234000011"
    assert item["properties"]["total"] == 1438.8
    assert item["properties"]["products"] == [
        {"gtin": "5901234123457", "quantity": 12, "line_total": 1438.8}
    ]


def test_each_store_of_a_report_is_an_event(changed, outcomes):
    second = (
        "LOC+162+5901234000028::9'DTM+356:20261122:102'"
        "LIN+1++590:EN'QTY+153:1'MOA+203:5'UNT"
    )

    found = outcomes(changed(REPORT, ("UNT", second)), constants={"currency": "PLN"})

    told = [(i["properties"]["store_id"], i["timestamp"][:10]) for i in found.items]
    assert told == [
        ("5901234000011", "2026-11-23"),
        ("5901234000028", "2026-11-22"),
    ]


def test_a_report_without_a_currency_is_rejected_with_the_reason(outcomes):
    assert outcomes(REPORT).reasons == {1: "The line has no currency."}


INVOIC = (
    "UNA:+.? 'UNB+UNOC:3+5909876000009:14+5901234000004:14+261123:1000+3'"
    "UNH+1+INVOIC:D:96A:UN:EAN008'BGM+{code}+FV1+9'DTM+137:202611231005:203'"
    "{refs}NAD+SU+5909876000009::9'NAD+BY+5901234000004::9'CTA+IC+:Anna'"
    "COM+anna?+x@example.com:EM'CUX+2:PLN:4'"
    "LIN+1++5901234123457:EN'PIA+1+45790-32:SA'IMD+F++:::Sneakers?: 42'"
    "QTY+47:2'MOA+203:178.70'PRI+AAA:97.48'TAX+7+VAT+++:::23'"
    "LIN+2++5901234123464:EN'QTY+47:1'MOA+203:10'"
    "UNS+S'MOA+77:232.10'MOA+124:43.40'UNT+20+1'UNZ+1+3'"
)


def test_an_edifact_invoice_has_its_total_tax_and_lines(write, outcomes):
    told = INVOIC.format(code=380, refs="RFF+ON:PO727'")

    [item] = outcomes(write(told, "invoic.edi")).items

    assert item["event"] == "Invoice Issued"
    assert item["timestamp"] == "2026-11-23T10:05:00Z"
    assert item["identifiers"] == {
        "customer_id": "5901234000004",
        "email": "anna+x@example.com",
    }
    properties = item["properties"]
    assert (properties["invoice_no"], properties["order_id"]) == ("FV1", "PO727")
    assert (properties["total"], properties["tax"]) == (232.1, 43.4)
    assert properties["products"] == [
        {
            "sku": "45790-32",
            "gtin": "5901234123457",
            "name": "Sneakers: 42",
            "tax_rate": "23",
            "quantity": 2,
            "price": 97.48,
            "line_total": 178.7,
        },
        {"gtin": "5901234123464", "quantity": 1, "line_total": 10},
    ]


def test_an_edifact_credit_note_is_a_return(write, outcomes):
    told = INVOIC.format(code=381, refs="RFF+IV:FV0'")

    [item] = outcomes(write(told, "invoic.edi")).items

    assert item["event"] == "Return Received"
    assert item["properties"]["receipt_id"] == "FV0"


def test_an_interchange_of_several_messages_gives_each(write, outcomes):
    text = ORDERS.read_text()
    start, end = text.index("UNH"), text.index("UNZ")
    message = text[start:end]
    path = write(text[:end] + message.replace("PO727", "PO728") + text[end:], "two.edi")

    numbers = [item["properties"]["order_id"] for item in outcomes(path).items]

    assert numbers == ["PO727", "PO728"]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("UNB+UNOC:3+a+b'UNH+1+ORDERS:D:96A'BGM+220+1", "no end: it is cut short"),
        ("UNB+UNOC:3+a+b'UNH+1+ORDERS:D:96A'BGM+220+1'", "message has no end"),
        ("UNB+UNOC:3+a+b'UNH+1+PAXLST:D:96A'UNT+1+1'", "type 'PAXLST'; ORDERS"),
        ("UNB+UNOC:3+a+b'", "holds no message"),
        ("UNB+UNOA:3+ą+b'UNH+1+ORDERS:D:96A'UNT+1+1'", "not those of the syntax"),
    ],
)
def test_what_can_not_be_read_is_a_sentence(write, text, sentence):
    with pytest.raises(FileError, match=sentence):
        plan(write(text, "bad.edi"))


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("<Invoice/>", "The XML is a 'Invoice'"),
        ("<rss/>", "The XML is a 'rss'"),
        ("<a><b></a>", "The XML is damaged"),
        (
            "<?xml version='1.0' encoding='klingon'?><a/>",
            "unknown encoding|no encoding",
        ),
    ],
)
def test_xml_that_is_no_invoice_is_a_sentence(write, text, sentence):
    with pytest.raises(FileError, match=sentence):
        plan(write(text, "bad.xml"))


@pytest.mark.parametrize(
    "doctype",
    [
        '<!DOCTYPE Invoice [<!ENTITY who "LOY-123">]>',
        "<!DOCTYPE Invoice>",
        '<!DOCTYPE Invoice SYSTEM "invoice.dtd">',
    ],
)
def test_xml_with_a_document_type_is_refused_even_if_it_does_no_harm(changed, doctype):
    prolog = '<?xml version="1.0" encoding="UTF-8"?>'

    with pytest.raises(FileError, match="a document type or entities of its own"):
        plan(changed(UBL, (prolog, prolog + doctype)))


WORDS = st.text(alphabet="AB1.:+?' ", min_size=1, max_size=6)
ELEMENTS = st.lists(st.lists(WORDS, min_size=1, max_size=3), max_size=4)


@given(told=st.lists(st.tuples(st.sampled_from(["BGM", "LIN"]), ELEMENTS), max_size=5))
def test_segments_are_parted_as_the_library_parts_them(told):
    def released(text):
        return "".join(f"?{sign}" if sign in ":+?'" else sign for sign in text)

    text = "".join(
        "+".join([tag, *(":".join(map(released, one)) for one in elements)]) + "'"
        for tag, elements in told
    )
    parser = pydifact.parser.Parser()
    signs = parser.get_control_characters(text)
    tokens = pydifact.tokenizer.Tokenizer().get_tokens(text, signs)
    raws = parser.convert_tokens_to_raw_segments(pydifact.parser.TokenIterator(tokens))

    theirs = [
        (raw[0], [one if isinstance(one, list) else [one] for one in raw[1:]])
        for raw in raws
    ]

    assert list(segments(text)) == theirs == told
