"""One running shop that all attacks are made on, with a known victim in it."""

from collections.abc import Iterator

import pytest

from tests.acceptance.shop import Shop, identify, track

VICTIM = {"user_id": "victim", "email": "victim@shop.example", "device_id": "theirs"}


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    running = Shop(tmp_path_factory.mktemp("attack") / "data").start()
    try:
        running.source("crm")
        running.source("web", "public")
        running.source("login", "public", mode="signed")
        running.source("other", "public", mode="signed")
        traits = {"email": VICTIM["email"], "phone": "+442079460018", "name": "Anna"}
        running.send("crm", identify(traits, identifiers=VICTIM))
        running.send("crm", identify(identifiers={"user_id": "second"}))
        for channel in ("email", "push"):
            told = {"purpose": "marketing", "channel": channel, "text_version": "1"}
            running.send("crm", track("Consent Granted", told, identifiers=VICTIM))
        order = {"order_id": "A-1", "total": "50.00", "currency": "GBP"}
        running.send("crm", track("Order Completed", order, identifiers=VICTIM))
        yield running
    finally:
        if running.process.poll() is None:
            running.kill()
