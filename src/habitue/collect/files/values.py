"""Cells become values: exact amounts, numbers, yes or no, text."""

import math
import re
from collections.abc import Callable
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

# Amounts and quantities are whole millionths while they are added up.
MICRO = 1_000_000
_MICRO_MAX = 10**18

_SYMBOLS = re.compile(r"[\s\u00a0\u202f$€£¥₽₸]|zł|(?<![A-Z])[A-Z]{3}(?![A-Z])")
_DOT = re.compile(r"(?:\d+|\d{1,3}(?:,\d{3})+)(?:\.\d*)?|\.\d+")
_COMMA = re.compile(r"(?:\d+|\d{1,3}(?:\.\d{3})+)(?:,\d*)?|,\d+")

YES = frozenset(
    (
        *("yes", "y", "true", "t", "1", "tak", "да", "иә"),
        *("granted", "subscribed", "opt-in", "optin"),
    )
)
NO = frozenset(
    (
        *("no", "n", "false", "f", "0", "nie", "нет", "жоқ"),
        *("withdrawn", "unsubscribed", "opt-out", "optout"),
    )
)


class Bad(str):
    """The reason why a cell can't be read, as a sentence."""

    __slots__ = ()


class Memo(dict[Any, Any]):
    """Reads each different cell once: columns repeat themselves a great deal."""

    def __init__(self, read: Callable[[Any], Any]) -> None:
        super().__init__()
        self._read = read
        self.bad = False

    def __missing__(self, cell: Any) -> Any:
        value = None if _is_empty(cell) else self._read(cell)
        self.bad = self.bad or isinstance(value, Bad)
        self[cell] = value
        return value

    def column(self, cells: list[Any]) -> list[Any]:
        """Read a column of cells; bad says whether any was ever bad."""
        # Different cells without end (ids, free text) must not fill the memory.
        if len(self) > 200_000:
            self.clear()
        return list(map(self.__getitem__, cells))


class Texts(Memo):
    """Reads text; a column that hardly repeats itself is read without remembering."""

    def column(self, cells: list[Any]) -> list[Any]:
        """Read a column of cells; none is ever bad."""
        sample = cells[:_SAMPLE_CELLS]
        if 2 * len(set(sample)) > len(sample) and _PLAIN.issuperset(map(type, cells)):
            return [(cell.strip() or None) if cell else None for cell in cells]
        return super().column(cells)


_SAMPLE_CELLS = 500
_PLAIN = frozenset((str, type(None)))


def _is_empty(cell: Any) -> bool:
    if cell is None:
        return True
    if isinstance(cell, str):
        return not cell.strip()
    return isinstance(cell, float) and math.isnan(cell)


def text(cell: Any) -> str:
    """Read a cell as text; a whole number that a table kept as float is one again.

    >>> text(17850.0), text(" 22423 ")
    ('17850', '22423')
    """
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, bytes):
        return cell.decode("utf-8", "backslashreplace").strip()
    return str(cell).strip()


def without(prefix: str, read: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Make a reader of cells that begin with what is no part of them.

    >>> without("p:", text)("p:+48600100200")
    '+48600100200'
    """

    def reader(cell: Any) -> Any:
        told = text(cell).removeprefix(prefix)
        return read(told) if told.strip() else None

    return reader


def reader_of_amounts(decimal: str) -> Callable[[Any], int | Bad]:
    """Make the reader of amounts with this decimal mark; it answers millionths.

    >>> read = reader_of_amounts(".")
    >>> read("$1,234.56 "), read("-0.001"), read("(5.00)")
    (1234560000, -1000, -5000000)
    >>> read("12,5")
    "'12,5' is no amount; write it like 1234.56."
    """
    form, thousands = (_COMMA, ".") if decimal == "," else (_DOT, ",")

    def read(cell: Any) -> int | Bad:
        if isinstance(cell, (int, float, Decimal)):
            return _micro(Decimal(str(cell)), cell)
        sign, digits = _sign(_SYMBOLS.sub("", str(cell)))
        if not form.fullmatch(digits):
            example = "1234,56" if decimal == "," else "1234.56"
            return Bad(f"'{shown(cell)}' is no amount; write it like {example}.")
        plain = digits.replace(thousands, "").replace(",", ".")
        return _micro(sign * Decimal(plain), cell)

    return read


def _sign(digits: str) -> tuple[int, str]:
    if digits.startswith("(") and digits.endswith(")"):
        return -1, digits[1:-1]
    if digits.startswith(("-", "\u2212")):
        return -1, digits[1:]
    return (-1, digits[:-1]) if digits.endswith("-") else (1, digits.removeprefix("+"))


def _micro(amount: Decimal, cell: Any) -> int | Bad:
    if not amount.is_finite() or abs(amount) * MICRO > _MICRO_MAX:
        return Bad(f"'{shown(cell)}' is too large to be an amount or a quantity.")
    exact = amount * MICRO
    whole = exact.to_integral_value(ROUND_HALF_EVEN)
    # A float drags binary dust behind it; a text that is finer than this is an error.
    if whole != exact and not isinstance(cell, float):
        return Bad(f"'{shown(cell)}' has more than six decimals.")
    return int(whole)


def flag(cell: Any) -> bool | Bad:
    """Read a yes or a no."""
    word = str(cell).strip().casefold()
    if word in YES:
        return True
    if word in NO:
        return False
    return Bad(f"'{shown(cell)}' is neither yes nor no.")


def currency(cell: Any) -> str | Bad:
    """Read a currency code of three letters."""
    code = str(cell).strip().upper()
    if len(code) == 3 and code.isascii() and code.isalpha():
        return code
    return Bad(f"'{shown(cell)}' is no currency; write three letters, like EUR.")


def shown(cell: Any) -> str:
    """Shorten a cell so that a sentence can quote it."""
    quoted = str(cell)
    return quoted if len(quoted) <= 60 else quoted[:57] + "..."


def number(micro: int) -> int | float:
    """Write millionths as a JSON number; up to 15 digits come back exactly.

    >>> number(2_000_000), number(29_350_000)
    (2, 29.35)
    """
    return micro // MICRO if micro % MICRO == 0 else micro / MICRO
