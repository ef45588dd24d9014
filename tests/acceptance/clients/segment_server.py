"""Send events by segment-analytics-python, as a shop's server would; print their ids.

usage: segment_server.py HOST KEY EVENTS SECONDS [CLIENT_ID KEY_ID PRIVATE_KEY_FILE]
"""

import sys
import time
from pathlib import Path

from segment.analytics.client import Client

host, key, events, seconds = (
    sys.argv[1],
    sys.argv[2],
    int(sys.argv[3]),
    float(sys.argv[4]),
)
oauth = {}
if sys.argv[5:]:
    client_id, key_id, private_key = sys.argv[5:]
    oauth = {
        "oauth_client_id": client_id,
        "oauth_client_key": Path(private_key).read_text(),
        "oauth_key_id": key_id,
        "oauth_auth_server": host,
    }
failed = []
client = Client(
    key,
    host=host,
    upload_size=20,
    gzip=True,
    on_error=lambda *told: failed.append(told),
    **oauth,
)
for number in range(events):
    taken, message = client.track(
        "97980", "Product Viewed", {"product_id": str(number), "price": 1.5}
    )
    assert taken
    print(message["messageId"], flush=True)
    time.sleep(seconds / events)
client.flush()
client.join()
assert not failed, failed
