"""What PostHog's clients ask for before they send: settings and flags."""

import msgspec

from habitue.collect.dialect import Answer, Asked, Call, Page
from habitue.collect.http import Fault
from habitue.model.source import Writer

# What a client may do; all that would send more than events is off.
_SETTINGS = {
    "supportedCompression": ["gzip", "gzip-js"],
    "hasFeatureFlags": False,
    "captureDeadClicks": False,
    "capturePerformance": False,
    "autocapture_opt_out": False,
    "autocaptureExceptions": False,
    "analytics": {"endpoint": "/i/v0/e/"},
    "elementsChainAsString": True,
    "sessionRecording": False,
    "heatmaps": False,
    "surveys": False,
    "defaultIdentifiedOnly": True,
    "siteApps": [],
    "isAuthenticated": False,
    "toolbarParams": {},
}
# Both ways that clients read it: flags, and the older featureFlags.
_NO_FLAGS = msgspec.json.encode(
    {
        "flags": {},
        "featureFlags": {},
        "featureFlagPayloads": {},
        "errorsWhileComputingFlags": False,
        "supportedCompression": ["gzip", "gzip-js"],
        "sessionRecording": False,
    }
)
_SCRIPT = (
    b"(function(){window._POSTHOG_REMOTE_CONFIG=window._POSTHOG_REMOTE_CONFIG||{};"
    b"window._POSTHOG_REMOTE_CONFIG[%b]={config:%b,siteApps:[]}})();"
)
_CACHE = b"public, max-age=300"
# What could end a script, or a line of it, within a text.
_UNSAFE = {"<": "\\u003c", "\u2028": "\\u2028", "\u2029": "\\u2029"}


def _token(call: Call) -> tuple[str, ...]:
    return (call.named["token"],)


def _settings(asked: Asked) -> bytes:
    # A server's key must not stand in a page, so nothing starts with it there.
    if asked.credential is None or asked.credential.writer is not Writer.PUBLIC:
        raise Fault("not_here")
    return msgspec.json.encode({"token": asked.key, **_SETTINGS})


def _show_settings(asked: Asked) -> Answer:
    return Answer(200, _settings(asked), cache=_CACHE)


def _show_script(asked: Asked) -> Answer:
    token = msgspec.json.encode(asked.key)
    script = (_SCRIPT % (token, _settings(asked))).decode()
    for sign, written in _UNSAFE.items():
        script = script.replace(sign, written)
    return Answer(
        200,
        script.encode(),
        media_type=b"text/javascript; charset=utf-8",
        cache=_CACHE,
    )


def _show_no_flags(_: Asked) -> Answer:
    return Answer(200, _NO_FLAGS)


PAGES = (
    Page(path="/array/{token}/config", show=_show_settings, keys=_token),
    Page(path="/array/{token}/config.js", show=_show_script, keys=_token),
    Page(path="/flags", method="POST", show=_show_no_flags),
    Page(path="/decide", method="POST", show=_show_no_flags),
)
