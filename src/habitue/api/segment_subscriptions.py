"""Who listens to a segment: each who enters or leaves becomes an event for them."""

from typing import Annotated

from litestar import delete, get, put
from litestar.handlers import HTTPRouteHandler
from litestar.params import Parameter
from msgspec import Struct, structs

from habitue.access.permission import Permission
from habitue.api.document import keyed
from habitue.api.port import View
from habitue.api.port_analysis import SegmentSubscriptions
from habitue.api.segments import ID, SegmentId

PATH = "/api/v1/segments/{segment_id:str}/subscriptions"
Listener = Annotated[
    str, Parameter(pattern=ID, description="Under which name it is listened.")
]


class Listening(Struct, frozen=True, forbid_unknown_fields=True):
    """What is to be told.

    marked: changes, too, that were born of a definition, a merge, or what came late.
    """

    entered: bool = True
    left: bool = True
    marked: bool = False


def segment_subscription_routes(
    subscriptions: SegmentSubscriptions,
) -> list[HTTPRouteHandler]:
    """Make the routes over subscriptions."""
    return [_list(subscriptions), _put(subscriptions), _end(subscriptions)]


def _list(subscriptions: SegmentSubscriptions) -> HTTPRouteHandler:
    @get(
        PATH,
        permission=Permission.SEGMENTS_READ,
        sync_to_thread=False,
        **keyed(400, 404),
    )
    def list_subscriptions(segment_id: SegmentId) -> View:
        """List who listens to a segment."""
        return {"subscriptions": subscriptions.list(segment_id), "next_cursor": None}

    return list_subscriptions


def _put(subscriptions: SegmentSubscriptions) -> HTTPRouteHandler:
    @put(
        PATH + "/{name:str}",
        permission=Permission.SEGMENTS_WRITE,
        **keyed(400, 404, 409, 413, 422),
    )
    async def put_subscription(
        segment_id: SegmentId, name: Listener, data: Listening
    ) -> View:
        """Have who enters and leaves told as events `Segment Entered`, `Segment Left`.

        Each is told once, under the source `segment`, from this moment on.
        """
        return await subscriptions.put(segment_id, name, structs.asdict(data))

    return put_subscription


def _end(subscriptions: SegmentSubscriptions) -> HTTPRouteHandler:
    @delete(
        PATH + "/{name:str}",
        permission=Permission.SEGMENTS_WRITE,
        status_code=200,
        **keyed(400, 404, 409),
    )
    async def end_subscription(segment_id: SegmentId, name: Listener) -> View:
        """Have nobody told any more under a name."""
        return await subscriptions.end(segment_id, name)

    return end_subscription
