"""Segments as TOML files: read, compared with those in force, and written."""

import difflib
import json
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from habitue.base.errors import InvalidError
from habitue.segment.check import BrokenConditionError
from habitue.segment.definition import segment_of
from habitue.segment.walk import segments_in

_ID = re.compile(r"[a-z][a-z0-9_-]{0,59}")
_FIELDS = ("name", "description", "tags", "condition")
_BARE = re.compile(r"[A-Za-z0-9_-]+")


class Wanted(Struct, frozen=True):
    """A segment as a file says it is to be."""

    segment_id: str
    body: dict[str, Any]
    asks_for: frozenset[str]

    @classmethod
    def read(cls, file: Path) -> "Wanted":
        """Read a file; InvalidError names it, the place in it and the reason."""
        try:
            told = tomllib.loads(file.read_text("utf-8"))
        except ValueError as error:
            raise InvalidError(f"'{file}' is no TOML: {error}.") from error
        name = file.name.removesuffix(".toml")
        if not _ID.fullmatch(name):
            raise InvalidError(
                f"'{file}' is no segment: name it in small letters, digits, - and _."
            )
        unknown = sorted(told.keys() - set(_FIELDS))
        if unknown:
            raise InvalidError(
                f"'{file}' says '{unknown[0]}'; a segment has {', '.join(_FIELDS)}."
            )
        try:
            found = segment_of(name, told)
        except BrokenConditionError as error:
            raise InvalidError(f"'{file}': {error}") from error
        body = {
            "name": found.name,
            "description": found.description,
            "tags": list(found.tags),
            "condition": msgspec.to_builtins(found.condition),
        }
        return cls(name, body, frozenset(segments_in(found.condition)))


def read_folder(folder: Path) -> list[Wanted]:
    """Read all segments of a folder, by id."""
    if not folder.is_dir():
        raise InvalidError(f"'{folder}' is no folder.")
    return [Wanted.read(file) for file in sorted(folder.glob("*.toml"))]


def in_order(wanted: list[Wanted]) -> list[Wanted]:
    """Give segments so that each comes behind those it asks for, as far as it can."""
    found: dict[str, Wanted] = {}
    left = {one.segment_id: one for one in wanted}
    while left:
        ready = [one for one in left.values() if not one.asks_for & left.keys()]
        # A circle is left to the server, which names it.
        for one in ready or list(left.values()):
            found[one.segment_id] = left.pop(one.segment_id)
    return list(found.values())


def diff_of(wanted: Wanted, held: Mapping[str, Any]) -> str:
    """Give the difference to the segment in force, line by line; empty if none."""
    name = wanted.segment_id
    before = held.get(name)
    old = "" if before is None else _lines({one: before[one] for one in _FIELDS})
    new = _lines({one: wanted.body[one] for one in _FIELDS})
    return "".join(
        difflib.unified_diff(
            old.splitlines(keepends=True),
            new.splitlines(keepends=True),
            f"{name} in force" if before else f"{name} is not there yet",
            f"{name} of the file",
        )
    )


def _lines(told: dict[str, Any]) -> str:
    """Write what defines a segment with a value a line, numbers of one size alike."""
    return json.dumps(told, ensure_ascii=False, indent=2, sort_keys=True) + "\n"


def as_toml(told: Mapping[str, Any]) -> str:
    """Write a segment as a file that says the same.

    >>> print(as_toml({"name": "A", "description": "", "tags": [],
    ...                "condition": {"type": "all", "of": []}}), end="")
    name = "A"
    description = ""
    tags = []
    <BLANKLINE>
    [condition]
    type = "all"
    of = []
    """
    head = [f"{name} = {_value(told[name])}\n" for name in _FIELDS[:3]]
    return "".join(head) + "\n" + _table("condition", told["condition"])


def _table(path: str, told: Mapping[str, Any]) -> str:
    """Write a table, those within it that hold conditions as tables of their own."""
    parts = told.get("of")
    own = {name: value for name, value in told.items() if name != "of" or not parts}
    text = f"[{path}]\n" + "".join(
        f"{_key(name)} = {_value(value)}\n" for name, value in own.items()
    )
    if isinstance(parts, dict):
        text += "\n" + _table(f"{path}.of", parts)
    elif parts:
        for one in parts:
            text += "\n[" + _table(f"{path}.of", one).replace("]", "]]", 1)
    return text


def _key(name: str) -> str:
    return name if _BARE.fullmatch(name) else json.dumps(name)


def _value(value: Any) -> str:
    if isinstance(value, dict):
        parts = (f"{_key(name)} = {_value(one)}" for name, one in value.items())
        return "{ " + ", ".join(parts) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(_value(one) for one in value) + "]"
    # JSON's texts, numbers and truths are TOML's, too, but for one control character.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
