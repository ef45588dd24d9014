"""Send events by rudder-sdk-python, as a shop's server would; print their ids.

usage: rudder_server.py HOST KEY EVENTS SECONDS
"""

import sys
import time

from rudderstack.analytics.client import Client

host, key, events, seconds = (
    sys.argv[1],
    sys.argv[2],
    int(sys.argv[3]),
    float(sys.argv[4]),
)
failed = []
client = Client(
    key, host=host, upload_size=20, on_error=lambda *told: failed.append(told)
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
