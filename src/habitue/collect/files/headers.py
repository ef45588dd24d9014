"""Matches the headers of a file to fields."""

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
        and (header in rules.columns or plain(header) in field.headers)
        for header in headers
    )
    return {name} if matched else set()


def match_headers(
    headers: tuple[str, ...],
    kind: FileKind,
    rules: Mapping,
    own: tuple[str, ...] = (),
) -> tuple[dict[str, int], tuple[str, ...]]:
    """Give the position of each field's column, and the headers left over.

    own: names of the shop's own kinds of identifiers.
    """
    fields = fields_of(kind, own)
    _check_columns(headers, rules, set(fields))
    positions: dict[str, int] = {}
    ignored: list[str] = []
    for at, header in enumerate(headers):
        name = rules.columns.get(header)
        if name is None:
            name = _by_header(header, kind, own)
        if not name:
            ignored.append(header)
        elif name in positions:
            raise FileError(
                f"Columns '{headers[positions[name]]}' and '{header}' both give"
                f" '{name}': name one of them in the mapping."
            )
        else:
            positions[name] = at
    if _total_is_the_lines(headers, rules, positions):
        positions["line_total"] = positions.pop("total")
    return _promoted(positions, kind), tuple(ignored)


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


def _promoted(positions: dict[str, int], kind: FileKind) -> dict[str, int]:
    """Let a number in other words (invoice, order) be the number lines share."""
    if kind in GOODS:
        return _product_named(positions)
    if kind not in NUMBER:
        return positions
    number, moved = NUMBER[kind], dict(positions)
    for other in ("number", "receipt_id", "order_id"):
        if number not in moved and other in moved:
            moved[number] = moved.pop(other)
    moved.pop("number", None)
    return moved


def _product_named(positions: dict[str, int]) -> dict[str, int]:
    """Let an article's number or code be what a product is called, if nothing is."""
    found = dict(positions)
    for other in ("sku", "gtin"):
        if "product_id" not in found and other in found:
            found["product_id"] = found.pop(other)
    return found
