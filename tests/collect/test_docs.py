"""What the documentation says of the doors is what they do."""

import json
import re
from pathlib import Path

import pytest

from habitue.collect.dialect import KEYLESS_BATCH_BYTES_MAX
from habitue.collect.limits import Limits
from habitue.collect.reason import REASONS
from tests.collect.shop import Shop

DOC = (Path(__file__).parents[2] / "docs" / "collect.md").read_text()


@pytest.mark.parametrize("reason", REASONS)
def test_every_reason_is_documented_with_its_sentence(reason: str) -> None:
    assert f"| `{reason}` | {REASONS[reason]} |" in DOC


def test_the_example_is_stored(shop: Shop) -> None:
    example = re.search(r"```json\n(.*?)```", DOC, re.DOTALL)
    assert example

    reply = shop.post(json.loads(example.group(1)))

    assert reply.outcomes == ["stored"]
    assert "warnings" not in reply.results[0]


def test_the_limits_are_the_documented_ones() -> None:
    limits = Limits()

    assert f"{limits.batch_items_max:,} items" in DOC
    assert f"{limits.wire_bytes_max // 2**20} MB on the wire" in DOC
    assert f"{limits.inflated_bytes_max // 2**20} MB unpacked" in DOC
    assert f"{limits.event_bytes_max // 2**10} KB an" in DOC
    assert f"{limits.properties_max} properties" in DOC
    assert f"{limits.traits_max} traits" in DOC
    assert f"{limits.keyless_wire_bytes_max // 2**10} KB on the wire" in DOC
    assert f"{limits.keyless_inflated_bytes_max // 2**20} MB unpacked (413), and" in DOC
    assert f"up to {KEYLESS_BATCH_BYTES_MAX // 10**6} MB, packed or not" in DOC
    assert f"there within {limits.body_timeout_s:.0f} s (408)" in DOC
    assert f"take {limits.bodies_bytes_max // 2**20} MB (503" in DOC
    assert f"source has {limits.public_items_per_s_max:,}," in DOC
    assert f"use {limits.public_items_per_s_per_address_max:,} items a second" in DOC
    assert f"used, {limits.public_quarantined_per_s_max} a second" in DOC
