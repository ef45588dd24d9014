"""Health, readiness, metrics, totals, and taking everything out."""

from typing import Annotated

from litestar import Response, get
from litestar.handlers import HTTPRouteHandler
from litestar.params import Parameter

from habitue.access.permission import Permission
from habitue.api.guard import OPEN
from habitue.api.port import Operations, View
from habitue.base.errors import NotFoundError

EXPORTS = ("events", "people", "purchases")


def operation_routes(operations: Operations) -> list[HTTPRouteHandler]:
    """Make the routes that watch and take out."""
    return [
        _health(operations),
        _ready(operations),
        _metrics(operations),
        _totals(operations),
        _verify(operations),
        _export(operations),
    ]


def _health(operations: Operations) -> HTTPRouteHandler:
    @get("/healthz", permission=OPEN, sync_to_thread=False)
    def healthz() -> Response[View]:
        """Say whether the process works at all."""
        view = operations.health()
        return Response(view, status_code=200 if view["healthy"] else 503)

    return healthz


def _ready(operations: Operations) -> HTTPRouteHandler:
    @get("/readyz", permission=OPEN)
    async def readyz() -> Response[View]:
        """Say whether a canary event went through the whole chain within a minute."""
        view = await operations.ready()
        return Response(view, status_code=200 if view["ready"] else 503)

    return readyz


def _metrics(operations: Operations) -> HTTPRouteHandler:
    @get("/metrics", permission=OPEN, sync_to_thread=False)
    def metrics() -> Response[bytes]:
        """Give metrics for Prometheus; no personal data is in them."""
        return Response(operations.metrics(), media_type="text/plain; version=0.0.4")

    return metrics


def _totals(operations: Operations) -> HTTPRouteHandler:
    @get("/api/v1/totals", permission=Permission.PEOPLE_READ, sync_to_thread=False)
    def totals() -> View:
        """Give the shop's sales, each order once, and how much has no known buyer."""
        return operations.totals()

    return totals


def _verify(operations: Operations) -> HTTPRouteHandler:
    @get("/api/v1/log/verify", permission=Permission.LOG_VERIFY, sync_to_thread=True)
    def verify_log() -> View:
        """Check every record's digest and the chain over all."""
        return operations.verify_log()

    return verify_log


def _export(operations: Operations) -> HTTPRouteHandler:
    @get(
        "/api/v1/export/{what:str}",
        permission=Permission.EXPORT,
        media_type="application/x-ndjson",
        sync_to_thread=False,
    )
    def export(
        what: Annotated[str, Parameter(max_length=40, description=", ".join(EXPORTS))],
        limit: Annotated[int, Parameter(ge=1, le=10_000)] = 1000,
        cursor: Annotated[int, Parameter(ge=0, le=2**62)] = 0,
    ) -> Response[bytes]:
        """Give a page of one kind as JSON lines; X-Next-Cursor goes on."""
        if what not in EXPORTS:
            raise NotFoundError(
                f"There is no export '{what}'; there are {', '.join(EXPORTS)}."
            )
        lines, after = operations.export(what, cursor, limit)
        headers = {} if after is None else {"X-Next-Cursor": str(after)}
        return Response(lines, media_type="application/x-ndjson", headers=headers)

    return export
