"""How values become text on a page: nothing invisible, nothing endless."""

import unicodedata
from datetime import date, datetime

TEXT_MAX = 500
# Joiners hold emoji and Persian words together; alone they hide in Latin text.
_JOINERS = "\u200c\u200d"
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})


def visible(value: object) -> str:
    r"""Write a value so that control, bidi and invisible characters can be seen.

    >>> visible("a\u202eb\x00"), visible(None)
    ('a[U+202E]b[U+0000]', '')
    """
    text = "" if value is None else str(value)
    if len(text) > TEXT_MAX:
        text = text[:TEXT_MAX] + "…"
    # Nothing that is hidden is printable; of what is shown only odd spaces are not.
    if text.isprintable():
        return text
    return "".join(_seen(text, at) for at in range(len(text)))


def _seen(text: str, at: int) -> str:
    char = text[at]
    if unicodedata.category(char) not in _HIDDEN:
        return char
    between = 0 < at < len(text) - 1 and not (text[at - 1] + text[at + 1]).isascii()
    if char in _JOINERS and between:
        return char
    return f"[U+{ord(char):04X}]"


def words(name: object) -> str:
    """Write a name of ours for people.

    >>> words("first_purchase_at")
    'First purchase at'
    """
    text = visible(name).replace("_", " ").strip()
    return text[:1].upper() + text[1:]


def findable(text: str) -> str:
    r"""Write a text as it is looked for: small letters, and spaces as one types them.

    >>> findable("1\xa0234,50\u202fPLN")
    '1 234,50 pln'
    """
    return " ".join(text.casefold().split())


def parsed(text: object) -> datetime | None:
    """Read a time of a view; None if it is none."""
    try:
        found = datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None
    return found if found and found.tzinfo else None


def parsed_day(text: object) -> date | None:
    """Read a day of a view, such as 2026-11-27; None if it is none.

    >>> parsed_day("2026-11-27"), parsed_day("2026-11"), parsed_day(None)
    (datetime.date(2026, 11, 27), None, None)
    """
    try:
        return date.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None
