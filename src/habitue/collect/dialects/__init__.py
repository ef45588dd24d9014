"""The dialects of tracking clients, a file each; docs/dialects.md shows one more."""

from habitue.base import plugins
from habitue.collect.dialect import Dialect
from habitue.collect.dialects.cloudevents import CLOUDEVENTS
from habitue.collect.dialects.ga4 import GA4
from habitue.collect.dialects.own import OWN
from habitue.collect.dialects.posthog import POSTHOG
from habitue.collect.dialects.rudderstack import RUDDERSTACK
from habitue.collect.dialects.segment import SEGMENT
from habitue.collect.dialects.snowplow import SNOWPLOW

# Those that come with the product.
DIALECTS: tuple[Dialect, ...] = (
    OWN,
    SEGMENT,
    RUDDERSTACK,
    POSTHOG,
    SNOWPLOW,
    GA4,
    CLOUDEVENTS,
)


def all_dialects() -> tuple[Dialect, ...]:
    """Give the product's own dialects and those of installed packages."""
    return (*DIALECTS, *plugins.load_plugins(plugins.DIALECTS, Dialect))
