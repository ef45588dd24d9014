"""Where figures come on a page, and what stands there before or instead."""

from typing import Any
from urllib.parse import urlencode

from litestar.connection import ASGIConnection
from msgspec import Struct

# Of the address of a page with its figures in it, however long they take.
NAME, NOW = "figures", "now"


class Place(Struct, frozen=True, kw_only=True):
    """The place of a page's figures: they are there, waited for, or can't be.

    here: the address of the page with its figures; said: of when they are; fault: what
    is said in place of them; again and way: an address that leads on to better ones,
    and its name.
    """

    here: str = ""
    said: str = ""
    fault: str = ""
    again: str = ""
    way: str = ""
    there: bool = False

    @property
    def waits(self) -> bool:
        return not (self.there or self.fault)


def wants_figures(connection: ASGIConnection[Any, Any, Any, Any]) -> bool:
    """Say whether a page is asked for with its figures in it."""
    return NAME in connection.query_params


def comes_into(connection: ASGIConnection[Any, Any, Any, Any]) -> bool:
    """Say whether a page that is there already asks for its figures."""
    return wants_figures(connection) and "hx-request" in connection.headers


def asked_of(connection: ASGIConnection[Any, Any, Any, Any]) -> list[tuple[str, str]]:
    """Give what an address asks, in order of its names, but for the figures."""
    told = connection.query_params.multi_items()
    return sorted((name, str(value)) for name, value in told if name != NAME)


def address(path: str, told: list[tuple[str, str]], *, now: bool = False) -> str:
    """Write a page's address, with its figures if wanted now.

    >>> address("/console/kpis", [("from", "2026-03-01")], now=True)
    '/console/kpis?from=2026-03-01&figures=now'
    """
    query = urlencode([*told, (NAME, NOW)] if now else told)
    return f"{path}?{query}" if query else path
