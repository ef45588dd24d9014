"""Well-known files and what holds for each: data, not code."""

from msgspec import Struct

from habitue.collect.files.nouns import Lookup, Mapping


class Preset(Struct, frozen=True):
    """A file that is known by its headers, with its mapping."""

    name: str
    headers: frozenset[str]
    mapping: Mapping


ONLINE_RETAIL = Preset(
    "UCI Online Retail",
    frozenset(
        (
            *("InvoiceNo", "StockCode", "Description", "Quantity"),
            *("InvoiceDate", "UnitPrice", "CustomerID", "Country"),
        )
    ),
    Mapping(
        kind="receipts",
        columns={
            "InvoiceNo": "receipt_id",
            "StockCode": "sku",
            "Description": "name",
            "Quantity": "quantity",
            "InvoiceDate": "date",
            "UnitPrice": "price",
            "CustomerID": "customer_id",
            "Country": "country",
        },
        constants={"currency": "GBP"},
        time_zone="Europe/London",
        key=("receipt_id",),
        return_prefixes=("C",),
        adjustment_prefixes=("A",),
        non_products=(
            *("POST", "DOT", "M", "m", "D", "S", "B", "C2", "CRUK"),
            *("BANK CHARGES", "AMAZONFEE", "gift_0001_10", "gift_0001_20"),
            *("gift_0001_30", "gift_0001_40", "gift_0001_50"),
        ),
    ),
)
GLOBAL_ELECTRONICS = Preset(
    "Global Electronics Retailer, sales with prices",
    frozenset(
        (
            *("Order Number", "Line Item", "Order Date", "CustomerKey", "StoreKey"),
            *("ProductKey", "Quantity", "Currency Code", "Unit Price"),
        )
    ),
    Mapping(
        kind="orders",
        columns={"Delivery Date": ""},
        date_order="mdy",
        key=("order_id",),
        lookups={"channel": Lookup("StoreKey", {"0": "web"}, "store")},
    ),
)
GLOBAL_ELECTRONICS_GOODS = Preset(
    "Global Electronics Retailer, products",
    frozenset(("ProductKey", "Product Name", "Unit Cost USD", "Unit Price USD")),
    Mapping(
        kind="products",
        columns={"Unit Price USD": "price", "Color": "variant"},
        constants={"currency": "USD"},
    ),
)
GLOBAL_ELECTRONICS_STORES = Preset(
    "Global Electronics Retailer, stores",
    frozenset(("StoreKey", "Country", "State", "Square Meters", "Open Date")),
    Mapping(kind="stores", date_order="mdy"),
)
META_LEADS = Preset(
    "Meta lead ads",
    frozenset(
        (
            *("id", "created_time", "ad_id", "ad_name", "form_id", "form_name"),
            *("platform", "email", "full_name", "phone_number"),
        )
    ),
    Mapping(
        kind="contacts",
        columns={"id": "", "created_time": "date", "full_name": "name"},
        strip={"phone": "p:"},
    ),
)
PRESETS = (
    ONLINE_RETAIL,
    GLOBAL_ELECTRONICS,
    GLOBAL_ELECTRONICS_GOODS,
    GLOBAL_ELECTRONICS_STORES,
    META_LEADS,
)


def preset_for(headers: tuple[str, ...]) -> Preset | None:
    """Find the well-known file that has these headers."""
    for preset in PRESETS:
        if preset.headers <= set(headers):
            return preset
    return None
