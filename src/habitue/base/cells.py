"""What a cell of a table holds that a spreadsheet may open (PROMISES S8)."""

from typing import Any

# A spreadsheet takes a field that begins so for a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\0", "＝", "＋", "－", "＠")


def guard(value: Any) -> Any:
    """Lead a text that starts like a formula with an apostrophe.

    One that starts with an apostrophe gets a second one: whoever reads the table back
    takes one away from each that has any.

    >>> guard("=1+1"), guard("+48600"), guard("Anna")
    ("'=1+1", "'+48600", 'Anna')
    """
    if isinstance(value, str) and value.startswith((*FORMULA, "'")):
        return "'" + value
    return value
