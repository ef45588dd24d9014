"""A card opens with nothing of a category that the shop names as delicate."""

from pathlib import Path

import pytest
from msgspec import structs

from habitue.access.permission import Role
from habitue.app.serving.local import LocalServer
from habitue.base.settings import load
from tests.api.test_matrix import CARD, House


@pytest.mark.feature("B8")
@pytest.mark.filterwarnings("ignore:.*Reserved kwarg")
def test_what_is_delicate_is_on_the_timeline_and_no_talking_point(
    tmp_path: Path,
) -> None:
    settings = load(environ={})
    settings = structs.replace(
        settings,
        data=structs.replace(settings.data, folder=tmp_path / "data"),
        shop=structs.replace(settings.shop, delicate_categories=("Intimate",)),
    )
    with LocalServer(settings) as server:
        house = House(server)
        items = [
            {
                "type": "track",
                "event": "Product Viewed",
                "messageId": f"v{at}",
                "identifiers": {"loyalty_card": CARD},
                "properties": {"product_id": f"p{at}", "name": name, **told},
            }
            for at, (name, told) in enumerate(
                [
                    ("Desk lamp", {"category": "Light"}),
                    ("Test Zq", {"category": "Health > Intimate"}),
                    ("Cream Zq", {}),
                ]
            )
        ]
        goods = {"product_id": "p2", "name": "Cream Zq", "category": "intimate"}
        product = {"type": "track", "event": "Product Updated", "messageId": "c"}
        batch = {"batch": [{**product, "properties": goods}, *items]}
        house.api("POST", "/api/v1/events?wait=applied", batch, house.till)

        card = house.reads(f"/console/people/{house.person}", Role.AGENT)

    assert "Looked at Desk lamp" in card
    for name in ("Test Zq", "Cream Zq"):
        assert f"Looked at {name}" not in card
        assert name in card
