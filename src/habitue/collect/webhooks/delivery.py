"""A delivery as it came: bytes, headers and address; read only when it is asked for."""

from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl

import msgspec

from habitue.collect.survey import (
    clean,
    fault,
    may_be_deep,
    may_hold_control_codes,
    may_hold_long_numbers,
)
from habitue.collect.wire import NOT_STRICT

FIELDS_MAX = 1_000
# Letters written as %XX take long to read, and nobody has signed them yet.
FORM_BYTES_MAX = 128 * 1024
_FORM = "application/x-www-form-urlencoded"


class Delivery:
    """One request of a provider; nothing in it is believed yet."""

    def __init__(
        self,
        *,
        method: str = "POST",
        url: str = "",
        query: str = "",
        headers: dict[str, str] | None = None,
        body: bytes = b"",
    ) -> None:
        """headers: by names in small letters. url: with its query, as it was called."""
        self.method = method
        self.url = url
        self.headers = headers or {}
        self.body = body
        self.query = dict(reversed(_pairs(query)))

    @cached_property
    def form(self) -> list[tuple[str, str]] | None:
        """Give the fields of a form, in their order; None if the body is none."""
        if len(self.body) > FORM_BYTES_MAX or self.body.lstrip()[:1] in (b"{", b"["):
            return None
        told = self.headers.get("content-type", "")
        if _FORM not in told.lower() and b"=" not in self.body:
            return None
        return _pairs(self.body.decode("utf-8", "replace")) or None

    @cached_property
    def document(self) -> Any:
        """Give what the body says; None if it can't be read."""
        if self.form is not None:
            return dict(reversed(self.form))
        try:
            return msgspec.json.decode(self.body)
        except NOT_STRICT:
            return None

    def fault(self, depth_max: int) -> str | None:
        """Say why nothing can be made of the body: a reason, None if it can be read."""
        if not isinstance(self.document, (dict, list)):
            return "not_json"
        # Most bodies can't be too deep or hold such a number, which counting shows.
        if may_be_deep(self.body, depth_max) or may_hold_long_numbers(self.body):
            return fault(self.document, depth_max)
        return None

    def tidy(self) -> Any:
        """Give what the body says, without control codes."""
        if self.form is None and not may_hold_control_codes(self.body):
            return self.document
        return clean(self.document)


def _pairs(text: str) -> list[tuple[str, str]]:
    """Read the fields of a form or a query; none where there are far too many."""
    try:
        return parse_qsl(text, keep_blank_values=True, max_num_fields=FIELDS_MAX)
    except ValueError:
        return []
