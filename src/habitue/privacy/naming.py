"""Finds identifiers in text that nobody could read: items in quarantine, and reasons.

What is there may be written in any way, so a value is looked for as a word of its own,
in small letters and large; a phone by its last digits, whatever stands between them.
"""

import json
import re
from collections.abc import Iterable, Sequence

from habitue.model.identifier import Identifier

# So many last digits tell a phone, with or without the country's code.
_PHONE_DIGITS = 8
_BETWEEN = r"[\s().\-/]{0,3}"
_EDGES = (r"(?<![0-9A-Za-z])", r"(?![0-9A-Za-z])")


class Naming:
    """Tells whether bytes name any of some identifiers."""

    def __init__(self, identifiers: Iterable[Identifier]) -> None:
        forms = [form for one in identifiers for form in _forms(one)]
        self._pattern = re.compile("|".join(forms), re.IGNORECASE) if forms else None

    def names(self, *texts: bytes | str) -> bool:
        """Say whether a text names one of them."""
        if self._pattern is None:
            return False
        return any(self._pattern.search(_text(one)) for one in texts)


def _text(told: bytes | str) -> str:
    return told if isinstance(told, str) else told.decode("utf-8", "replace")


def _forms(one: Identifier) -> Sequence[str]:
    before, after = _EDGES
    plain = dict.fromkeys((one.value, json.dumps(one.value)[1:-1]))
    found = [f"{before}{re.escape(form)}{after}" for form in plain]
    digits = [letter for letter in one.value if letter.isdigit()]
    if one.kind == "phone" and len(digits) >= _PHONE_DIGITS:
        found.append(_BETWEEN.join(digits[-_PHONE_DIGITS:]) + r"(?![0-9])")
    return found
