"""Sources: how each is doing, new ones, their keys."""

from typing import Annotated, Any

from litestar import get, patch, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import Parameter
from msgspec import UNSET, Meta, Struct, UnsetType, structs

from habitue.access.permission import SCOPES, Permission
from habitue.api.document import keyed
from habitue.api.port import Sources, View
from habitue.base.errors import InvalidError
from habitue.model.source import Mode

NAME = r"^[a-z0-9][a-z0-9_.-]{0,63}$"
SCOPE = f"^({'|'.join(sorted(SCOPES))})$"
SILENT_S_MAX = 366 * 86_400
Scopes = Annotated[
    list[Annotated[str, Meta(pattern=SCOPE)]],
    Meta(max_length=len(SCOPES), description="What a server's key is for."),
]
Text = Annotated[str, Meta(max_length=2000)]
Secret = Annotated[str, Meta(min_length=6, max_length=8000)]
Name = Annotated[str, Parameter(pattern=NAME, description="A source's name.")]


class WebhookText(Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    """What is set of a source's webhook; what is left out stays as it is.

    Without a provider it is standard-webhooks.
    """

    provider: Annotated[str, Meta(pattern=NAME)] | UnsetType = UNSET
    currency: (
        Annotated[
            str,
            Meta(
                pattern="^([A-Z]{3})?$",
                description="Of amounts that come without one; empty: the shop's.",
            ),
        ]
        | UnsetType
    ) = UNSET
    mapping: (
        Annotated[str, Meta(max_length=262_144, description="TOML: docs/webhooks.md.")]
        | UnsetType
    ) = UNSET
    url: Text | UnsetType = UNSET
    expect: Annotated[dict[Text, Text], Meta(max_length=10)] | UnsetType = UNSET
    secrets: (
        Annotated[list[Secret], Meta(max_length=2, description="The newest first.")]
        | UnsetType
    ) = UNSET
    word: Annotated[str, Meta(min_length=6, max_length=500)] | UnsetType = UNSET


class SourceChange(Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    """What is set of a source; what is left out stays as it is."""

    mode: Mode | UnsetType = UNSET
    priority: Annotated[int, Meta(ge=0, le=1000)] | UnsetType = UNSET
    orders: Annotated[str, Meta(pattern=NAME)] | UnsetType = UNSET
    trust_orders: bool | UnsetType = UNSET
    shared_device: bool | UnsetType = UNSET
    historical: bool | UnsetType = UNSET
    simulated: bool | UnsetType = UNSET
    country: Annotated[str, Meta(pattern="^[A-Z]{2}$")] | UnsetType = UNSET
    time_zone: Annotated[str, Meta(max_length=60)] | UnsetType = UNSET
    origins: (
        Annotated[list[Annotated[str, Meta(max_length=200)]], Meta(max_length=50)]
        | UnsetType
    ) = UNSET
    events_per_s_max: Annotated[int, Meta(ge=0, le=10**6)] | UnsetType = UNSET
    network_cookie: bool | UnsetType = UNSET
    silent_after_s: (
        Annotated[
            int,
            Meta(
                ge=0,
                le=SILENT_S_MAX,
                description="Nothing from it for so long is worth a look; 0: never.",
            ),
        ]
        | UnsetType
    ) = UNSET


class NewSource(
    SourceChange, frozen=True, forbid_unknown_fields=True, rename="camel", kw_only=True
):
    """A source to be set up; the key is shown once, in the answer."""

    name: Annotated[str, Meta(pattern=NAME)]
    kind: Annotated[str, Meta(pattern="^(public|server)$")] = "server"
    scopes: Scopes | UnsetType = UNSET
    webhook: WebhookText | UnsetType = UNSET


class NewKey(Struct, frozen=True, forbid_unknown_fields=True):
    """What a new key is for: bulk for the import of a file; else, to send events.

    adopt: a key that its clients hold already, to be taken as it is.
    """

    bulk: bool = False
    scopes: Scopes = []
    adopt: Annotated[str, Meta(min_length=1, max_length=200)] | None = None


def source_routes(sources: Sources) -> list[HTTPRouteHandler]:
    """Make the routes over sources."""
    return [
        _list(sources),
        _add(sources),
        _change(sources),
        _rotate(sources),
        _new_signing_secret(sources),
        _revoke(sources),
    ]


def _list(sources: Sources) -> HTTPRouteHandler:
    @get(
        "/api/v1/sources",
        permission=Permission.SOURCES_READ,
        **keyed(400, 422),
    )
    async def list_sources(
        limit: Annotated[
            int, Parameter(ge=1, le=500, description="How many at most.")
        ] = 50,
        cursor: Annotated[
            str, Parameter(max_length=200, description="Names after this one.")
        ] = "",
    ) -> View:
        """List sources by name, with rates, outcomes that add up to received, and lag.

        lag_records and lag_ms: how many of its records profiles don't reflect yet, and
        how long the first of them has waited.
        """
        page, after = await sources.page(cursor, limit)
        return {"sources": page, "next_cursor": after}

    return list_sources


def _add(sources: Sources) -> HTTPRouteHandler:
    @post(
        "/api/v1/sources",
        permission=Permission.SOURCES_WRITE,
        **keyed(400, 409, 413, 422),
    )
    async def add_source(data: NewSource) -> View:
        """Set up a source; its key is in the answer, and nowhere else."""
        wanted = told(data)
        if data.webhook is not UNSET:
            wanted["webhook"] = told(data.webhook)
        return await sources.add(wanted)

    return add_source


def _rotate(sources: Sources) -> HTTPRouteHandler:
    @post(
        "/api/v1/sources/{name:str}/keys",
        permission=Permission.SOURCES_WRITE,
        **keyed(400, 404, 409, 413, 422),
    )
    async def rotate_key(name: Name, data: NewKey) -> View:
        """Give a source another key; the former ones hold until they are revoked."""
        if data.adopt is not None and (data.bulk or data.scopes):
            raise InvalidError("A key that is taken over sends events and no more.")
        if data.adopt is not None:
            return await sources.adopt(name, data.adopt)
        return await sources.issue(name, bulk=data.bulk, scopes=data.scopes)

    return rotate_key


def _change(sources: Sources) -> HTTPRouteHandler:
    @patch(
        "/api/v1/sources/{name:str}",
        permission=Permission.SOURCES_WRITE,
        **keyed(400, 404, 409, 413, 422),
    )
    async def change_source(name: Name, data: SourceChange) -> View:
        """Change what is set of a source; what depends on it is decided anew."""
        return await sources.change(name, told(data))

    return change_source


def told(data: Struct) -> dict[str, Any]:
    """Give what was told, without what was left out."""
    return {
        name: value
        for name, value in structs.asdict(data).items()
        if value is not UNSET
    }


def _new_signing_secret(sources: Sources) -> HTTPRouteHandler:
    @post(
        "/api/v1/sources/{name:str}/signing-secrets",
        permission=Permission.SOURCES_WRITE,
        sync_to_thread=False,
        **keyed(400, 404, 409, 422),
    )
    def new_signing_secret(name: Name) -> View:
        """Give a public source a secret to sign tokens with; the last two verify."""
        return sources.new_signing_secret(name)

    return new_signing_secret


def _revoke(sources: Sources) -> HTTPRouteHandler:
    @post(
        "/api/v1/sources/{name:str}/keys/{key_id:str}/revoke",
        permission=Permission.SOURCES_WRITE,
        status_code=200,
        **keyed(400, 404, 409, 422),
    )
    async def revoke_key(
        name: Name, key_id: Annotated[str, Parameter(max_length=100)]
    ) -> View:
        """Take a key out of use at once."""
        return await sources.revoke(name, key_id)

    return revoke_key
