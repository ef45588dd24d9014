"""Sentences with values in them, and what stands in one that was written."""

import re
from collections.abc import Mapping
from functools import cache

_FIELD = re.compile(r"\{(\w+)\}")


def values_in(template: str, sentence: str) -> dict[str, str] | None:
    """Give the values that a sentence was written with; None if it is another's.

    >>> values_in("Granted for {contact} (told by {source}).",
    ...     "Granted for email:anna@example.com (told by erp).")
    {'contact': 'email:anna@example.com', 'source': 'erp'}
    >>> values_in("Cancelled.", "Granted.") is None
    True
    """
    found = _pattern(template).fullmatch(sentence)
    return None if found is None else found.groupdict()


def meant(templates: Mapping[str, str], sentence: str) -> tuple[str, dict[str, str]]:
    """Give the code of a sentence among some, and its values; '' if it is none's.

    One without values goes before one that has some, and of those with as many the one
    that says more.

    >>> meant({"a": "{x} is.", "b": "It is."}, "It is.")
    ('b', {})
    """
    told = sorted(templates.items(), key=lambda one: _says_less(one[1]))
    for code, template in told:
        found = values_in(template, sentence)
        if found is not None:
            return code, found
    return "", {}


def _says_less(template: str) -> tuple[int, int]:
    return len(_FIELD.findall(template)), -len(_FIELD.sub("", template))


@cache
def _pattern(template: str) -> re.Pattern[str]:
    parts, seen, at = [], set[str](), 0
    for field in _FIELD.finditer(template):
        parts.append(re.escape(template[at : field.start()]))
        name, at = field[1], field.end()
        # Told twice, it is the same both times.
        parts.append(f"(?P={name})" if name in seen else f"(?P<{name}>.*?)")
        seen.add(name)
    parts.append(re.escape(template[at:]))
    return re.compile("".join(parts), re.DOTALL)
