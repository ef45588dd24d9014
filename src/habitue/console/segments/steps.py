"""What somebody does to a draft: a clause, a comparison, a step added or taken out."""

from collections.abc import Callable, Mapping
from copy import deepcopy

from habitue.console.segments.draft import ROOT, Draft, at, text
from habitue.console.segments.form_alike import renumbered

EVERY_TIME: Draft = {"mode": ""}
_WHERE: Draft = {"property": "", "op": "is", "as": "text", "value": "", "currency": ""}
_ALIKE: Draft = {"property": "$product", "op": "same", "step": "", "of": ""}
_DEED: Draft = {"event": [""]}
_SPAN = [{"number": "", "unit": "days"}]
_MONTH = [{"number": "30", "unit": "days"}]
_STEP: Draft = {**_DEED, "after": {"least": _SPAN, "most": _SPAN}}
_COMPARED: Draft = {"name": "", "op": "is", "as": "text", "value": ""}
# What a new clause of each sort begins with.
BLANKS: Mapping[str, Draft] = {
    "did": {**_DEED, "measure": "", "within": {"mode": "last", "span": _MONTH}},
    "did_not": {**_DEED, "within": EVERY_TIME},
    "sequence": {"steps": [_DEED, _STEP], "within": EVERY_TIME},
    "trait": _COMPARED,
    "computed": {**_COMPARED, "op": ">="},
    "consent": {"purpose": "marketing", "channel": "email", "state": "granted"},
    "identifier": {"kind": "email", "known": "yes"},
    "in_segment": {"segment": ""},
    "all": {"of": []},
    "any": {"of": []},
    "none": {"of": []},
}


def act(draft: Draft, do: str) -> str:
    """Do what a button says to a draft; give the way of what is new, to go there.

    do: a word of what to do, and the way of where: "add:c-of-1".
    """
    word, _, path = do.partition(":")
    held = at(draft, path) if path.split("-")[0] == ROOT else None
    if word == "remove":
        return _remove(draft, path)
    if word not in _ACTS or not isinstance(held, dict):
        return ""
    return _ACTS[word](held, path)


def _append(draft: Draft, name: str, new: object, path: str) -> str:
    held = draft.get(name)
    if not isinstance(held, list):
        held = draft[name] = []
    held.append(deepcopy(new))
    return f"{path}-{name}-{len(held) - 1}"


def _add(draft: Draft, path: str) -> str:
    sort = text(draft, "new")
    sort = sort if sort in BLANKS else "did"
    return _append(draft, "of", {"type": sort, **BLANKS[sort]}, path)


def _then_not(draft: Draft, path: str) -> str:
    draft["then_not"] = deepcopy({**_DEED, "lasting": _SPAN})
    return f"{path}-then_not"


def _remove(draft: Draft, path: str) -> str:
    """Take out what stands at a way: one of a list, or a part with a name."""
    above, _, name = path.rpartition("-")
    held = at(draft, above) if above else None
    if isinstance(held, list) and name.isascii() and name.isdigit():
        del held[int(name) : int(name) + 1]
        owner, _, part = above.rpartition("-")
        if part == "steps":
            renumbered(at(draft, owner), int(name) + 1)
        # To the list's owner: c-of-1-where-0 was a comparison of c-of-1.
        return above.rpartition("-")[0]
    if isinstance(held, dict) and name == "then_not":
        held.pop(name, None)
        return above
    return ""


_ACTS: Mapping[str, Callable[[Draft, str], str]] = {
    "add": _add,
    "event": lambda draft, path: _append(draft, "event", "", path),
    "where": lambda draft, path: _append(draft, "where", _WHERE, path),
    "alike": lambda draft, path: _append(draft, "alike", _ALIKE, path),
    "step": lambda draft, path: _append(draft, "steps", _STEP, path),
    "without": lambda draft, path: _append(draft, "without", _DEED, path),
    "then": _then_not,
}
