"""What an import is made of: its mapping, its plan, and the outcome of each line."""

from typing import Any, Literal

from msgspec import Struct

from habitue.base.errors import InvalidError
from habitue.collect.files.limits import Limits

# Purchases and people; then what the shop tells of its goods, a line each; then what a
# source says its months and documents come to, to be compared with ours.
FileKind = Literal[
    "orders", "receipts", "returns", "contacts", "events", "invoices", "sales",
    "products", "prices", "stock", "stores",
    "totals", "documents",
]  # fmt: skip
Format = Literal["csv", "parquet", "lines", "xlsx", "document"]
DateOrder = Literal["iso", "dmy", "mdy"]


class FileError(InvalidError):
    """A file can't be imported as it is."""


class Lookup(Struct, frozen=True, forbid_unknown_fields=True):
    """A field whose value follows from another column's value."""

    column: str
    values: dict[str, str]
    otherwise: str | None = None


class Mapping(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How the columns of a file become fields, and what else holds for all its lines.

    columns names a field for a header (an empty field ignores the column), and
    adds to the headers that are known by themselves.
    """

    kind: FileKind | None = None
    columns: dict[str, str] = {}
    constants: dict[str, str] = {}
    lookups: dict[str, Lookup] = {}
    time_zone: str | None = None
    date_order: DateOrder | None = None
    date_format: str | None = None
    decimal: Literal[".", ","] | None = None
    delimiter: str | None = None
    quote: Literal['"', "'"] | None = None
    # How the letters are encoded, as in windows-1250.
    encoding: str | None = None
    # Of a spreadsheet: the sheet that is read.
    sheet: str | None = None
    # What a field's cells begin with and is no part of them: "p:" before a phone.
    strip: dict[str, str] = {}
    # The fields that together name an order, a receipt or a return.
    key: tuple[str, ...] = ()
    # Numbers that begin so are returns; or neither sales nor returns.
    return_prefixes: tuple[str, ...] = ()
    adjustment_prefixes: tuple[str, ...] = ()
    adjustment_event: str = "Bad Debt Adjusted"
    # Article codes that are money but no product: postage, manual corrections.
    non_products: tuple[str, ...] = ()


class SavedMapping(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A mapping kept for files of a source: it holds for those with its headers."""

    name: str
    headers: tuple[str, ...]
    mapping: Mapping


class ImportPlan(Struct, frozen=True, kw_only=True):
    """Everything decided about an import before its first line is read."""

    path: str
    kind: FileKind
    format: Format
    gzipped: bool = False
    headers: tuple[str, ...]
    # field -> position of its column
    positions: dict[str, int]
    ignored: tuple[str, ...] = ()
    # How certain each column's field is, in hundredths; what is declared has 100.
    certainties: dict[str, int] = {}
    # A well-known file's name, or that of a kind of document.
    preset: str | None = None
    # The name of the kept mapping that this file goes by.
    saved: str | None = None
    encoding: str = "utf-8"
    encoding_certainty: int = 100
    # The day, counted from year 1, on which a spreadsheet's days are 0; 0 for others.
    day_zero: int = 0
    mapping: Mapping
    as_of_us: int
    historical: bool = True
    # Whole days by which all dates are moved, in local time: for the demo's history.
    moved_days: int = 0
    # The shop's own kinds of identifiers: a column of that name is one.
    own_kinds: tuple[str, ...] = ()
    limits: Limits = Limits()

    @property
    def zone(self) -> str:
        return self.mapping.time_zone or "UTC"


class Built(Struct, frozen=True, tag="item"):
    """A wire item, and the numbers of the lines it was built from."""

    item: dict[str, Any]
    lines: tuple[int, ...]


class Rejected(Struct, frozen=True, tag="rejected"):
    """A line that became nothing, with the reason, as text and as cells."""

    line: int
    reason: str
    text: str
    cells: tuple[str, ...] = ()


Parsed = Built | Rejected


class Batch(Struct, frozen=True, tag="batch"):
    """Outcomes of some lines, and how far the file has been read."""

    parsed: tuple[Built | Rejected, ...]
    lines_done: int
    lines_total: int


class Packet(Struct, frozen=True, tag="packet"):
    """Outcomes of some lines, with what was built packed as it is to be sent.

    lines holds, packed, the numbers of the lines of each item: most packets are
    taken whole, and then nobody needs them.
    """

    body: bytes
    items: int
    lines_built: int
    lines: bytes
    rejected: tuple[Rejected, ...]
    lines_done: int
    lines_total: int
