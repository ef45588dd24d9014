"""A server that took a shop in, with its golden segments, and who is in them."""

import http.client
import json
from collections import defaultdict

import pyarrow as pa
import pyarrow.parquet as pq


def taken_in(shop, file, *words):
    """Import a file, all of it."""
    told = shop.command("import", str(file), *words, "--json")
    assert set(json.loads(told)["lines"]) == {"stored"}, told
    shop.settle()


def define(shop, segments):
    """Define golden segments, in their order."""
    for name, golden in segments.items():
        told = {"name": golden.words, "condition": golden.condition}
        shop.api("PUT", f"/api/v1/segments/{name}", told)


def customers_of(shop):
    """Give the customer number of each person."""
    out = shop.folder.parent / "exported"
    shop.command("export", str(out))
    found = {}
    for row in pq.read_table(out / "people.parquet").to_pylist():
        told = {one["kind"]: one["value"] for one in json.loads(row["identifiers"])}
        found[row["person_id"]] = told["customer_id"]
    return found


def inside(shop, customers):
    """Give the customer numbers of who is in each segment, asking one by one."""
    found = defaultdict(set)
    headers = {"authorization": f"Bearer {shop.token()}"}
    connection = http.client.HTTPConnection("127.0.0.1", shop.port, timeout=60)
    for person_id, customer in customers.items():
        path = f"/api/v1/people/{person_id}/segments"
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        raw = answer.read()
        assert answer.status == 200, raw
        for one in json.loads(raw)["segments"]:
            found[one["id"]].add(customer)
    connection.close()
    return found


def members(shop, name):
    """Give everybody in a segment, from pages of Arrow."""
    found, cursor = [], "0"
    while cursor is not None:
        path = f"/api/v1/segments/{name}/members?limit=1000&cursor={cursor}"
        headers = {
            "authorization": f"Bearer {shop.token()}",
            "accept": "application/vnd.apache.arrow.stream",
        }
        status, told, raw = shop.request("GET", path, headers=headers)
        assert status == 200, raw
        found += pa.ipc.open_stream(raw).read_all().column("person_id").to_pylist()
        cursor = told.get("x-next-cursor")
    return found
