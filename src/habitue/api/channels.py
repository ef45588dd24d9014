"""Channels: rules by which visits get theirs, what they cost, what they brought."""

from typing import Annotated, Any, Literal

from litestar import get, put
from litestar.handlers import HTTPRouteHandler
from litestar.params import Parameter, QueryParameter
from msgspec import Meta, Struct, structs

from habitue.access.permission import Permission
from habitue.api.document import keyed
from habitue.api.port import View
from habitue.api.port_analysis import Channels

DAY = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
CHANNEL = r"^[a-z][a-z0-9_]{0,39}$"
Since = Annotated[
    str,
    QueryParameter(name="from", pattern=DAY, description="The shop's first day."),
]
Until = Annotated[
    str,
    QueryParameter(name="to", pattern=DAY, description="The shop's last day."),
]
Url = Annotated[
    str, Parameter(max_length=2000, description="The address that is opened.")
]
Referrer = Annotated[
    str, Parameter(max_length=2000, description="The address of the page before.")
]


class Rules(Struct, frozen=True, forbid_unknown_fields=True):
    """All rules in order; each names a channel and what has to hold for it."""

    rules: Annotated[list[dict[str, Any]], Meta(max_length=300)]


class Cost(Struct, frozen=True, forbid_unknown_fields=True):
    """What a channel cost on a day; per touch: what each costs from that day on."""

    day: Annotated[str, Meta(pattern=DAY)]
    channel: Annotated[str, Meta(pattern=CHANNEL)]
    cost: Annotated[str, Meta(max_length=30)]
    currency: Annotated[str, Meta(pattern=r"^[A-Z]{3}$")]
    per: Literal["", "touch"] = ""


class Costs(Struct, frozen=True, forbid_unknown_fields=True):
    """Costs by day and channel; one told again takes the place of the one before."""

    costs: Annotated[list[Cost], Meta(min_length=1, max_length=5000)]


def channel_routes(channels: Channels) -> list[HTTPRouteHandler]:
    """Make the routes over channels."""
    return [
        _rules(channels),
        _set_rules(channels),
        _try(channels),
        _set_costs(channels),
        _report(channels),
    ]


def _rules(channels: Channels) -> HTTPRouteHandler:
    @get(
        "/api/v1/channels",
        permission=Permission.CHANNELS_READ,
        sync_to_thread=False,
        **keyed(),
    )
    def read_rules() -> View:
        """Give the rules in force, in order; the first that holds gives a channel."""
        return channels.rules()

    return read_rules


def _set_rules(channels: Channels) -> HTTPRouteHandler:
    @put(
        "/api/v1/channels",
        permission=Permission.CHANNELS_WRITE,
        **keyed(400, 409, 413, 422),
    )
    async def set_rules(data: Rules) -> View:
        """Put rules in force; reports of the past are by them, too, and no event."""
        return await channels.set_rules(data.rules)

    return set_rules


def _try(channels: Channels) -> HTTPRouteHandler:
    @get(
        "/api/v1/channels/try",
        permission=Permission.CHANNELS_READ,
        sync_to_thread=False,
        **keyed(400),
    )
    def try_url(url: Url, referrer: Referrer = "") -> View:
        """Say which channel an address and the page before it come to, and why."""
        return channels.try_url(url, referrer)

    return try_url


def _set_costs(channels: Channels) -> HTTPRouteHandler:
    @put(
        "/api/v1/channels/costs",
        permission=Permission.CHANNELS_WRITE,
        **keyed(400, 409, 413, 422),
    )
    async def set_costs(data: Costs) -> View:
        """Keep what channels cost by day; sent again, nothing is counted twice."""
        return await channels.set_costs([structs.asdict(one) for one in data.costs])

    return set_costs


def _report(channels: Channels) -> HTTPRouteHandler:
    @get(
        "/api/v1/channels/report",
        permission=Permission.CHANNELS_READ,
        **keyed(400, 422),
    )
    async def report(since: Since, until: Until) -> View:
        """Report visits, people, orders, revenue, cost and return by channel and day.

        Days are those of the shop's time zone. It is by the rules in force now,
        whatever they were then.
        """
        return await channels.report(since, until)

    return report
