"""What the page about webhooks says is so."""

import hashlib
import hmac
import json
import re
import tomllib
from pathlib import Path

import pytest

from habitue.collect.limits import Limits
from habitue.collect.webhooks.library import Library
from habitue.collect.webhooks.provider import Signature
from habitue.collect.webhooks.reason import REASONS
from tests.collect.webhooks.hooked import SIGNED_US, HookShop

DOC = (Path(__file__).parents[3] / "docs" / "webhooks.md").read_text("utf-8")
EXAMPLE = re.findall(r"```toml\n(.*?)```", DOC, re.DOTALL)[0]
SALE = {
    "kind": "sale.closed",
    "no": "R-1",
    "sold_at": "2026-11-23T09:59:00Z",
    "store": "station",
    "coin": "PLN",
    "cents": 2398,
    "guest": {"no": "G1", "phone": "48600100200"},
    "lines": [{"article": {"id": "a"}, "count": 2, "cents": 2398}],
    "coupons": [{"code": "MAY", "cents": 200}],
}


@pytest.fixture
def shop(shop: HookShop, tmp_path: Path) -> HookShop:
    folder = tmp_path / "webhooks"
    folder.mkdir()
    (folder / "till-cloud.toml").write_text(EXAMPLE)
    shop.library.reload()
    shop.take("till-cloud", "their-secret", source="till")
    return shop


def test_the_example_is_a_provider_that_works(shop: HookShop) -> None:
    body = json.dumps(SALE)
    time = str(SIGNED_US // 1_000_000)
    mac = hmac.digest(b"their-secret", f"{time}.{body}".encode(), hashlib.sha256)
    told = {"provider": "till", "method": "POST", "target": "/hooks/till"}
    headers = {"X-Till-Signature": f"t={time},v1={mac.hex()}"}

    reply = shop.deliver({**told, "headers": headers, "body_text": body})

    assert reply.outcomes == ["stored", "stored"]
    receipt, coupon = shop.events()
    assert receipt.name == "Receipt Issued"
    assert receipt.properties["total"] == "23.98"
    assert receipt.properties["products"] == [
        {"product_id": "a", "quantity": 2, "line_total": "23.98"}
    ]
    assert "phone:+48600100200" in map(str, receipt.identifiers)
    assert (coupon.name, coupon.properties["discount"]) == ("Coupon Applied", "2.00")


def test_what_the_example_leaves_out_is_left_out(shop: HookShop) -> None:
    told = shop.library.get("till-cloud")

    assert told.ignore == ("ping", "till.*")
    assert tomllib.loads(EXAMPLE)["title"] == told.title


@pytest.mark.parametrize("reason", REASONS)
def test_every_reason_is_documented_with_its_sentence(reason: str) -> None:
    (line,) = [one for one in DOC.splitlines() if one.startswith(f"| `{reason}` |")]

    assert line.endswith(f" | {REASONS[reason]} |")


def test_every_provider_is_documented() -> None:
    for one in Library().all():
        assert f"`{one.name}`" in DOC


def test_every_provider_says_what_it_is_and_where_to_set_it_up() -> None:
    for one in Library().all():
        assert one.title != one.name
        assert one.about.endswith((".", "..."))


def test_the_limits_are_the_documented_ones() -> None:
    limits = Limits()

    assert f"({limits.webhook_bytes_max // 2**20} MB, unpacked too)" in DOC
    assert f"{limits.batch_items_max:,} events a delivery" in DOC
    assert f"an event may be {limits.bulk_event_bytes_max // 2**20} MB" in DOC
    usual = Signature(scheme="hmac", at=("header:x",))
    assert usual.tolerance_s == 5 * 60
    assert (
        max(each.tolerance_s for one in Library().all() for each in one.signatures)
        == 65 * 60
    )
