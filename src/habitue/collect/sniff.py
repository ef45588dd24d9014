"""Bodies that are no JSON but hold some: forms, base64."""

import binascii
from base64 import b64decode, urlsafe_b64decode
from urllib.parse import parse_qsl, unquote_to_bytes

_FIELDS_MAX = 100
_DATA = b"data="


def from_form(body: bytes) -> bytes | None:
    """Give the JSON in a form's field 'data', plain or in base64; None if none.

    >>> from_form(b"ip=1&data=%7B%22a%22%3A1%7D"), from_form(b"data=eyJhIjoxfQ%3D%3D")
    (b'{"a":1}', b'{"a":1}')
    """
    at = 0 if body.startswith(_DATA) else body.find(b"&" + _DATA) + 1
    if not body.startswith(_DATA, at):
        return None
    told = body[at + len(_DATA) :].partition(b"&")[0]
    value = unquote_to_bytes(told.replace(b"+", b"%20"))
    if value.lstrip()[:1] in {b"{", b"["}:
        return value
    # In base64 a plus sign is a letter, and some clients do not escape it.
    return from_base64(unquote_to_bytes(told).strip())


def from_base64(text: bytes) -> bytes | None:
    """Read base64 of either alphabet, with or without its padding; None if it is none.

    >>> from_base64(b"eyJhIjoxfQ"), from_base64(b"%")
    (b'{"a":1}', None)
    """
    padded = text.rstrip(b"=") + b"=" * (-len(text.rstrip(b"=")) % 4)
    try:
        if b"-" in padded or b"_" in padded:
            return urlsafe_b64decode(padded)
        return b64decode(padded, validate=True)
    except (binascii.Error, ValueError):
        return None


def fields_of(query: bytes) -> dict[str, str]:
    """Give the fields of a query or a form, the first of each name.

    >>> fields_of(b"a=1&b=x%20y&a=2")
    {'a': '1', 'b': 'x y'}
    """
    found: dict[str, str] = {}
    try:
        told = parse_qsl(
            query.decode("latin-1"),
            keep_blank_values=True,
            max_num_fields=_FIELDS_MAX,
        )
    except ValueError:
        return found
    for name, value in told:
        found.setdefault(name, value)
    return found
