"""The fields a file may have, their types, and the headers they are known by: data."""

import re
from unicodedata import combining, normalize

from msgspec import Struct

from habitue.collect.files.nouns import FileKind
from habitue.collect.files.words import WORDS


class Field(Struct, frozen=True):
    """A field of a line: how its cells are read, and its usual headers."""

    name: str
    type: str
    headers: tuple[str, ...] = ()


# Letters that no mark makes of another, and what is written in their stead.
_STAND_IN = str.maketrans("łøđıқғңәөұүһіё", "lodiкгнаоуухие")


def plain(header: str) -> str:
    """Bring a header to the form in which it is compared.

    >>> plain(" Order Number"), plain("InvoiceNo"), plain("unit_price")
    ('ordernumber', 'invoiceno', 'unitprice')
    >>> plain("Ilość"), plain("Дүкен"), plain("№ чека")
    ('ilosc', 'дукен', 'номерчека')
    """
    told = header.casefold().replace("№", "номер").translate(_STAND_IN)
    parted = normalize("NFKD", told)
    bare = "".join(char for char in parted if not combining(char))
    return re.sub(r"[\W_]+", "", bare.translate(_STAND_IN))


def _field(name: str, kind: str = "text", headers: str = "") -> Field:
    known = (name, *headers.split(), *WORDS.get(name, "").split())
    return Field(name, kind, tuple(dict.fromkeys(map(plain, known))))


_GOODS_NAMES = (
    "productname itemname title nazwa nazwatowaru nazwaproduktu towar produkt"
    " наименование наименованиетовара товар номенклатура атауы тауар тауаратауы"
)
# Headers are compared without case, spaces, punctuation and marks on letters.
IDENTIFIERS = (
    _field("user_id", headers="userid accountid login"),
    _field("customer_id", headers="customerkey customerno customernumber clientid "
           "klient nrklienta"),
    _field("loyalty_card", headers="loyaltyid loyaltycardno cardnumber cardno card "
           "karta nrkarty bonuscard"),
    _field("external_id"),
    _field("email", headers="emailaddress mail adresemail"),
    _field("phone", headers="phonenumber telephone mobile telefon tel"),
    _field("card_token", headers="paymenttoken paymentcardtoken"),
)  # fmt: skip
HEAD = (
    _field("receipt_id", headers="receiptno receiptnumber nrparagonu paragon"),
    _field("order_id", headers="orderno ordernumber ordername zamowienie nrzamowienia"),
    _field("return_id", headers="returnno returnnumber creditnote creditnoteno rmano "
           "nrzwrotu"),
    _field("number", headers="invoiceno invoice invoiceid invoicenumber documentno "
           "documentnumber transactionid"),
    _field("invoice_no"),
    _field("fiscal_id", headers="fiscalno fiscalnumber nrfiskalny"),
    _field("date", "moment", "datetime timestamp ts time orderdate receiptdate "
           "returndate invoicedate createdat createdtime transactiondate data "
           "purchasedate orderpurchasetimestamp"),
    _field("updated_at", "moment", "updated lastmodified modifiedat"),
    _field("store_id", headers="store storekey storeno shopid sklep"),
    _field("till_id", headers="till tillno register registerid workstationid kasa"),
    _field("cashier_id", headers="cashier cashierno operatorid kasjer"),
    _field("channel", headers="saleschannel"),
    _field("currency", "currency", "currencycode waluta"),
    _field("total", "amount", "ordertotal receipttotal grandtotal totalamount"),
    _field("country", headers="kraj countrycode"),
    _field("status", headers="orderstatus state"),
    _field("tender", headers="paymentmethod payment platnosc"),
    _field("coupon", headers="couponcode vouchercode"),
    _field("reason", headers="returnreason powod"),
    # What invoices say: their tax, their sort, and the number of the one they correct.
    _field("tax_total", "amount"),
    _field("document_type"),
    _field("corrected_no"),
)  # fmt: skip
LINE = (
    _field("product_id", headers="productkey"),
    _field("sku", headers="stockcode itemcode articleno indeks itemno"),
    _field("gtin", headers="ean barcode upc"),
    _field("name", headers=f"{_GOODS_NAMES} description"),
    _field("category", headers="productcategory kategoria"),
    _field("brand", headers="marka manufacturer"),
    _field("variant", headers="color size"),
    _field("quantity", "number", "qty units ilosc"),
    _field("price", "amount", "unitprice itemprice cena"),
    _field("discount", "amount", "linediscount rabat"),
    _field("line_total", "amount", "linevalue lineamount amount value wartosc"),
    _field("tax_rate", headers="vatrate stawkavat ставкандс"),
)  # fmt: skip
TRAITS = (
    _field("first_name", headers="firstname givenname imie"),
    _field("last_name", headers="lastname surname familyname nazwisko"),
    _field("name", headers="fullname customername imięinazwisko nazwa фио фиоклиента "
           "полноеимя атыжөні"),
    _field("gender", headers="sex plec"),
    _field("birthday", "day", "dateofbirth birthdate dataurodzenia"),
    _field("street", headers="address address1 ulica adres"),
    _field("city", headers="town miasto"),
    _field("state", headers="region province county"),
    _field("postal_code", headers="zip zipcode postcode kodpocztowy"),
    _field("country", headers="countrycode kraj"),
    _field("language", headers="locale jezyk"),
    _field("tags", headers="labels tagi"),
)  # fmt: skip
CONSENTS = (
    _field("consent_email", "flag", "emailconsent emailoptin acceptsmarketing "
           "newsletter zgodaemail"),
    _field("consent_sms", "flag", "smsconsent smsoptin zgodasms"),
    _field("consent_phone", "flag", "phoneconsent phoneoptin zgodatelefon"),
    _field("consent_push", "flag", "pushconsent pushoptin"),
    _field("consent_at", "moment", "consentdate consenttime optindate datazgody"),
    _field("consent_where", headers="consentplace consentsource optinsource"),
    _field("consent_by", headers="consentcollectedby"),
    _field("consent_text", headers="consentwording trescgody"),
    _field("consent_text_version", headers="consentversion"),
    _field("consent_purpose", headers="purpose"),
)  # fmt: skip

PLACE = (
    _field("store_id", headers="store storekey storeno shopid warehouse sklep magazyn "
           "nrmagazynu kodmagazynu склад кодсклада номерсклада қойма қоймакоды"),
    _field("date", "moment", "at validfrom since datetime timestamp ts data ważneod "
           "obowiązujeod действуетс"),
    _field("updated_at", "moment", "updated lastmodified modifiedat"),
)  # fmt: skip
PRODUCT = (
    _field("product_id", headers="productkey productno articleid idproduktu"),
    *(field for field in LINE if field.name in {"sku", "gtin"}),
    # On a receipt the description of goods is their name; here it is more.
    _field("name", headers=_GOODS_NAMES),
    *(field for field in LINE if field.name in {"category", "brand", "variant"}),
    _field("subcategory", headers="podkategoria"),
    _field("description", headers="longdescription opis"),
    _field("unit", headers="unitofmeasure jednostka jm"),
    _field("url", headers="link producturl"),
    _field("image_url", headers="image imagelink zdjecie"),
    _field("status", headers="state availability"),
    _field("deleted", "flag", "removed withdrawn usuniety"),
)
PRICE = (
    _field("price", "amount", "unitprice itemprice unitpriceusd saleprice cena "
           "cenabrutto"),
    _field("regular_price", "amount", "listprice rrp cenaregularna"),
    _field("currency", "currency", "currencycode waluta"),
)  # fmt: skip
# What is left of a product; on a receipt the same words say something else.
QUANTITY = (
    _field("quantity", "number", "qty stock stocklevel onhand ilosc stan "
           "stanmagazynowy остаток остатки остатокнаскладе қалдық қалдығы"),
)  # fmt: skip
STORE = (
    _field("store_id", headers="storekey storeno storenumber shopid sklep nrsklepu"),
    _field("name", headers="storename title nazwa nazwasklepu название наименование "
           "названиемагазина атауы дүкенатауы"),
    _field("region", headers="state province wojewodztwo"),
    _field("country", headers="countrycode kraj"),
    _field("city", headers="town miasto"),
    _field("street", headers="address address1 ulica adres"),
    _field("postal_code", headers="zip zipcode postcode kodpocztowy"),
    _field("time_zone", headers="timezone tz strefa"),
    _field("opening_hours", headers="hours openinghours godziny"),
    _field("opened", "day", "opendate openedon dataotwarcia"),
    _field("square_meters", "number", "squaremeters area powierzchnia"),
    _field("deleted", "flag", "closed zamkniety"),
    *(field for field in PLACE if field.name == "updated_at"),
)  # fmt: skip
MONTH = (
    _field("month", headers="period miesiac"),
    _field("store_id", headers="store storekey storeno shopid sklep"),
    _field("currency", "currency", "currencycode waluta"),
    _field("kind", headers="type documenttype rodzaj"),
)
TOTAL = (
    *MONTH,
    _field("count", "number", "documents orders receipts invoices number liczba"),
    _field("revenue", "amount", "total sum sales amount value turnover obrot wartosc"),
)
DOCUMENT = (
    *MONTH,
    _field("number", headers="documentno documentnumber invoiceno orderno ordernumber "
           "receiptno orderid receiptid invoice numer номер номердокумента нөмірі "
           "құжатнөмірі"),
    _field("date", "moment", "datetime timestamp invoicedate orderdate data"),
    _field("revenue", "amount", "total sum amount value wartosc"),
)  # fmt: skip

BY_KIND: dict[FileKind, tuple[Field, ...]] = {
    "orders": (*IDENTIFIERS, *HEAD, *LINE, *CONSENTS),
    "receipts": (*IDENTIFIERS, *HEAD, *LINE, *CONSENTS),
    "returns": (*IDENTIFIERS, *HEAD, *LINE),
    "contacts": (
        *IDENTIFIERS,
        *TRAITS,
        *(field for field in HEAD if field.name in {"date", "updated_at"}),
        *CONSENTS,
    ),
    # An event brings its own fields.
    "events": (),
    "invoices": (*IDENTIFIERS, *HEAD, *LINE),
    # What a store sold in all, as it reports it.
    "sales": (*IDENTIFIERS, *HEAD, *LINE),
    "products": (*PRODUCT, *PRICE, *QUANTITY, *PLACE),
    "prices": (*PRODUCT[:3], *PRICE, *PLACE),
    "stock": (*PRODUCT[:3], *QUANTITY, *PLACE),
    "stores": STORE,
    "totals": TOTAL,
    "documents": DOCUMENT,
}
GOODS: tuple[FileKind, ...] = ("products", "prices", "stock", "stores")
FIGURES: tuple[FileKind, ...] = ("totals", "documents")
# What such a line can't do without; money needs its currency beside.
NEEDS: dict[FileKind, tuple[str, ...]] = {
    "products": ("product_id",),
    "prices": ("product_id", "price"),
    "stock": ("product_id", "quantity"),
    "stores": ("store_id",),
    "totals": ("month", "revenue"),
    "documents": ("number", "revenue"),
}
NUMBER: dict[FileKind, str] = {
    "orders": "order_id",
    "receipts": "receipt_id",
    "returns": "return_id",
    "invoices": "invoice_no",
    "sales": "number",
}
CHANNELS = ("email", "sms", "phone", "push")


_TAKEN = {
    field.name
    for kind, fields in BY_KIND.items()
    # Nobody is named in these, so that no kind of a shop's own is in the way.
    if kind not in NEEDS
    for field in fields
}


def fields_of(kind: FileKind, own: tuple[str, ...] = ()) -> dict[str, Field]:
    """Give the fields of a kind of file by name.

    own: names of the shop's own kinds of identifiers, which are fields of any file;
    one named like a field that there is (status, name) is not.

    >>> fields_of("contacts", ("membership_no", "city"))["membership_no"].type
    'text'
    """
    fields = {field.name: field for field in BY_KIND[kind]}
    return fields | {name: _field(name) for name in own_kinds(own)}


def own_kinds(names: tuple[str, ...]) -> tuple[str, ...]:
    """Give those of a shop's own kinds of identifiers that a column can be of."""
    return tuple(name for name in names if name not in _TAKEN)


_KNOWN = frozenset(
    header for fields in BY_KIND.values() for f in fields for header in f.headers
)


def is_known(header: str) -> bool:
    """Say whether a cell is a usual header of any field.

    >>> is_known("Nr zamówienia"), is_known("Report of 3 March")
    (True, False)
    """
    return plain(header) in _KNOWN
