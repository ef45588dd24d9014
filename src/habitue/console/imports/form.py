"""The form of a list of contacts: what somebody chose, and how it is shown again."""

from typing import Any

from habitue.base.errors import InvalidError
from habitue.console.imports.words import (
    CHANNELS,
    DELIMITERS,
    ENCODINGS,
    ORDERS,
)
from habitue.console.look import Look
from habitue.console.port import View
from habitue.console.sources.setting_up import NAME
from habitue.console.traits import FIELDS

COLUMNS_MAX = 500
TEXT_MAX, WORDING_MAX, TAGS_MAX = 200, 2_000, 20
# What of the consents is said once for all lines, beside the channels.
_PROOF = ("consent_purpose", "consent_at", "consent_where", "consent_text")
# From here on a guess is as good as told.
SURE = 95


def choice_of(told: dict[str, str], look: Look) -> View:
    """Make of a form how the file is to be read; InvalidError in the reader's words."""
    choice: View = {}
    for name in ("encoding", "delimiter", "date_order"):
        if told.get(name):
            choice[name] = told[name]
    columns = {
        told[f"header-{at}"]: told.get(f"column-{at}", "")
        for at in range(COLUMNS_MAX)
        if f"header-{at}" in told
    }
    if columns:
        choice["columns"] = columns
    constants = _constants(told, look)
    if constants:
        choice["constants"] = constants
    return choice


def _constants(told: dict[str, str], look: Look) -> dict[str, str]:
    """Read what holds for all lines: consents with their proof, and tags."""
    found: dict[str, str] = {name: "yes" for name in CHANNELS if told.get(name)}
    if found:
        proof = {name: told.get(name, "").strip()[:WORDING_MAX] for name in _PROOF}
        if not proof["consent_at"] or not (
            proof["consent_where"] or proof["consent_text"]
        ):
            raise InvalidError(
                look.say(
                    "A consent needs its proof: say when they agreed, and where or to"
                    " which words."
                )
            )
        found |= {name: text for name, text in proof.items() if text}
    tags = tags_of(told.get("tags", ""))
    if tags:
        found["tags"] = ", ".join(tags)
    return found


def source_of(told: dict[str, str], look: Look) -> str:
    """Read the name of the source; InvalidError where nothing can be called so."""
    source = told.get("source", "").strip()
    if not NAME.fullmatch(source):
        raise InvalidError(
            look.say(
                "The name has small letters, digits, dots, dashes and underscores, up"
                " to 64 of them."
            )
        )
    return source


def tags_of(text: str) -> list[str]:
    """Read tags as somebody types them, parted by commas.

    >>> tags_of(" spring, fair ,,spring")
    ['spring', 'fair']
    """
    told = (one.strip()[:60] for one in text[: TEXT_MAX * 5].split(","))
    return list(dict.fromkeys(one for one in told if one))[:TAGS_MAX]


def shown_file(found: View | None, told: dict[str, str], look: Look) -> dict[str, Any]:
    """Give the form's columns and choices, as they were found or else as chosen."""
    columns = [] if found is None else found["columns"]
    if found is None:
        columns = [
            {"header": told[f"header-{at}"], "field": told.get(f"column-{at}", "")}
            for at in range(COLUMNS_MAX)
            if f"header-{at}" in told
        ]
    names = list(FIELDS) if found is None else found["fields"]
    return {
        "columns": [_column(one, look) for one in columns],
        "fields": [(name, look.say(FIELDS.get(name, name))) for name in _order(names)],
        "encoding": told.get("encoding") or (found or {}).get("encoding", ""),
        "encodings": _with(ENCODINGS, (found or {}).get("encoding", "")),
        "delimiter": told.get("delimiter") or (found or {}).get("delimiter", ""),
        "delimiters": [(mark, look.say(text)) for mark, text in DELIMITERS.items()],
        "date_order": told.get("date_order") or (found or {}).get("date_order", ""),
        "orders": [(order, look.say(text)) for order, text in ORDERS.items()],
        "is_text": found is None or found["format"] == "csv",
        "channels": [
            (name, look.say(text), bool(told.get(name)))
            for name, text in CHANNELS.items()
        ],
    }


def _column(one: View, look: Look) -> dict[str, Any]:
    unsure = bool(one["field"]) and one.get("certainty", 100) < SURE
    return {**one, "cells": one.get("cells", []), "unsure": unsure}


def _order(names: list[str]) -> list[str]:
    """Give fields as they are looked for, the shop's own kinds behind them."""
    known = [name for name in FIELDS if name in names]
    return [*known, *(name for name in names if name not in FIELDS)]


def _with(names: tuple[str, ...], found: str) -> list[str]:
    return [*names, *([found] if found and found not in names else [])]
