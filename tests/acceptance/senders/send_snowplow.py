"""Snowplow's tracker for Python: python send_snowplow.py URL APP COUNT post|get.

Prints the ids that the tracker gave to its events.
"""

import sys
import time

from snowplow_tracker import Emitter, SelfDescribingJson, Subject, Tracker
from snowplow_tracker.events import PageView, SelfDescribing, StructuredEvent

url, app, count, method = sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4]
protocol, _, host = url.partition("://")
# What a thread of its own is sending again is not in its store meanwhile: so what went
# well is counted.
well = []
emitter = Emitter(
    host,
    protocol=protocol,
    method=method,
    max_retry_delay_seconds=1,
    on_success=well.extend,
)
tracker = Tracker("retail", emitter, app_id=app, encode_base64=method == "post")
VISIT = "iglu:com.acme/store_visit/jsonschema/1-0-0"
makers = [
    lambda who: PageView("https://shop.example/tea", event_subject=who),
    lambda who: StructuredEvent("shop", "add_to_cart", event_subject=who),
    lambda who: SelfDescribing(
        SelfDescribingJson(VISIT, {"store": "WAW01"}), event_subject=who
    ),
]
ids = []
for number in range(count):
    who = Subject().set_user_id(f"customer-{number % 7}")
    who.set_domain_user_id(f"device-{number % 7}")
    ids.append(tracker.track(makers[number % 3](who)))
    time.sleep(0.01)
deadline = time.monotonic() + 60
while len(well) < count and time.monotonic() < deadline:
    tracker.flush()
    time.sleep(0.2)
assert len(well) == count, len(well)
print(*ids, sep="\n")
