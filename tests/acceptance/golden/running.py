"""Golden segments on a server that took a shop in, and who is in them."""

import http.client
import json
import time
from collections import defaultdict

import pyarrow as pa

# While many segments are filled in at once, a server answers late.
PATIENCE_S = 300


def define(shop, segments):
    """Define golden segments, in their order."""
    shop.patience_s = PATIENCE_S
    for name, golden in segments.items():
        told = {"name": golden.words, "condition": golden.condition}
        shop.api("PUT", f"/api/v1/segments/{name}", told)


def answered(shop, person_id):
    """Wait until all segments are kept: from then on nobody is judged to list them."""
    deadline = time.monotonic() + PATIENCE_S
    # Not asked for all the time: until then each answer judges somebody anew.
    while not all(one["since"] for one in _told_one(shop, person_id)):
        assert time.monotonic() < deadline
        time.sleep(1)


def _told_one(shop, person_id):
    ((_, told),) = told_of(shop, [person_id])
    assert told
    return told


def customers_of(shop, kind="customer_id"):
    """Give what each person is known by: an identifier of a kind."""
    found = {}
    for raw in pages(shop, "/api/v1/export/people?limit=5000"):
        for row in map(json.loads, raw.splitlines()):
            told = {one["kind"]: one["value"] for one in row["identifiers"]}
            found[row["person_id"]] = told[kind]
    return found


def inside(shop, customers):
    """Give the customer numbers of who is in each segment, asking one by one.

    So each is judged anew by the meaning, over what was told of them.
    """
    found = defaultdict(set)
    for person_id, told in told_of(shop, customers):
        for one in told:
            found[one["id"]].add(customers[person_id])
    return found


def told_of(shop, people):
    """Give each of some people with the segments they are in."""
    headers = {"authorization": f"Bearer {shop.token()}"}
    patience_s = shop.patience_s
    connection = http.client.HTTPConnection("127.0.0.1", shop.port, timeout=patience_s)
    for person_id in people:
        path = f"/api/v1/people/{person_id}/segments"
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        raw = answer.read()
        assert answer.status == 200, raw
        yield person_id, json.loads(raw)["segments"]
    connection.close()


def members(shop, name):
    """Give everybody in a segment, from pages of Arrow."""
    arrow = {"accept": "application/vnd.apache.arrow.stream"}
    found = []
    for raw in pages(shop, f"/api/v1/segments/{name}/members?limit=1000", **arrow):
        found += pa.ipc.open_stream(raw).read_all().column("person_id").to_pylist()
    return found


def pages(shop, path, **headers):
    """Give each page of an answer."""
    headers["authorization"] = f"Bearer {shop.token()}"
    cursor = "0"
    while cursor is not None:
        there = f"{path}&cursor={cursor}"
        status, told, raw = shop.request("GET", there, headers=headers)
        assert status == 200, raw
        yield raw
        cursor = told.get("x-next-cursor")
