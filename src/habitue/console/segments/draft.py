"""A draft of a condition: what a form tells, as parts in one another.

A field's name is the way to it: c-of-0-where-1-value is the value of the second
comparison of the first clause. A draft is a dict of texts, drafts and lists of drafts;
it may be anything that somebody sent, so it is read through the functions here.
"""

from collections.abc import Mapping
from typing import Any, TypeAlias

Draft: TypeAlias = dict[str, Any]

ROOT = "c"
# Nothing that a form of ours sends lies deeper, or has more parts in a list.
_DEPTH_MAX = 48
_DIGITS_MAX = 3


def draft_of(form: Mapping[str, str], root: str = ROOT) -> Draft:
    """Make a draft of the fields of a form that belong to it.

    >>> draft_of({"c-type": "all", "c-of-0-type": "did", "name": "VIP"})
    {'type': 'all', 'of': [{'type': 'did'}]}
    """
    tree: Draft = {}
    for name, value in form.items():
        head, *path = name.split("-")
        if head == root and path and len(path) <= _DEPTH_MAX:
            _put(tree, path, value)
    found = _listed(tree)
    return found if isinstance(found, dict) else {}


def _put(tree: Draft, path: list[str], value: str) -> None:
    inner: Any = tree
    for step in path[:-1]:
        inner = inner.setdefault(step, {})
        if not isinstance(inner, dict):
            # Somebody told it twice, as a text and as a part: the first word holds.
            return
    inner[path[-1]] = value


def _listed(tree: Draft) -> Draft | list[Any]:
    """Make lists of parts that are numbered; gaps in the numbers close."""
    found = {
        name: _listed(part) if isinstance(part, dict) else part
        for name, part in tree.items()
    }
    if found and all(_is_number(name) for name in found):
        return [found[name] for name in sorted(found, key=int)]
    return found


def _is_number(name: str) -> bool:
    return name.isascii() and name.isdigit() and len(name) <= _DIGITS_MAX


def fields_of(draft: Draft, root: str = ROOT) -> dict[str, str]:
    """Give the fields of a form that tells a draft.

    >>> fields_of({"type": "all", "of": [{"type": "did"}]})
    {'c-type': 'all', 'c-of-0-type': 'did'}
    """
    found: dict[str, str] = {}
    for name, part in draft.items():
        _write(part, f"{root}-{name}", found)
    return found


def _write(part: Any, path: str, into: dict[str, str]) -> None:
    if isinstance(part, dict):
        for name, inner in part.items():
            _write(inner, f"{path}-{name}", into)
    elif isinstance(part, list):
        for at, inner in enumerate(part):
            _write(inner, f"{path}-{at}", into)
    else:
        into[path] = part


def text(draft: Draft, name: str) -> str:
    """Give a text of a draft, without what surrounds it; empty where there is none."""
    found = draft.get(name)
    return found.strip() if isinstance(found, str) else ""


def part(draft: Draft, name: str) -> Draft:
    """Give a part of a draft; an empty one where there is none."""
    found = draft.get(name)
    return found if isinstance(found, dict) else {}


def parts(draft: Draft, name: str) -> list[Draft]:
    """Give a list of parts of a draft."""
    found = draft.get(name)
    if not isinstance(found, list):
        return []
    return [one if isinstance(one, dict) else {} for one in found]


def texts(draft: Draft, name: str) -> list[str]:
    """Give a list of texts of a draft, those that are there."""
    found = draft.get(name)
    if not isinstance(found, list):
        return []
    return [told for one in found if isinstance(one, str) and (told := one.strip())]


def at(draft: Draft, path: str) -> Any:
    """Give what stands at a path of a draft; None if there is nothing.

    >>> at({"of": [{"type": "did"}]}, "c-of-0-type")
    'did'
    """
    found: Any = draft
    for step in path.split("-")[1:]:
        if isinstance(found, dict):
            found = found.get(step)
        elif isinstance(found, list) and _is_number(step) and int(step) < len(found):
            found = found[int(step)]
        else:
            return None
    return found
