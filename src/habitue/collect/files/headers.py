"""Matches the headers of a file to fields."""

import re

from msgspec import Struct

from habitue.collect.files.fields import (
    GOODS,
    HEAD,
    IDENTIFIERS,
    NUMBER,
    fields_of,
    own_kinds,
    plain,
)
from habitue.collect.files.nouns import FileError, FileKind, Mapping

_ASK = (
    "Say what it holds: orders, receipts, returns, contacts, products, prices, stock"
    " or stores."
)


# How certain a column's field is, in hundredths: declared or named so; known by a
# usual header; known by a header with more words than usual.
DECLARED, NAMED, USUAL, LIKELY = 100, 98, 95, 75
# Up to the bracket that closes it, or to the end: a header of brackets that nothing
# closes is read once, not once for each of them.
_BRACKETS = re.compile(r"[(\[{][^)\]}]*+(?:[)\]}]|\Z)")
# Words of a header that say whose or what like, and not what.
_EPITHETS = frozenset(
    map(
        plain,
        (
            *("customer", "client", "buyer", "contact", "billing", "gross", "your"),
            *("klienta", "kupującego", "nabywcy", "kontaktowy", "brutto", "twój"),
            *("клиента", "покупателя", "контактный", "ваш"),
            *("клиенттің", "сатыпалушының", "сіздің"),
        ),
    )
)


class Matched(Struct, frozen=True):
    """The position and the certainty of each field's column, and headers left over."""

    positions: dict[str, int]
    certainties: dict[str, int]
    ignored: tuple[str, ...]


def guess_kind(
    headers: tuple[str, ...], rules: Mapping, own: tuple[str, ...] = ()
) -> FileKind:
    """Tell by the headers what a file holds; raises FileError if they don't say.

    own: names of the shop's own kinds of identifiers.
    """
    known = {name for field in HEAD for name in _known(field.name, rules, headers)}
    for field, kind in (
        ("return_id", "returns"),
        ("receipt_id", "receipts"),
        ("order_id", "orders"),
        ("number", "receipts"),
    ):
        if field in known:
            return kind  # type: ignore[return-value]
    who = {name for f in IDENTIFIERS for name in _known(f.name, rules, headers)}
    if who or any(_names_own(header, rules, own) for header in headers):
        return "contacts"
    return _guess_goods(headers, rules)


def _guess_goods(headers: tuple[str, ...], rules: Mapping) -> FileKind:
    known = set(rules.columns.values()) | set(rules.constants)
    for header in headers:
        known |= {_by_header(header, kind, ()) or "" for kind in ("products", "stores")}
    if not known.isdisjoint({"product_id", "sku", "gtin"}):
        if not known.isdisjoint({"name", "category", "brand"}):
            return "products"
        if "price" in known:
            return "prices"
        if "quantity" in known:
            return "stock"
    elif "store_id" in known:
        return "stores"
    raise FileError(f"The columns don't tell what this file holds. {_ASK}")


def _names_own(header: str, rules: Mapping, own: tuple[str, ...]) -> bool:
    if header in rules.columns:
        return rules.columns[header] in own_kinds(own)
    return _by_header(header, "contacts", own) in own_kinds(own)


def _known(name: str, rules: Mapping, headers: tuple[str, ...]) -> set[str]:
    field = next(f for f in (*HEAD, *IDENTIFIERS) if f.name == name)
    matched = any(
        rules.columns.get(header, name) == name
        and (
            header in rules.columns
            or plain(header) in field.headers
            or plain(_shortened(header)) in field.headers
        )
        for header in headers
    )
    return {name} if matched else set()


def match_headers(
    headers: tuple[str, ...],
    kind: FileKind,
    rules: Mapping,
    own: tuple[str, ...] = (),
) -> Matched:
    """Give each field its column: the declared one, else the likeliest by its header.

    own: names of the shop's own kinds of identifiers.
    """
    _check_columns(headers, rules, set(fields_of(kind, own)))
    found = {
        at: _field_of(header, kind, rules, own) for at, header in enumerate(headers)
    }
    positions, certainties = {}, {}
    for name in dict.fromkeys(name for name, _ in found.values() if name):
        at = _best_column(name, found, headers)
        if at is not None:
            positions[name], certainties[name] = at, found[at][1]
    if _total_is_the_lines(headers, rules, positions):
        for held in (positions, certainties):
            held["line_total"] = held.pop("total")
    taken = set(positions.values())
    ignored = tuple(header for at, header in enumerate(headers) if at not in taken)
    return Matched(_promoted(positions, kind), _promoted(certainties, kind), ignored)


def _field_of(
    header: str, kind: FileKind, rules: Mapping, own: tuple[str, ...]
) -> tuple[str, int]:
    """Give the field that a header names, if any, and how certain that is."""
    declared = rules.columns.get(header)
    if declared is not None:
        return declared, DECLARED
    name = _by_header(header, kind, own)
    if name is not None:
        return name, NAMED if plain(name) == plain(header) else USUAL
    likely = _by_header(_shortened(header), kind, own)
    return (likely, LIKELY) if likely else ("", 0)


def _shortened(header: str) -> str:
    """Leave out what a header has in brackets, and words that say whose it is.

    >>> _shortened("Cena (PLN)"), _shortened("E-mail klienta"), _shortened("_line")
    ('Cena', 'E-mail', '_line')
    """
    if header.startswith("_"):
        return header
    words = _BRACKETS.sub(_blank, header).split()
    return " ".join(word for word in words if plain(word) not in _EPITHETS)


def _blank(bracket: re.Match[str]) -> str:
    # What nothing closes is no bracket.
    return " " if bracket[0].endswith((")", "]", "}")) else bracket[0]


def _best_column(
    name: str, found: dict[int, tuple[str, int]], headers: tuple[str, ...]
) -> int | None:
    """Choose among the columns that give a field; two as good are asked about."""
    ranked = sorted(
        (at for at, (told, _) in found.items() if told == name),
        key=lambda at: -found[at][1],
    )
    best = ranked[0]
    rivals = [at for at in ranked if _level(found[at][1]) == _level(found[best][1])]
    if len(rivals) == 1:
        return best
    if found[best][1] == LIKELY:
        return None
    raise FileError(
        f"Columns '{headers[rivals[0]]}' and '{headers[rivals[1]]}' both give"
        f" '{name}': name one of them in the mapping."
    )


def _level(certainty: int) -> int:
    # A name and a usual header are as good as one another.
    return USUAL if certainty == NAMED else certainty


def _total_is_the_lines(
    headers: tuple[str, ...], rules: Mapping, positions: dict[str, int]
) -> bool:
    """Say whether "total" stands for each line's, as in a file of lines it does."""
    if "quantity" not in positions or "line_total" in positions:
        return False
    header = headers[positions["total"]] if "total" in positions else ""
    return plain(header) == "total" and header not in rules.columns


def _check_columns(headers: tuple[str, ...], rules: Mapping, names: set[str]) -> None:
    for header, name in rules.columns.items():
        if header not in headers:
            raise FileError(
                f"The mapping names the column '{header}'; the file has"
                f" {', '.join(headers[:30])}."
            )
        if name and name not in names:
            raise FileError(
                f"The mapping gives '{header}' the field '{name}'; "
                f"such a file has the fields {', '.join(sorted(names))}."
            )


def _by_header(header: str, kind: FileKind, own: tuple[str, ...]) -> str | None:
    # What begins with an underscore is our own reject file's.
    if header.startswith("_"):
        return None
    # Whoever calls a column exactly as a kind means that; a likeness comes last.
    exact = header.strip().casefold()
    if exact in own_kinds(own):
        return exact
    form = plain(header)
    for field in fields_of(kind, own).values():
        if form in field.headers:
            return field.name
    return None


def _promoted(held: dict[str, int], kind: FileKind) -> dict[str, int]:
    """Let a number in other words (invoice, order) be the number lines share."""
    if kind in GOODS:
        return _product_named(held)
    if kind not in NUMBER:
        return held
    number, moved = NUMBER[kind], dict(held)
    for other in ("number", "receipt_id", "order_id"):
        if number not in moved and other in moved:
            moved[number] = moved.pop(other)
    if number != "number":
        moved.pop("number", None)
    return moved


def _product_named(positions: dict[str, int]) -> dict[str, int]:
    """Let an article's number or code be what a product is called, if nothing is."""
    found = dict(positions)
    for other in ("sku", "gtin"):
        if "product_id" not in found and other in found:
            found["product_id"] = found.pop(other)
    return found
