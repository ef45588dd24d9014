"""Reads XML that others wrote: no document types, no entities, bounded in every way."""

from collections.abc import Callable, Iterator
from typing import BinaryIO
from xml.parsers import expat

from msgspec import Struct

from habitue.collect.files.nouns import FileError

_BLOCK = 1 << 20
# A name, a tag or an attribute; the parser begins anew with each block of it.
_TOKEN_BYTES_MAX = 4 << 20
_DEPTH_MAX = 64
# Invoices of five thousand lines have half of that.
_ELEMENTS_MAX = 300_000
_TEXT_CHARS_MAX = 64 << 20
_ATTRIBUTES_MAX = 64

Start = Callable[[str, dict[str, str]], None]


class Node(Struct):
    """An element: its name without the namespace, its text, and what is in it."""

    name: str
    attributes: dict[str, str]
    namespace: str
    children: list["Node"]
    text: str = ""

    def all(self, *path: str) -> Iterator["Node"]:
        """Give every element at the end of a path of names."""
        if not path:
            yield self
            return
        for child in self.children:
            if child.name == path[0]:
                yield from child.all(*path[1:])

    def first(self, *path: str) -> "Node | None":
        """Give the first element at the end of a path."""
        return next(self.all(*path), None)

    def told(self, *path: str) -> str | None:
        """Give the text of the first element of a path that has one."""
        for node in self.all(*path):
            if node.text.strip():
                return node.text.strip()
        return None


def parser(start: Start) -> "expat.XMLParserType":
    """Make a parser that refuses what no table or invoice needs.

    start is called for each element with its name and attributes.
    """
    made = expat.ParserCreate(namespace_separator=" ")
    made.buffer_text = True
    # A document type is where entities, and all bombs of XML, come from.
    made.StartDoctypeDeclHandler = _refuse
    made.EntityDeclHandler = _refuse
    made.StartElementHandler = start
    return made


def _refuse(*_: object) -> None:
    raise FileError(
        "The XML brings a document type or entities of its own, which no table and no"
        " invoice needs; it is not read."
    )


def feed(made: "expat.XMLParserType", file: BinaryIO) -> None:
    """Parse all of a file."""
    fed = 0
    try:
        while block := file.read(_BLOCK):
            made.Parse(block, False)
            fed += len(block)
            if fed - max(0, made.CurrentByteIndex) > _TOKEN_BYTES_MAX:
                raise FileError("A tag of the XML is longer than any tag is.")
        made.Parse(b"", True)
    except expat.ExpatError as error:
        raise FileError(
            f"The XML is damaged: {expat.ErrorString(error.code)} in line"
            f" {error.lineno}."
        ) from error
    except (LookupError, ValueError) as error:
        raise FileError("The XML's letters are in no encoding known here.") from error


def read_tree(file: BinaryIO) -> Node:
    """Read a whole document as a tree."""
    building = _Building()
    made = parser(building.start)
    made.EndElementHandler = building.end
    made.CharacterDataHandler = building.text
    feed(made, file)
    return building.root.children[0]


class _Building:
    def __init__(self) -> None:
        self.root = Node("", {}, "", [])
        self._open = [self.root]
        self._elements = self._chars = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self._elements += 1
        if (
            len(self._open) > _DEPTH_MAX
            or self._elements > _ELEMENTS_MAX
            or len(attributes) > _ATTRIBUTES_MAX
        ):
            raise FileError(
                f"The XML has more than {_ELEMENTS_MAX:,} elements, or lies more than"
                f" {_DEPTH_MAX} deep: no document is like that."
            )
        namespace, _, local = name.rpartition(" ")
        node = Node(local, attributes, namespace, [])
        self._open[-1].children.append(node)
        self._open.append(node)

    def end(self, _name: str) -> None:
        self._open.pop()

    def text(self, text: str) -> None:
        self._chars += len(text)
        if self._chars > _TEXT_CHARS_MAX:
            raise FileError(f"The XML has more than {_TEXT_CHARS_MAX:,} characters.")
        if len(self._open[-1].children) == 0:
            self._open[-1].text += text
