"""Conditions as a form of nested groups and clauses, and back.

put and take undo one another: what stands in the form is the condition, exactly. A
clause that the form has no fields for is kept in it as JSON, to be read and taken out,
never lost and never changed.
"""

from typing import Any

import msgspec
from msgspec import Struct

from habitue.console.segments.draft import ROOT, Draft, parts, text
from habitue.console.segments.form_leaf import TAKES, put_leaf
from habitue.console.segments.taking import NO_JSON, NO_SORT, Taking
from habitue.segment.check import BrokenConditionError, read
from habitue.segment.condition import AllOf, AnyOf, Condition, Not

ALL, ANY, NONE, JSON = "all", "any", "none", "json"
GROUPS = (ALL, ANY, NONE)


class Taken(Struct, frozen=True):
    """What a form tells: the condition in JSON, and what is wrong, by its field.

    condition: None where something is wrong.
    """

    told: Any
    condition: Condition | None
    taking: Taking

    @property
    def faults(self) -> dict[str, list[str]]:
        return self.taking.faults


# -- into a form -----------------------------------------------------------------


def put(condition: Condition) -> Draft:
    """Write a condition as a group of clauses.

    A clause that is alone stands in a group of one, as if all of it had to hold.
    """
    match condition:
        case AllOf(of=of) if len(of) != 1:
            return _node(condition)
        case AnyOf() | Not():
            return _node(condition)
        case _:
            return {"type": ALL, "of": [_node(condition)]}


def _node(condition: Condition) -> Draft:
    match condition:
        case AllOf(of=of):
            return {"type": ALL, "of": [_node(one) for one in of]}
        case AnyOf(of=of):
            return {"type": ANY, "of": [_node(one) for one in of]}
        case Not(of=AnyOf(of=of)) if len(of) != 1:
            return {"type": NONE, "of": [_node(one) for one in of]}
        case Not(of=inner):
            return {"type": NONE, "of": [_node(inner)]}
        case _:
            return _leaf(condition)


def _leaf(leaf: Condition) -> Draft:
    """Write a leaf; as JSON where its fields would not tell it exactly."""
    draft, taking = put_leaf(leaf), Taking()
    told = _taken(draft, ROOT, "", taking)
    if not taking.faults and _says(told, leaf):
        return draft
    return {"type": JSON, "json": msgspec.json.encode(leaf).decode()}


def _says(told: Any, leaf: Condition) -> bool:
    try:
        found: Condition = msgspec.convert(told, Condition)
    except (msgspec.ValidationError, UnicodeError):
        return False
    # Compared as JSON: to Python 2.0 is 2, and True is 1.
    return msgspec.json.encode(found) == msgspec.json.encode(leaf)


# -- out of a form ---------------------------------------------------------------


def take(draft: Draft) -> Taken:
    """Read a condition from a form, with what is wrong where it can't be used."""
    taking = Taking()
    taking.places[""] = ROOT
    told = _taken_whole(draft, taking)
    if taking.faults:
        return Taken(told, None, taking)
    try:
        return Taken(told, read(told), taking)
    except BrokenConditionError as error:
        note(taking, error)
        return Taken(told, None, taking)


def note(taking: Taking, error: BrokenConditionError) -> None:
    """Note what is wrong with a condition at the fields it belongs to."""
    for place, reason in error.places:
        taking.wrong(taking.way(place), reason)


def _taken_whole(draft: Draft, taking: Taking) -> Any:
    of = parts(draft, "of")
    if text(draft, "type") == ALL and len(of) == 1:
        return _taken(of[0], f"{ROOT}-of-0", "", taking)
    return _taken(draft, ROOT, "", taking)


def _taken(draft: Draft, path: str, place: str, taking: Taking) -> Any:
    taking.places[place] = path
    sort = text(draft, "type")
    if sort in GROUPS:
        return _group(draft, path, place, taking)
    if sort == JSON:
        return _json(draft, path, taking)
    if sort not in TAKES:
        taking.wrong(path, NO_SORT)
        return {"type": sort}
    return {"type": sort, **TAKES[sort](draft, path, taking)}


def _group(draft: Draft, path: str, place: str, taking: Taking) -> Draft:
    of, sort = parts(draft, "of"), text(draft, "type")
    if sort == NONE and len(of) == 1:
        return {
            "type": "not",
            "of": _taken(of[0], f"{path}-of-0", f"{place}/of", taking),
        }
    inner = f"{place}/of" if sort == NONE else place
    taking.places[inner] = path
    told = [
        _taken(one, f"{path}-of-{at}", f"{inner}/of/{at}", taking)
        for at, one in enumerate(of)
    ]
    if sort == NONE:
        return {"type": "not", "of": {"type": ANY, "of": told}}
    return {"type": sort, "of": told}


def _json(draft: Draft, path: str, taking: Taking) -> Any:
    try:
        return msgspec.json.decode(text(draft, "json"))
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        taking.wrong(path, NO_JSON)
        return {}
