"""Tests by region that are kept under a name: listed, read, and ended."""

from typing import Annotated

from litestar import get, post, put
from litestar.handlers import HTTPRouteHandler
from litestar.params import Parameter
from msgspec import Meta, Struct, structs

from habitue.access.pasted import told as with_told
from habitue.access.permission import Permission
from habitue.api.document import keyed
from habitue.api.insight_params import BASE, DAY, SUMS
from habitue.api.port import View
from habitue.api.port_geo import GeoKept
from habitue.api.sources import NAME

KEPT = f"{BASE}/geo/tests"
Name = Annotated[str, Parameter(pattern=NAME, description="A test's name.")]
_Day = Annotated[str, Meta(pattern=DAY)]
_Region = Annotated[str, Meta(min_length=1, max_length=200)]
_WRITES = {
    "permission": Permission.CHANNELS_WRITE,
    **keyed(400, 404, 409, 413, 422),
}


class GeoTestText(Struct, frozen=True, forbid_unknown_fields=True):
    """A test to keep: where something is done, from start through until.

    since: the first of the days before it, that teach how regions move together.
    """

    regions: Annotated[tuple[_Region, ...], Meta(min_length=1, max_length=100)]
    since: _Day
    start: _Day
    until: _Day
    neighbours: Annotated[tuple[_Region, ...], Meta(max_length=100)] = ()
    by: Annotated[str, Meta(pattern="^(region|store)$")] = "region"
    currency: Annotated[str, Meta(pattern=r"^([A-Z]{3})?$")] = ""
    note: Annotated[str, Meta(max_length=500)] = ""


class GeoTestEnd(Struct, frozen=True, forbid_unknown_fields=True):
    """The last day of what was done; today without it."""

    day: Annotated[str, Meta(pattern=f"^({DAY[1:-1]})?$")] = ""


def geo_kept_routes(tests: GeoKept) -> list[HTTPRouteHandler]:
    """Make the routes over tests that are kept."""
    return [_list(tests), _get(tests), _keep(tests), _end(tests), _read(tests)]


def _list(tests: GeoKept) -> HTTPRouteHandler:
    @get(KEPT, sync_to_thread=False, **SUMS)
    def list_geo_tests() -> View:
        """List the tests by region that are kept, the one that began last first."""
        return {"tests": tests.list(), "next_cursor": None}

    return list_geo_tests


def _get(tests: GeoKept) -> HTTPRouteHandler:
    @get(
        KEPT + "/{name:str}",
        sync_to_thread=False,
        permission=Permission.INSIGHTS_READ,
        **keyed(400, 404),
    )
    def get_geo_test(name: Name) -> View:
        """Give a test by region as it was planned."""
        return tests.get(name)

    return get_geo_test


def _keep(tests: GeoKept) -> HTTPRouteHandler:
    @put(KEPT + "/{name:str}", **_WRITES)
    async def keep_geo_test(name: Name, data: GeoTestText) -> View:
        """Keep a test by region. One that is kept does not change any more."""
        made = await tests.keep(name, structs.asdict(data))
        return with_told(made, data.note)

    return keep_geo_test


def _end(tests: GeoKept) -> HTTPRouteHandler:
    @post(KEPT + "/{name:str}/end", status_code=200, **_WRITES)
    async def end_geo_test(name: Name, data: GeoTestEnd) -> View:
        """End a test by region earlier than planned, with a day."""
        return await tests.end(name, data.day)

    return end_geo_test


def _read(tests: GeoKept) -> HTTPRouteHandler:
    @get(
        KEPT + "/{name:str}/result",
        permission=Permission.INSIGHTS_READ,
        **keyed(400, 404, 422),
    )
    async def read_kept_geo_test(name: Name) -> View:
        """Say what a test by region brought, till its last day or yesterday."""
        return await tests.read(name)

    return read_kept_geo_test
