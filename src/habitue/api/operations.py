"""Health, readiness, metrics, totals, and taking everything out."""

from typing import Annotated

from litestar import Response, get
from litestar.handlers import HTTPRouteHandler
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import Parameter

from habitue.access.permission import Permission
from habitue.api.document import keyed, problems
from habitue.api.guard import OPEN
from habitue.api.port import Operations, View
from habitue.api.problem import RETRY
from habitue.base.errors import NotFoundError

EXPORTS = ("events", "people", "purchases")
METRICS_MEDIA = "text/plain; version=0.0.4"

# Not well is told as the same view with another status, or as a follower's problem.
_UNWELL = {
    503: ResponseSpec(
        View, generate_examples=False, description="Not well, or not leading"
    )
}


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
    @get("/healthz", permission=OPEN, sync_to_thread=False, responses=_UNWELL)
    def healthz() -> Response[View]:
        """Say whether the process works at all."""
        view = operations.health()
        return _well(view, well=view["healthy"])

    return healthz


def _ready(operations: Operations) -> HTTPRouteHandler:
    @get("/readyz", permission=OPEN, responses=_UNWELL)
    async def readyz() -> Response[View]:
        """Say whether a canary event went through the whole chain within a minute."""
        view = await operations.ready()
        return _well(view, well=view["ready"])

    return readyz


def _well(view: View, *, well: bool) -> Response[View]:
    if well:
        return Response(view, status_code=200)
    return Response(view, status_code=503, headers=RETRY)


def _metrics(operations: Operations) -> HTTPRouteHandler:
    @get(
        "/metrics",
        permission=OPEN,
        sync_to_thread=False,
        media_type=METRICS_MEDIA,
        responses=problems(503),
    )
    def metrics() -> Response[bytes]:
        """Give metrics for Prometheus; no personal data is in them."""
        return Response(operations.metrics(), media_type=METRICS_MEDIA)

    return metrics


def _totals(operations: Operations) -> HTTPRouteHandler:
    @get(
        "/api/v1/totals",
        permission=Permission.TOTALS_READ,
        sync_to_thread=False,
        **keyed(),
    )
    def totals() -> View:
        """Give the shop's sales, each order once, and how much has no known buyer."""
        return operations.totals()

    return totals


def _verify(operations: Operations) -> HTTPRouteHandler:
    @get(
        "/api/v1/log/verify",
        permission=Permission.LOG_VERIFY,
        sync_to_thread=True,
        **keyed(),
    )
    def verify_log() -> View:
        """Check every record's digest and the chain over all."""
        return operations.verify_log()

    return verify_log


def _export(operations: Operations) -> HTTPRouteHandler:
    @get(
        "/api/v1/export/{what:str}",
        permission=Permission.EXPORT,
        media_type="application/x-ndjson",
        **keyed(400, 404),
    )
    async def export(
        what: Annotated[str, Parameter(max_length=40, description=", ".join(EXPORTS))],
        limit: Annotated[int, Parameter(ge=1, le=10_000)] = 1000,
        cursor: Annotated[int, Parameter(ge=0, le=2**62)] = 0,
    ) -> Response[bytes]:
        """Give a page of one kind as JSON lines; X-Next-Cursor goes on."""
        if what not in EXPORTS:
            raise NotFoundError(
                f"There is no export '{what}'; there are {', '.join(EXPORTS)}."
            )
        lines, after = await operations.export(what, cursor, limit)
        headers = {} if after is None else {"X-Next-Cursor": str(after)}
        return Response(lines, media_type="application/x-ndjson", headers=headers)

    return export
