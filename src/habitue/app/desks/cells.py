"""What a cell of a table holds that a spreadsheet may open (PROMISES S8)."""

from typing import Any

# A field that a spreadsheet would take for a formula is led by an apostrophe; one that
# starts with an apostrophe gets a second one.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\0", "＝", "＋", "－", "＠", "'")


def guard(value: Any) -> Any:
    """Lead a text that starts like a formula with an apostrophe.

    >>> guard("=1+1"), guard("+48600"), guard("Anna")
    ("'=1+1", "'+48600", 'Anna')
    """
    if isinstance(value, str) and value.startswith(_FORMULA):
        return "'" + value
    return value
