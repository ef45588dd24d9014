"""EDIFACT messages: ORDERS, INVOIC and SLSRPT, of any directory from D.96A on."""

from collections.abc import Iterator, Sequence
from types import MappingProxyType

from habitue.collect.files.documents.document import (
    CORRECTION,
    CREDIT_NOTE,
    INVOICE,
    Cells,
    Dialect,
    Document,
    gtin_of,
    price_of,
)
from habitue.collect.files.documents.segments import Segment, segments
from habitue.collect.files.nouns import FileError, FileKind

EDIFACT = Dialect(
    "EDIFACT",
    MappingProxyType(
        {
            "BGM": "number",
            "BGM status": "status",
            "BGM type": "document_type",
            "DTM": "date",
            "CUX": "currency",
            "RFF+ON": "order_id",
            "RFF+IV": "corrected_no",
            "LOC": "store_id",
            "NAD+BY": "customer_id",
            "NAD+SU": "",
            "COM+EM": "email",
            "COM+TE": "phone",
            "MOA total": "total",
            "MOA tax": "tax_total",
            "LIN": "gtin",
            "PIA": "sku",
            "IMD": "name",
            "QTY": "quantity",
            "PRI": "price",
            "MOA": "line_total",
            "TAX": "tax_rate",
        }
    ),
)
KINDS: MappingProxyType[str, FileKind] = MappingProxyType(
    {"ORDERS": "orders", "INVOIC": "invoices", "SLSRPT": "sales"}
)
# The letters of a message, by the syntax that its first segment names.
_LETTERS = MappingProxyType(
    {
        "UNOA": "ascii",
        "UNOB": "ascii",
        "UNOC": "iso-8859-1",
        "UNOD": "iso-8859-2",
        "UNOE": "iso-8859-5",
        "UNOF": "iso-8859-7",
        "UNOW": "utf-8",
        "UNOX": "iso-2022-jp",
        "UNOY": "utf-8",
    }
)
_INVOICE_TYPES = MappingProxyType(
    {"380": INVOICE, "381": CREDIT_NOTE, "384": CORRECTION, "385": INVOICE}
)
# Codes of amounts: of a message, of its tax, of a line.
_TOTALS = ("77", "9", "39", "86", "128")
_TAXES, _LINE_TOTALS = ("124", "176"), ("203", "66", "38")
_QUANTITIES = ("47", "153", "21", "1", "46", "12")
_DATES = ("137", "356", "3", "4")
_FORMS = MappingProxyType({"102": 8, "203": 12, "204": 14})


def read(raw: bytes) -> Iterator[Document]:
    """Give the messages of an interchange."""
    message: list[Segment] = []
    for tag, elements in segments(_decoded(raw)):
        if tag == "UNH":
            message = []
        message.append((tag, elements))
        if tag == "UNT":
            yield from _documents(message)
            message = []
    if any(tag == "UNH" for tag, _ in message):
        raise FileError("The last message has no end (UNT): the file is cut short.")


def _decoded(raw: bytes) -> str:
    at = raw.find(b"UNO")
    syntax = raw[at : at + 4].decode("ascii", "replace") if 0 <= at < 40 else "UNOC"
    try:
        return raw.decode(_LETTERS.get(syntax, "iso-8859-1"))
    except UnicodeDecodeError as error:
        raise FileError(
            f"The letters are not those of the syntax '{syntax}' that the file names."
        ) from error


def _documents(message: Sequence[Segment]) -> Iterator[Document]:
    name = _component(message[0][1], 1, 0) if message else ""
    kind = KINDS.get(name)
    if kind is None:
        raise FileError(
            f"A message is of the type '{name[:10]}'; {', '.join(KINDS)} are read."
        )
    reading = _Reading(kind)
    for tag, elements in message:
        reading.take(tag, elements)
    yield from reading.documents()


def _component(elements: Sequence[Sequence[str]], at: int, within: int) -> str:
    """Give a component; what is left out at the end is empty."""
    if at >= len(elements) or within >= len(elements[at]):
        return ""
    return elements[at][within].strip()


class _Reading:
    """Takes the segments of a message in order; a report has one part a store."""

    def __init__(self, kind: FileKind) -> None:
        self._kind = kind
        self._head: Cells = {}
        self._stores: list[tuple[Cells, list[Cells]]] = [({}, [])]
        self._party = ""

    def documents(self) -> Iterator[Document]:
        for store, lines in self._stores:
            if lines or len(self._stores) == 1:
                yield Document(self._kind, self._head | store, lines)

    @property
    def _lines(self) -> list[Cells]:
        return self._stores[-1][1]

    def take(self, tag: str, elements: list[list[str]]) -> None:
        read = getattr(self, f"_{tag.lower()}", None) if tag in _READ else None
        if read is not None:
            read(elements)

    def _put(self, name: str, text: str | None, *, first: bool = True) -> None:
        """Keep a cell of the line under way, of the store, or of the whole."""
        store, lines = self._stores[-1]
        cells = lines[-1] if lines else (store or self._head)
        if text and not (first and name in cells):
            cells[name] = text

    def _bgm(self, elements: list[list[str]]) -> None:
        code = _component(elements, 0, 0)
        self._put("BGM", _component(elements, 1, 0))
        if self._kind == "invoices":
            self._put("BGM type", _INVOICE_TYPES.get(code, INVOICE))
        if _component(elements, 2, 0) == "1":
            self._put("BGM status", "cancelled")

    def _dtm(self, elements: list[list[str]]) -> None:
        code, told, form = (_component(elements, 0, at) for at in range(3))
        # Of the whole the day it was written; of a store the day that was sold on.
        wanted = _DATES if self._stores[-1][0] else _DATES[:1]
        if code in wanted and not self._lines:
            self._put("DTM", _moment(told, form), first=False)

    def _cux(self, elements: list[list[str]]) -> None:
        self._put("CUX", _component(elements, 0, 1))

    def _rff(self, elements: list[list[str]]) -> None:
        name = f"RFF+{_component(elements, 0, 0)}"
        if name in EDIFACT.columns and not self._lines:
            self._put(name, _component(elements, 0, 1))

    def _nad(self, elements: list[list[str]]) -> None:
        self._party = _component(elements, 0, 0)
        name = f"NAD+{self._party}"
        # A report names who sold and who supplied, and no customer.
        if name in EDIFACT.columns and self._kind != "sales" and not self._lines:
            self._put(name, _component(elements, 1, 0))

    def _com(self, elements: list[list[str]]) -> None:
        name = f"COM+{_component(elements, 0, 1)}"
        if self._party == "BY" and name in EDIFACT.columns:
            self._put(name, _component(elements, 0, 0))

    def _loc(self, elements: list[list[str]]) -> None:
        if self._kind == "sales":
            self._stores.append(({"LOC": _component(elements, 1, 0)}, []))

    def _lin(self, elements: list[list[str]]) -> None:
        code = _component(elements, 2, 0)
        self._lines.append({})
        self._put("LIN", gtin_of(code))

    def _pia(self, elements: list[list[str]]) -> None:
        for at in range(1, len(elements)):
            if _component(elements, at, 1) in {"SA", "IN", "BP"}:
                self._put("PIA", _component(elements, at, 0))

    def _imd(self, elements: list[list[str]]) -> None:
        words = [_component(elements, 2, at) for at in (3, 4)]
        self._put("IMD", " ".join(filter(None, words)))

    def _qty(self, elements: list[list[str]]) -> None:
        if self._lines and _component(elements, 0, 0) in _QUANTITIES:
            self._put("QTY", _component(elements, 0, 1))

    def _pri(self, elements: list[list[str]]) -> None:
        if self._lines and _component(elements, 0, 0) in {"AAA", "AAB", "AAE", "AAF"}:
            price, units = _component(elements, 0, 1), _component(elements, 0, 4)
            self._put("PRI", price_of(price, units))

    def _moa(self, elements: list[list[str]]) -> None:
        code, amount = _component(elements, 0, 0), _component(elements, 0, 1)
        if code in _TAXES and not self._is_line_open():
            self._head.setdefault("MOA tax", amount)
        elif code in _TOTALS and not self._is_line_open():
            self._head.setdefault("MOA total", amount)
        elif code in _LINE_TOTALS and self._lines:
            self._put("MOA", amount)

    def _is_line_open(self) -> bool:
        return bool(self._lines) and not self._ended

    _ended = False

    def _uns(self, _elements: list[list[str]]) -> None:
        # What follows sums up the whole.
        self._ended = True

    def _tax(self, elements: list[list[str]]) -> None:
        if self._is_line_open():
            self._put("TAX", _component(elements, 4, 3))


# The segments that are read; all others say nothing that is wanted here.
_READ = frozenset(
    (
        *("BGM", "DTM", "CUX", "RFF", "NAD", "COM", "LOC", "LIN"),
        *("PIA", "IMD", "QTY", "PRI", "MOA", "UNS", "TAX"),
    )
)


def _moment(told: str, form: str) -> str | None:
    """Write a moment as ISO does; another form than these is left as it is.

    >>> _moment("20261123", "102"), _moment("202611231005", "203")
    ('2026-11-23', '2026-11-23T10:05')
    """
    if len(told) != _FORMS.get(form) or not told.isdigit():
        return told or None
    day = f"{told[:4]}-{told[4:6]}-{told[6:8]}"
    clock = ":".join(told[at : at + 2] for at in range(8, len(told), 2))
    return f"{day}T{clock}" if clock else day
