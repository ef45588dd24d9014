"""Documents as a table: a line of a document is a row that repeats the document's head.

So all that holds for lines of a file holds for them: whole or not at all, with exact
sums, and a reject file that can be put right and imported.
"""

from collections.abc import Iterator, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

import msgspec

from habitue.collect.files.chunks import Chunk
from habitue.collect.files.documents import edifact, ksef, ubl
from habitue.collect.files.documents.document import Cells, Dialect, Document
from habitue.collect.files.limits import Limits
from habitue.collect.files.nouns import FileError, Format, Mapping
from habitue.collect.files.sources import open_bytes
from habitue.collect.files.xml_reading import Node, read_tree

# What may stand before a document's first sign: a mark of order, white space.
_BEFORE = b"\xef\xbb\xbf \t\r\n"


class DocumentTable:
    """An invoice, an order or a report, read whole; its lines are counted from 1."""

    format: Format = "document"

    def __init__(self, path: Path, gzipped: bool, limits: Limits) -> None:
        self.dialect, documents = _read(path, gzipped, limits)
        kinds = {one.kind for one in documents}
        if len(kinds) > 1:
            raise FileError(
                f"The file holds messages of {len(kinds)} types: import each type from"
                " a file of its own."
            )
        if not documents:
            raise FileError("The file holds no message.")
        self.name = self.dialect.name
        self.headers = tuple(self.dialect.columns)
        self._rows = [row for one in documents for row in _rows(one)]
        kind = kinds.pop()
        columns = dict(self.dialect.columns)
        if kind == "orders":
            # An order's own number is what others call its order's.
            columns = {h: f for h, f in columns.items() if f != "order_id"}
        # What the dialect says, under whatever a mapping of the user's says.
        self.mapping = Mapping(
            kind=kind,
            columns=columns,
            decimal=".",
            date_order="iso",
        )

    def chunks(self, positions: Sequence[int]) -> Iterator[Chunk]:
        columns: dict[int, list[Any]] = {
            at: [row.get(self.headers[at]) for row in self._rows] for at in positions
        }
        texts = _Texts(self._rows)
        yield Chunk(range(1, len(self._rows) + 1), columns, {}, texts)

    def cells(self, text: str) -> tuple[str, ...]:
        row: Cells = msgspec.json.decode(text)
        return tuple(row.get(header, "") for header in self.headers)


class _Texts(Sequence[str]):
    def __init__(self, rows: Sequence[Cells]) -> None:
        self._rows = rows

    def __len__(self) -> int:
        return len(self._rows)

    def __getitem__(self, at: Any) -> Any:
        return msgspec.json.encode(self._rows[at]).decode()


def _rows(document: Document) -> list[Cells]:
    return [document.head | line for line in document.lines] or [document.head]


def _read(path: Path, gzipped: bool, limits: Limits) -> tuple[Dialect, list[Document]]:
    most = limits.document_bytes_max
    with open_bytes(path, gzipped, limits) as file:
        raw = file.read(most + 1)
        if len(raw) > most:
            raise FileError(f"The document has more than {most:,} bytes.")
        if raw.lstrip(_BEFORE).startswith(b"UN"):
            return edifact.EDIFACT, list(edifact.read(raw))
    return _of_tree(read_tree(BytesIO(raw)))


def _of_tree(root: Node) -> tuple[Dialect, list[Document]]:
    if root.name in ubl.ROOTS and root.namespace.startswith(ubl.NAMESPACE):
        return ubl.UBL, [ubl.read(root)]
    if root.name == ksef.ROOT:
        return ksef.KSEF, [ksef.read(root)]
    raise FileError(
        f"The XML is a '{root.name[:60]}'; UBL invoices and credit notes and invoices"
        " of KSeF, FA(3) and FA(2), are read."
    )
