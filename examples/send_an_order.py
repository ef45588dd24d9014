"""Send an order and read its buyer, with nothing but Python's standard library.

A server runs, and its data folder is in HABITUE_DATA. Make a key that may do both,
then send; sent a second time the order is a duplicate, and counts once:

    habitue source add shop --scope events:write --scope people:read
    HABITUE_KEY=... python3 examples/send_an_order.py http://127.0.0.1:8460
"""

import json
import os
import sys
from typing import Any
from urllib.request import Request, urlopen

BUYER = "email:anna@example.com"
ORDER = {
    "type": "track",
    "event": "Order Completed",
    # Whatever is sent again under this name is known by it.
    "messageId": "order-1001",
    "identifiers": {"customer_id": "4711", "email": "anna@example.com"},
    "properties": {
        "order_id": "1001",
        "currency": "GBP",
        "total": 24.95,
        "products": [{"product_id": "22423", "quantity": 1, "price": 24.95}],
    },
}


def ask(address: str, key: str, body: object = None) -> Any:
    """Get an address, or post something to it as JSON; give what it answers."""
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    data = None if body is None else json.dumps(body).encode()
    with urlopen(Request(address, data, headers), timeout=30) as answer:
        return json.load(answer)


def main(server: str, key: str) -> None:
    # wait=applied: answered once the order shows in the profile.
    told = ask(f"{server}/api/v1/events?wait=applied", key, ORDER)
    for result in told["results"]:
        print("order 1001:", result["outcome"])
    for person in ask(f"{server}/api/v1/people?identifier={BUYER}", key)["people"]:
        print(f"person {person['person_id']} is known by {BUYER}")
        for order in person["orders"]:
            print(f"  {order['kind']} of {order['amount_minor'] / 100:.2f} GBP")


if __name__ == "__main__":
    main(sys.argv[1], os.environ["HABITUE_KEY"])
