"""Segments to start from: each with its written definition, as a file of its own."""

import tomllib
from functools import lru_cache
from importlib.resources import files

from habitue.segment.definition import Segment, segment_of

_FOLDER = "templates"
# What stands in the files for the shop's own currency (ISO 4217: no currency).
_ANY_CURRENCY = '"XXX"'


@lru_cache(maxsize=64)
def templates(currency: str) -> dict[str, Segment]:
    """Give all templates, by id; their amounts are of a currency."""
    return {
        name: segment_of(name, tomllib.loads(_in(currency, text)))
        for name, text in sorted(_texts().items())
    }


def template_text(name: str, currency: str) -> str | None:
    """Give a template's file; None if there is none of this name."""
    text = _texts().get(name)
    return None if text is None else _in(currency, text)


def _in(currency: str, text: str) -> str:
    return text.replace(_ANY_CURRENCY, f'"{currency}"')


@lru_cache(maxsize=1)
def _texts() -> dict[str, str]:
    folder = files("habitue.segment").joinpath(_FOLDER)
    return {
        one.name.removesuffix(".toml"): one.read_text("utf-8")
        for one in folder.iterdir()
        if one.name.endswith(".toml")
    }
