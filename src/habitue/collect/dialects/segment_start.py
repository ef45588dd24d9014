"""What Segment's browser and app clients load before they send anything."""

import re
from functools import partial
from typing import Any

import msgspec

from habitue.collect.dialect import Answer, Asked, Call, Page
from habitue.collect.dialects.script import parts, show_part, show_script
from habitue.collect.http import Fault
from habitue.model.source import Writer

_FOLDER = "analytics-next-1.84.3"
_HOST = re.compile(rb"[A-Za-z0-9._:\[\]-]{1,255}")


def key_in_path(call: Call) -> tuple[str, ...]:
    """Give the key that stands in the path."""
    return (call.named["key"],)


def public_key(asked: Asked) -> str:
    """Give the key of a page; a server's must not stand in one."""
    if asked.credential is None or asked.credential.writer is not Writer.PUBLIC:
        raise Fault("server_key")
    return asked.key


def own_host(call: Call) -> tuple[str, str]:
    """Give how the client reached us: scheme and host, so that it comes back so."""
    host = call.headers.get(b"host", b"")
    if not _HOST.fullmatch(host):
        raise Fault("not_here")
    # Only the asker sees the answer, so its word, or its proxy's, is good enough.
    forwarded = call.headers.get(b"x-forwarded-proto", b"").lower() == b"https"
    return "https" if forwarded else call.scheme, host.decode("ascii")


def _settings(asked: Asked) -> Answer:
    key = public_key(asked)
    scheme, host = own_host(asked.call)
    told: dict[str, Any] = {
        "integrations": {
            "Segment.io": {
                "apiKey": key,
                "apiHost": f"{host}/v1",
                "protocol": scheme,
                "unbundledIntegrations": [],
                "addBundledMetadata": True,
                "maybeBundledConfigIds": {},
                "versionSettings": {"version": "4.4.7", "componentTypes": ["browser"]},
            }
        },
        "plan": {},
        "edgeFunction": {},
        "analyticsNextEnabled": True,
        "middlewareSettings": {},
        "enabledMiddleware": {},
        # It would tell how it is doing itself.
        "metrics": {"sampleRate": 0},
        "legacyVideoPluginsEnabled": False,
        "remotePlugins": [],
    }
    return Answer(200, msgspec.json.encode(told))


def _script(asked: Asked) -> Answer:
    public_key(asked)
    return show_script(asked, _FOLDER, "standalone.js")


def _part(name: str) -> Page:
    return Page(
        path=f"/analytics-next/bundles/{name}",
        show=lambda _: show_part(_FOLDER, name),
    )


_keyed = partial(Page, keys=key_in_path)

PAGES = (
    _keyed(path="/v1/projects/{key}/settings", show=_settings),
    # Where the app was told a host of its own for this.
    _keyed(path="/projects/{key}/settings", show=_settings),
    _keyed(path="/analytics.js/v1/{key}/analytics.min.js", show=_script),
    *map(_part, parts(_FOLDER)),
)
