"""Webhooks: providers, what a source takes, its secrets, and trying a sample."""

from typing import Annotated

from litestar import get, post, put
from litestar.handlers import HTTPRouteHandler
from msgspec import Meta, Struct, structs

from habitue.access.permission import Permission
from habitue.api.document import keyed
from habitue.api.port import View, Webhooks
from habitue.api.sources import NAME, Name, Secret, Text, WebhookText, told


class NewSecret(Struct, frozen=True, forbid_unknown_fields=True):
    """A secret that the provider gave; without one, one is made."""

    secret: Secret | None = None


class Sample(
    Struct, frozen=True, forbid_unknown_fields=True, rename="camel", kw_only=True
):
    """A delivery to try: as it came, with the provider or the mapping to try it by."""

    provider: Annotated[str, Meta(pattern=NAME)] = "standard-webhooks"
    mapping: Annotated[str, Meta(max_length=262_144)] = ""
    headers: Annotated[dict[Text, Text], Meta(max_length=100)] = {}
    target: Text = ""
    url: Text = ""
    body: Annotated[str, Meta(max_length=500_000)] = ""
    secret: Annotated[str, Meta(max_length=8000)] = ""
    expect: Annotated[dict[Text, Text], Meta(max_length=10)] = {}
    country: Annotated[str, Meta(pattern="^[A-Z]{2}$")] = "GB"
    time_zone: Annotated[str, Meta(max_length=60)] = "UTC"
    currency: Annotated[str, Meta(pattern="^([A-Z]{3})?$")] = ""


def webhook_routes(webhooks: Webhooks) -> list[HTTPRouteHandler]:
    """Make the routes over webhooks."""
    return [
        _list(webhooks),
        _show(webhooks),
        _samples(webhooks),
        _put(webhooks),
        _add_secret(webhooks),
        _try(webhooks),
    ]


def _list(webhooks: Webhooks) -> HTTPRouteHandler:
    @get(
        "/api/v1/webhooks",
        permission=Permission.SOURCES_READ,
        **keyed(),
    )
    async def list_webhook_providers() -> View:
        """List the providers that are understood, and the files that are not."""
        return await webhooks.providers()

    return list_webhook_providers


def _show(webhooks: Webhooks) -> HTTPRouteHandler:
    @get(
        "/api/v1/sources/{name:str}/webhook",
        permission=Permission.SOURCES_READ,
        sync_to_thread=False,
        **keyed(400, 404),
    )
    def show_webhook(name: Name) -> View:
        """Show what a source takes, and an address to confirm if there is one."""
        return webhooks.show(name)

    return show_webhook


def _samples(webhooks: Webhooks) -> HTTPRouteHandler:
    @get(
        "/api/v1/sources/{name:str}/webhook/samples",
        # They hold what customers said, as it came.
        permission=Permission.SOURCES_WRITE,
        sync_to_thread=False,
        **keyed(400, 404),
    )
    def list_webhook_samples(name: Name) -> View:
        """Give the last proved deliveries, newest first, to try a mapping on.

        They are held in memory alone, without signatures and secrets: those that came
        to this process since it started, and since somebody was erased last.
        """
        return {"samples": webhooks.samples(name), "next_cursor": None}

    return list_webhook_samples


def _put(webhooks: Webhooks) -> HTTPRouteHandler:
    @put(
        "/api/v1/sources/{name:str}/webhook",
        permission=Permission.SOURCES_WRITE,
        **keyed(400, 404, 409, 413, 422),
    )
    async def put_webhook(name: Name, data: WebhookText) -> View:
        """Let a server source take deliveries; a secret made here is shown once."""
        return await webhooks.put(name, told(data))

    return put_webhook


def _add_secret(webhooks: Webhooks) -> HTTPRouteHandler:
    @post(
        "/api/v1/sources/{name:str}/webhook/secrets",
        permission=Permission.SOURCES_WRITE,
        sync_to_thread=False,
        **keyed(400, 404, 409, 413, 422),
    )
    def add_webhook_secret(name: Name, data: NewSecret) -> View:
        """Give a webhook another secret; the one before it goes on to verify."""
        return webhooks.add_secret(name, data.secret or "")

    return add_webhook_secret


def _try(webhooks: Webhooks) -> HTTPRouteHandler:
    @post(
        "/api/v1/webhooks/try",
        permission=Permission.SOURCES_READ,
        status_code=200,
        **keyed(400, 413, 422),
    )
    async def try_webhook(data: Sample) -> View:
        """Say which events a sample would become, with warnings; nothing is stored."""
        return await webhooks.try_sample(structs.asdict(data))

    return try_webhook
