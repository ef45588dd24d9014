"""Numbers of days, times and values as a language counts them within a condition.

Some words of a condition ask for another case: "for the last 3 days" and "no less than
3 days" are two forms in Polish and Russian.
"""

from collections.abc import Callable

from habitue.console.language import Language

Counted = Callable[[Language, int], str]
# As they stand by themselves, or are what is counted or waited through.
_FOR: dict[str, Counted] = {
    "years": lambda told, n: told.some("for %(count)s year", "for %(count)s years", n),
    "months": lambda told, n: told.some(
        "for %(count)s month", "for %(count)s months", n
    ),
    "weeks": lambda told, n: told.some("for %(count)s week", "for %(count)s weeks", n),
    "days": lambda told, n: told.some("for %(count)s day", "for %(count)s days", n),
    "hours": lambda told, n: told.some("for %(count)s hour", "for %(count)s hours", n),
    "minutes": lambda told, n: told.some(
        "for %(count)s minute", "for %(count)s minutes", n
    ),
    "seconds": lambda told, n: told.some(
        "for %(count)s second", "for %(count)s seconds", n
    ),
    "times": lambda told, n: told.some("for %(count)s time", "for %(count)s times", n),
    "values": lambda told, n: told.some(
        "for %(count)s different value", "for %(count)s different values", n
    ),
}
# As they stand after the words of _OF_AFTER.
_OF: dict[str, Counted] = {
    "years": lambda told, n: told.some("of %(count)s year", "of %(count)s years", n),
    "months": lambda told, n: told.some("of %(count)s month", "of %(count)s months", n),
    "weeks": lambda told, n: told.some("of %(count)s week", "of %(count)s weeks", n),
    "days": lambda told, n: told.some("of %(count)s day", "of %(count)s days", n),
    "hours": lambda told, n: told.some("of %(count)s hour", "of %(count)s hours", n),
    "minutes": lambda told, n: told.some(
        "of %(count)s minute", "of %(count)s minutes", n
    ),
    "seconds": lambda told, n: told.some(
        "of %(count)s second", "of %(count)s seconds", n
    ),
    "times": lambda told, n: told.some("of %(count)s time", "of %(count)s times", n),
    "values": lambda told, n: told.some(
        "of %(count)s different value", "of %(count)s different values", n
    ),
}
# Genitive in Polish and Russian, ablative in Kazakh.
_OF_AFTER = {
    "pl": frozenset({"within", "op_within", "op_ahead", "op_anniversary", "lasting"}),
    "ru": frozenset(
        {"gap_least", "gap_most", "lasting"}
        | {"order_<", "order_<=", "order_>=", "order_>"}
    ),
    "kk": frozenset({"gap_least", "order_<", "order_>"}),
}


def counted(told: Language, number: int, noun: str, code: str) -> str:
    """Write a number of things within the words of a code."""
    forms = _OF if code in _OF_AFTER[told.code] else _FOR
    return forms[noun](told, number)
