"""CloudEvents for Python, sent by requests: python send_cloudevents.py URL KEY COUNT.

One after the other in the three forms. Prints source and id of each event.
"""

import json
import sys
import time

import requests
from cloudevents.core.bindings.http import to_binary_event, to_structured_event
from cloudevents.core.v1.event import CloudEvent
from requests.adapters import HTTPAdapter
from urllib3.util.retry import Retry

url, key, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
session = requests.Session()
retry = Retry(
    total=40,
    allowed_methods=None,
    status_forcelist=[429, 503],
    backoff_factor=0.1,
    backoff_max=1,
)
session.mount("http://", HTTPAdapter(max_retries=retry))
session.headers["Authorization"] = f"Bearer {key}"
ids = []
for number in range(count):
    source = f"//stores/{number % 3}"
    event = CloudEvent(
        {"type": "Store Visit Started", "source": source, "subject": "beacon/5"},
        {"userId": f"customer-{number % 7}", "store_id": str(number)},
    )
    message = to_structured_event(event)
    if number % 3 == 1:
        message = to_binary_event(event)
    body, headers = message.body, dict(message.headers)
    if number % 3 == 2:
        body = json.dumps([json.loads(body)])
        headers = {"content-type": "application/cloudevents-batch+json"}
    answer = session.post(f"{url}/events", data=body, headers=headers)
    assert answer.status_code == 200, answer.text
    ids.append(f"{source}#{event.get_id()}")
    time.sleep(0.01)
print(*ids, sep="\n")
