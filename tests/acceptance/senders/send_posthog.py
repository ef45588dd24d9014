"""PostHog's client for Python: python send_posthog.py URL KEY COUNT v0|v1.

Prints the ids that the client gave to its events.
"""

import sys
import time

from posthog import Posthog

url, key, count, mode = sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4]
failed = []
client = Posthog(
    key,
    host=url,
    capture_mode=mode,
    gzip=mode == "v0",
    flush_at=20,
    flush_interval=0.2,
    max_retries=30,
    on_error=lambda error, batch: failed.append(error),
)
ids = []
for number in range(count):
    ids.append(
        client.capture(
            "Product Viewed",
            distinct_id=f"customer-{number % 7}",
            properties={"product_id": str(number), "$set": {"seen": number}},
        )
    )
    time.sleep(0.01)
client.flush()
client.shutdown()
assert not failed, failed
print(*ids, sep="\n")
