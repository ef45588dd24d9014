"""The catalogue: feeds in; goods, prices, stock and stores out."""

from typing import Annotated, Any

from litestar import Request, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import Parameter
from msgspec import Meta, Struct

from habitue.access.permission import Permission
from habitue.api.document import keyed
from habitue.api.parse import moment_us
from habitue.api.port import View
from habitue.api.port_catalog import Catalog, Feeds
from habitue.base.errors import InvalidError, NotFoundError
from habitue.catalog.feed import FeedKind

ITEMS_MAX = 500
READS = Permission.CATALOG_READ
KINDS: tuple[FeedKind, ...] = ("products", "prices", "stock", "stores")
Id = Annotated[str, Parameter(max_length=128, description="As its source calls it.")]
SourceName = Annotated[
    str | None,
    Parameter(max_length=64, description="Whose catalogue; else the first by rank."),
]
Cursor = Annotated[
    str | None,
    Parameter(max_length=300, description="The next_cursor of the page before."),
]
Limit = Annotated[int, Parameter(ge=1, le=200, description="How many at most.")]


class FeedItems(Struct, frozen=True, forbid_unknown_fields=True):
    """A part of a feed: what its items tell, and whether that is history."""

    items: Annotated[list[dict[str, Any]], Meta(max_length=ITEMS_MAX)]
    # History is kept and never told on.
    historical: bool = False


def catalog_routes(catalog: Catalog, feeds: Feeds) -> list[HTTPRouteHandler]:
    """Make the routes over the catalogue."""
    return [
        *(_feed(feeds, kind) for kind in KINDS),
        _products(catalog),
        _product(catalog),
        _prices(catalog),
        _stores(catalog),
        _store(catalog),
    ]


def _feed(feeds: Feeds, kind: FeedKind) -> HTTPRouteHandler:
    async def feed(
        data: FeedItems,
        request: Request[Any, Any, Any],
        source: SourceName = None,
    ) -> View:
        """Take a part of a feed: what is new is stored, the rest are duplicates."""
        caller = request.state.caller
        if caller.source is None and source is None:
            raise InvalidError("Say whose feed it is, with ?source=NAME.")
        if caller.source is not None and source not in {None, caller.source}:
            raise InvalidError(
                f"This key feeds the catalogue of '{caller.source}', not of '{source}'."
            )
        operator = caller.name if caller.source is None else None
        return await feeds.feed(
            kind,
            data.items,
            caller.source or source or "",
            operator,
            historical=data.historical,
        )

    return post(
        f"/api/v1/catalog/{kind}",
        permission=Permission.CATALOG_WRITE,
        status_code=200,
        operation_id=f"Feed{kind.capitalize()}",
        **keyed(400, 404, 409, 413, 422),
    )(feed)


def _products(catalog: Catalog) -> HTTPRouteHandler:
    @get("/api/v1/catalog/products", permission=READS, **keyed(400, 422))
    async def list_products(limit: Limit = 50, cursor: Cursor = None) -> View:
        """Page through the products of all sources, with price and stock now."""
        return await catalog.products(cursor, limit)

    return list_products


def _product(catalog: Catalog) -> HTTPRouteHandler:
    @get(
        "/api/v1/catalog/products/{product_id:str}",
        permission=READS,
        sync_to_thread=False,
        **keyed(400, 404, 422),
    )
    def read_product(
        product_id: Id,
        source: SourceName = None,
        at: Annotated[
            str | None,
            Parameter(max_length=40, description="As of this moment (RFC 3339)."),
        ] = None,
    ) -> View:
        """Read a product: prices with the lowest of 30 days, stock by store."""
        at_us = None if at is None else moment_us(at)
        view = catalog.product(product_id, source, at_us)
        if view is None:
            raise _no_product(product_id)
        return view

    return read_product


def _prices(catalog: Catalog) -> HTTPRouteHandler:
    @get(
        "/api/v1/catalog/products/{product_id:str}/prices",
        permission=READS,
        sync_to_thread=False,
        **keyed(400, 404, 422),
    )
    def read_prices(
        product_id: Id,
        source: SourceName = None,
        store: Annotated[str | None, Parameter(max_length=128)] = None,
    ) -> View:
        """Read every change of a product's prices that is kept, the newest first."""
        view = catalog.prices(product_id, source, store)
        if view is None:
            raise _no_product(product_id)
        return view

    return read_prices


def _stores(catalog: Catalog) -> HTTPRouteHandler:
    @get("/api/v1/catalog/stores", permission=READS, **keyed(400, 422))
    async def list_stores(limit: Limit = 50, cursor: Cursor = None) -> View:
        """Page through the stores of all sources."""
        return await catalog.stores(cursor, limit)

    return list_stores


def _store(catalog: Catalog) -> HTTPRouteHandler:
    @get(
        "/api/v1/catalog/stores/{store_id:str}",
        permission=READS,
        sync_to_thread=False,
        **keyed(400, 404, 422),
    )
    def read_store(store_id: Id, source: SourceName = None) -> View:
        """Read the store that a receipt names; its own source is asked first."""
        view = catalog.store(store_id, source)
        if view is None:
            raise NotFoundError(
                f"There is no store '{store_id}'; GET /api/v1/catalog/stores lists all."
            )
        return view

    return read_store


def _no_product(product_id: str) -> NotFoundError:
    return NotFoundError(
        f"There is no product '{product_id}'; GET /api/v1/catalog/products lists all."
    )
