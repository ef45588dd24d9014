"""How a CSV file is written: its delimiter and quotes, found by its first line."""

from msgspec import Struct

from habitue.collect.files.encodings import UTF8

_DELIMITERS = (",", ";", "\t", "|")


class Dialect(Struct, frozen=True):
    """How a CSV file is written; what is None is found by its first line."""

    delimiter: str | None = None
    quote: str | None = None
    encoding: str = UTF8


def hint_of(first: str) -> str:
    """Give the delimiter that a spreadsheet's first line, as "sep=;", names."""
    line = first.rstrip("\r\n")
    named = line[:4].lower() == "sep=" and line[4:] in _DELIMITERS
    return line[4:] if named else ""


def sniff_quote(header: str) -> str:
    r"""Find the mark of quotation by the header.

    >>> sniff_quote("'a;b';'c'"), sniff_quote('a;b')
    ("'", '"')
    """
    line = header.strip()
    single = len(line) > 1 and line[0] == line[-1] == "'" and '"' not in line
    return "'" if single else '"'


def sniff_delimiter(header: str, quote: str = '"') -> str:
    r"""Find the delimiter by the header; a single column needs none.

    >>> sniff_delimiter("sklep;data;ilosc, szt."), sniff_delimiter("email")
    (';', ',')
    """
    # Only outside quotation marks: a quoted header may hold any mark.
    bare = "".join(header.split(quote)[::2])
    return max(_DELIMITERS, key=lambda mark: (bare.count(mark), mark == ","))
