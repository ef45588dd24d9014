"""The known events, as JSON Schemas."""

from typing import Annotated

from litestar import get
from litestar.handlers import HTTPRouteHandler
from litestar.params import Parameter

from habitue.api.document import problems
from habitue.api.guard import OPEN
from habitue.api.port import View
from habitue.base.errors import NotFoundError
from habitue.collect.vocabulary import lookup
from habitue.collect.vocabulary.schema import schema_of, schemas


def schema_routes() -> list[HTTPRouteHandler]:
    """Make the route that publishes the schemas; they are no secret."""
    # Made once: there are very many, and they never change.
    whole: View = {"events": schemas()}

    @get(
        "/api/v1/schema/events",
        permission=OPEN,
        sync_to_thread=False,
        responses=problems(400, 404, 503),
    )
    def event_schemas(
        name: Annotated[
            str | None,
            Parameter(max_length=200, description="One event, by any of its names."),
        ] = None,
    ) -> View:
        """Give the JSON Schema of every known event, or of one."""
        if name is None:
            return whole
        event = lookup(name)
        if event is None:
            raise NotFoundError(
                f"There is no known event '{name[:60]}'; without a name all are listed."
            )
        return {"events": [schema_of(event)]}

    return [event_schemas]
