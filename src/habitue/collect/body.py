"""A request's body becomes the raw items in it, whatever one of them looks like."""

import re
from typing import Any

import msgspec
from msgspec import UNSET, Raw, Struct, UnsetType, structs

from habitue.collect.limits import CRUMB_BYTES, CRUMBS_FROM_BYTES
from habitue.collect.wire import NOT_STRICT, decode_loosely

BOM = b"\xef\xbb\xbf"
# Strings are skipped whole, so that brackets in them are not counted. None is gone
# back over; one that never ends, and so lacks its last quote, is the last of all.
_TOKENS = re.compile(rb'"(?:[^"\\]++|\\.)*+("?)|[\[\]{},]', re.DOTALL)
_COMMA, _QUOTE = 0x2C, 0x22
_BATCH = re.compile(rb'"batch"\s*:\s*')
_DIALECT = b'"dialect"'


class Envelope(Struct, frozen=True, kw_only=True):
    """What a request holds: raw items, and what it says of all of them."""

    items: tuple[bytes, ...]
    batched: bool = False
    sent_at: Any = None
    context: Any = None
    write_key: Any = None
    # Set where 'batch' is there but is no list.
    batch_fault: bool = False
    # Set where its dialect could make nothing of it.
    unreadable: bool = False
    # Which dialect the items are in, none for our own, and what the request told
    # beside them that their translation needs.
    dialect: str = ""
    told: dict[str, Any] | None = None


class _Outer(Struct, rename="camel", gc=False):
    batch: list[Raw] | UnsetType = UNSET
    sent_at: Any = None
    context: Any = None
    write_key: Any = None


class _Loose(Struct, rename="camel", gc=False):
    batch: Raw | UnsetType = UNSET
    sent_at: Any = None
    context: Any = None
    write_key: Any = None


class _Kept(Struct, gc=False):
    dialect: str = ""
    told: dict[str, Any] | None = None


_STRICT = msgspec.json.Decoder(_Outer)
_KEPT = msgspec.json.Decoder(_Kept)
_ODD = msgspec.json.Decoder(_Loose)
_LIST = msgspec.json.Decoder(list[Raw])


def is_crumbs(body: bytes) -> bool:
    """Say whether a large body holds far more parts than events could have.

    >>> is_crumbs(b"[" + b"0," * 1_000_000 + b"0]"), is_crumbs(b"[0,0]")
    (True, False)
    """
    return len(body) > CRUMBS_FROM_BYTES and body.count(b",") * CRUMB_BYTES > len(body)


def read_strictly(body: bytes) -> Envelope | None:
    """Take a body apart that is strictly JSON; None if it is not."""
    body = body.removeprefix(BOM)
    try:
        outer = _STRICT.decode(body)
    except NOT_STRICT:
        return _read_odd(body)
    if outer.batch is UNSET:
        return Envelope(items=(body,), write_key=outer.write_key)
    return Envelope(
        items=tuple(map(bytes, outer.batch)),
        batched=True,
        sent_at=outer.sent_at,
        context=outer.context,
        write_key=outer.write_key,
    )


def _read_odd(body: bytes) -> Envelope | None:
    # A list of events, a bare value, or a batch that is no list: JSON all the same.
    try:
        if body.lstrip()[:1] == b"[":
            return Envelope(items=tuple(map(bytes, _LIST.decode(body))), batched=True)
        if body.lstrip()[:1] == b"{":
            outer = _ODD.decode(body)
            return Envelope(items=(body,), write_key=outer.write_key, batch_fault=True)
        msgspec.json.decode(body)
    except NOT_STRICT:
        return None
    return Envelope(items=(body,))


def read_loosely(body: bytes, items_max: int = 2_500) -> Envelope | None:
    """Take a body apart in which single items may be broken; None if it is not JSON.

    Broken is what a reader chokes on although its brackets match: NaN, numbers
    without end, nesting without end, letters that are not UTF-8. The items around
    such a one are read as ever. Items after items_max are not looked into.
    """
    body = body.removeprefix(BOM).strip()
    found = _Splitter(body)
    if not found.run():
        return None
    if found.start < 0:
        return Envelope(items=(body,)) if is_nearly_json(body) else None
    raws = tuple(body[left:right].strip() for left, right in found.spans)
    if raws == (b"",):
        raws = ()
    outside = body[: found.start] + b"[]" + body[found.end :]
    if not all(map(is_nearly_json, (*raws[:items_max], outside))):
        return None
    try:
        outer = decode_loosely(outside)
    except (RecursionError, UnicodeDecodeError):
        outer = {}
    told = outer if isinstance(outer, dict) else {}
    return Envelope(
        items=raws,
        batched=True,
        sent_at=told.get("sentAt"),
        context=told.get("context"),
        write_key=told.get("writeKey"),
    )


def read_kept(original: bytes) -> Envelope | None:
    """Take apart what lay in quarantine: the item within what its request said.

    Only here a dialect is read out of the bytes: a request says it by its path.
    """
    envelope = read_strictly(original) or read_loosely(original)
    if envelope is None or not envelope.batched or _DIALECT not in original:
        return envelope
    try:
        kept = _KEPT.decode(original)
    except NOT_STRICT:
        return envelope
    return structs.replace(envelope, dialect=kept.dialect, told=kept.told)


def is_nearly_json(raw: bytes) -> bool:
    """Say whether a reader could make something of it, or fails only for its depth.

    >>> is_nearly_json(b'{"a": NaN}'), is_nearly_json(b'{"a": }')
    (True, False)
    """
    try:
        decode_loosely(raw)
    except (RecursionError, UnicodeDecodeError):
        return True
    except ValueError:
        return False
    return True


class _Splitter:
    """Finds the list of items in a body by its brackets alone, without reading it.

    The list is the body itself or its field 'batch'. Recursion has no part in this,
    so nesting without end does no harm.
    """

    def __init__(self, body: bytes) -> None:
        self._body = body
        self._opened = bytearray()
        # Where the list begins, and how deep its items lie.
        self._wanted = 0 if body[:1] == b"[" else -1
        self._level = -1
        self.start, self.end = -1, -1
        self._item_from = 0
        self.spans: list[tuple[int, int]] = []

    def run(self) -> bool:
        """Go through all brackets; False if they do not match."""
        for token in _TOKENS.finditer(self._body):
            at, sign = token.start(), self._body[token.start()]
            if sign == _QUOTE and not token[1]:
                return False
            if sign in b"[{":
                self._open(at, sign)
            elif sign in b"]}":
                if not self._close(at, sign):
                    return False
            elif sign == _COMMA:
                self._next(at)
            else:
                self._look_for_batch(at)
        return not self._opened

    def _open(self, at: int, sign: int) -> None:
        self._opened.append(sign)
        if at == self._wanted:
            self.start, self._level = at, len(self._opened)
            self._item_from = at + 1

    def _close(self, at: int, sign: int) -> bool:
        # In ASCII each closing bracket stands two after the one that opens.
        if not self._opened or self._opened[-1] != sign - 2:
            return False
        if self._in_list():
            self.spans.append((self._item_from, at))
            self.end = at + 1
        self._opened.pop()
        return True

    def _next(self, at: int) -> None:
        if self._in_list():
            self.spans.append((self._item_from, at))
            self._item_from = at + 1

    def _in_list(self) -> bool:
        return self.end < 0 <= self.start and len(self._opened) == self._level

    def _look_for_batch(self, at: int) -> None:
        # Looked at by its length first: it may be as deep as the body is long.
        if self._wanted >= 0 or len(self._opened) != 1 or self._opened != b"{":
            return
        found = _BATCH.match(self._body, at)
        if found and self._body[found.end() : found.end() + 1] == b"[":
            self._wanted = found.end()
