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

_PUBLIC = (
    (later("This server's own script"), later("in the head of every page"), _OWN_PAGE),
    ("Segment Analytics.js", later("in place of its own last lines"), _SEGMENT_PAGE),
    ("PostHog", later("where it is started"), _POSTHOG_PAGE),
)
_SERVER = (
    ("curl", later("in a terminal, to try it"), _CURL),
    ("Segment, Python", later("in your server"), _SEGMENT_PYTHON),
    ("Segment, Node.js", later("in your server"), _SEGMENT_NODE),
)


def snippets(kind: str, key: str, look: Look) -> list[Snippet]:
    """Give the lines for each client that a source of this kind may have."""
    told = {
        "key": key,
        "address": look.address,
        "currency": look.currency or "GBP",
    }
    return [
        Snippet(look.say(client), look.say(where), text.format(**told))
        for client, where, text in (_PUBLIC if kind == "public" else _SERVER)
    ]
