"""What to paste where, so that a client sends: by client, with the key in place."""

from msgspec import Struct

from habitue.console.language import later
from habitue.console.look import Look


class Snippet(Struct, frozen=True):
    """Lines for one client, and where they go."""

    client: str
    where: str
    text: str


_OWN_PAGE = """\
<script async src="{address}/habitue.js" data-key="{key}"
  data-consent="required"></script>"""
_SEGMENT_PAGE = """\
analytics._cdn = "{address}";
analytics.load("{key}");
analytics.page();"""
_POSTHOG_PAGE = """\
posthog.init("{key}", {{ api_host: "{address}" }});"""
_RUDDER_PAGE = """\
import {{ RudderAnalytics }} from "@rudderstack/analytics-js/bundled";
const analytics = new RudderAnalytics();
analytics.load("{key}", "{address}", {{ configUrl: "{address}" }});
analytics.page();"""
_SNOWPLOW_PAGE = """\
snowplow("newTracker", "habitue", "{address}", {{ appId: "{key}" }});
snowplow("trackPageView");"""
_TAG_MANAGER = """\
{address}
{key}"""
_SEGMENT_APP = """\
const client = createClient({{
  writeKey: "{key}", proxy: "{address}/v1/b", cdnProxy: "{address}" }});"""
_POSTHOG_APP = """\
const posthog = new PostHog("{key}", {{ host: "{address}" }});"""
_HTTP_APP = """\
POST {address}/api/v1/events
Authorization: Bearer {key}
Content-Type: application/json

{{"type": "screen", "name": "Home", "messageId": "first-1",
  "anonymousId": "made once by the app and kept"}}"""
_CURL = """\
curl {address}/api/v1/events \\
  -H "Authorization: Bearer {key}" -H "Content-Type: application/json" \\
  -d '{{"type": "track", "event": "Receipt Issued", "messageId": "first-1",
       "identifiers": {{"loyalty_card": "4711", "email": "anna@example.com"}},
       "traits": {{"name": "Anna Kowalska"}},
       "properties": {{"receipt_id": "1", "total": 24.95,
                      "currency": "{currency}"}}}}'"""
_SEGMENT_PYTHON = """\
import segment.analytics as analytics
analytics.write_key = "{key}"
analytics.host = "{address}"
analytics.track("user-1", "Order Completed", {{"order_id": "1"}})"""
_SEGMENT_NODE = """\
import {{ Analytics }} from "@segment/analytics-node";
const analytics = new Analytics({{ writeKey: "{key}", host: "{address}" }});
analytics.track({{ userId: "user-1", event: "Order Completed" }});"""

_RUDDER_PYTHON = """\
from rudderstack.analytics.client import Client
client = Client("{key}", host="{address}")
client.track("user-1", "Order Completed", {{"order_id": "1"}})
client.flush()"""
_POSTHOG_PYTHON = """\
from posthog import Posthog
posthog = Posthog("{key}", host="{address}")
order = {{"order_id": "1"}}
posthog.capture("Order Completed", distinct_id="user-1", properties=order)
posthog.flush()"""
_SNOWPLOW_PYTHON = """\
from snowplow_tracker import Emitter, StructuredEvent, Subject, Tracker
emitter = Emitter("{host}", protocol="{scheme}")
tracker = Tracker("shop", emitter, app_id="{key}")
tracker.track(StructuredEvent("shop", "order_completed",
                              event_subject=Subject().set_user_id("user-1")))
tracker.flush()"""
_GOOGLE = """\
curl "{address}/mp/collect?measurement_id=G-1&api_secret={key}" \\
  -H "Content-Type: application/json" \\
  -d '{{"client_id": "device-1", "user_id": "user-1", "events": [
       {{"name": "purchase", "params": {{"transaction_id": "1", "value": 24.95,
         "currency": "{currency}"}}}}]}}'"""
_CLOUDEVENTS = """\
curl {address}/events -H "Authorization: Bearer {key}" \\
  -H "Content-Type: application/cloudevents+json" \\
  -d '{{"specversion": "1.0", "id": "first-1", "source": "//stores/1",
       "type": "Store Visit Started", "data": {{"userId": "user-1"}}}}'"""

_SITE = (
    (later("This server's own script"), later("in the head of every page"), _OWN_PAGE),
    (
        "Google Tag Manager",
        later(
            "address and key, in a tag of our template (docs/habitue-tag-manager.tpl)"
        ),
        _TAG_MANAGER,
    ),
    ("Segment Analytics.js", later("in place of its own last lines"), _SEGMENT_PAGE),
    ("RudderStack", later("where it is started"), _RUDDER_PAGE),
    ("PostHog", later("where it is started"), _POSTHOG_PAGE),
    ("Snowplow", later("where it is started"), _SNOWPLOW_PAGE),
)
_APP = (
    ("Segment, React Native", later("where it is started"), _SEGMENT_APP),
    ("PostHog, React Native", later("where it is started"), _POSTHOG_APP),
    ("HTTP", later("from any app, without a client"), _HTTP_APP),
)
_SERVER = (
    ("curl", later("in a terminal, to try it"), _CURL),
    ("Segment, Python", later("in your server"), _SEGMENT_PYTHON),
    ("Segment, Node.js", later("in your server"), _SEGMENT_NODE),
    ("RudderStack, Python", later("in your server"), _RUDDER_PYTHON),
    ("PostHog, Python", later("in your server"), _POSTHOG_PYTHON),
    ("Snowplow, Python", later("in your server"), _SNOWPLOW_PYTHON),
    (
        "Google Analytics 4",
        later("the Measurement Protocol: another host, and the key as its secret"),
        _GOOGLE,
    ),
    ("CloudEvents", later("what a server or a device sends"), _CLOUDEVENTS),
)
# By what a source is; of a public one without that, what either may be.
_FOR = {
    "site": _SITE,
    "app": _APP,
    "public": (*_SITE, *_APP),
    "server": _SERVER,
}


def snippets(sort: str, key: str, look: Look) -> list[Snippet]:
    """Give the lines for each client that a source may have.

    sort: site, app, server; or public, where it is not known which of the first two.
    """
    scheme, _, host = look.address.partition("://")
    told = {
        "key": key,
        "address": look.address,
        "scheme": scheme,
        "host": host,
        "currency": look.currency or "GBP",
    }
    return [
        Snippet(look.say(client), look.say(where), text.format(**told))
        for client, where, text in _FOR[sort]
    ]
