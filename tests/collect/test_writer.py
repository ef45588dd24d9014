"""Who may say what: the classes of writers, the modes, the signed tokens."""

from typing import Any

import pytest

from habitue.access.token import sign
from habitue.model.event import Event
from habitue.model.source import Mode, Source, Writer
from tests.collect.shop import NOW_US, Shop, minutes, track

CLAIM = track(
    userId="victim",
    anonymousId="a1",
    context={"traits": {"email": "victim@example.com"}, "device": {"id": "d1"}},
)
DEVICES = (("device_id", "d1"), ("anonymous_id", "a1"))
ALL = (("user_id", "victim"), ("email", "victim@example.com"), *DEVICES)


@pytest.fixture
def site(shop: Shop) -> Shop:
    for mode in Mode:
        shop.add(Source(name=mode.value, kind=Writer.PUBLIC, mode=mode))
    return shop


def token(
    shop: Shop,
    subject: str = "user_id:42",
    source: str = "signed",
    expires_in_min: float = 10,
    **other: Any,
) -> str:
    """Sign a token as the shop's back end does, with a secret made for the source."""
    kid, secret = shop.sources.new_signing_secret(other.pop("keyed_for", source))
    return sign(subject, source, NOW_US + minutes(expires_in_min), secret.encode(), kid)


def reasons(event: Event) -> list[tuple[str, str]]:
    return [(one.kind, one.reason) for one in event.unused]


def test_a_servers_word_is_verified(site: Shop) -> None:
    event = site.event(CLAIM)

    assert (event.writer, event.verified) == (Writer.SERVER, True)
    assert event.identifiers == ALL


def test_a_browsers_word_is_a_claim(site: Shop) -> None:
    event = site.event(CLAIM, "joins")

    assert (event.writer, event.verified) == (Writer.PUBLIC, False)
    assert event.identifiers == ALL


def test_a_browsers_word_is_believed_where_the_shop_says_so(site: Shop) -> None:
    event = site.event(CLAIM, "trusted")

    assert (event.writer, event.verified) == (Writer.PUBLIC, True)


def test_without_a_token_a_signed_source_keeps_devices_only(site: Shop) -> None:
    event = site.event(CLAIM, "signed")

    assert (event.writer, event.verified) == (Writer.PUBLIC, False)
    assert event.identifiers == DEVICES
    assert reasons(event) == [("user_id", "unsigned"), ("email", "unsigned")]


@pytest.mark.parametrize("mode", ["joins", "signed"])
def test_a_browsers_alias_joins_nobody(site: Shop, mode: str) -> None:
    event = site.event({"type": "alias", "previousId": "v1", "userId": "v2"}, mode)

    assert event.formerly is None


def test_a_token_verifies_its_own_subject(site: Shop) -> None:
    event = site.event(
        track(userId="42", anonymousId="a1"),
        "signed",
        headers={"X-Habitue-Token": token(site)},
    )

    assert (event.writer, event.verified) == (Writer.SIGNED, True)
    assert event.identifiers == (("user_id", "42"), ("anonymous_id", "a1"))


@pytest.mark.parametrize("mode", list(Mode))
def test_a_token_says_nothing_of_anybody_else(site: Shop, mode: Mode) -> None:
    event = site.event(
        CLAIM, mode.value, headers={"X-Habitue-Token": token(site, source=mode.value)}
    )

    assert event.writer is Writer.SIGNED
    assert event.identifiers == DEVICES
    assert reasons(event) == [("user_id", "not_subject"), ("email", "not_subject")]


def test_a_tokens_holder_aliases_nobody(site: Shop) -> None:
    event = site.event(
        {"type": "alias", "previousId": "victim", "userId": "42"},
        "signed",
        headers={"X-Habitue-Token": token(site)},
    )

    assert event.formerly is None


def test_a_token_comes_in_the_context_and_is_never_kept(site: Shop) -> None:
    signed = token(site)

    one = site.event(track(userId="42", context={"token": signed}), "signed")
    batch = {"batch": [track(userId="42")], "context": {"token": signed}}
    site.post(batch, "signed")
    site.post({"type": "x", "context": {"token": signed}}, "signed")
    site.post({**batch, "batch": [{"type": "x"}]}, "signed")

    assert one.writer is Writer.SIGNED
    assert all(event.writer is Writer.SIGNED for event in site.events())
    kept = b"".join(
        [record.body or b"" for record in site.truth.read(0, 100)]
        + [item.original for item in site.truth.quarantined(0, 100)]
    )
    assert signed.encode() not in kept
    assert signed.split(".")[2].encode() not in kept


def test_a_token_forwarded_by_a_server_is_not_kept_either(site: Shop) -> None:
    event = site.event(track(context={"token": "eyJ.a.b", "ip": "192.0.2.1"}))

    assert event.context == {"ip": "192.0.2.1"}


def test_no_key_is_kept_in_quarantine(site: Shop) -> None:
    key = site.keys["server"]

    site.post({"writeKey": key, "type": "teapot"}, "")
    site.post({"writeKey": key, "batch": [{"type": "x", "writeKey": key}]}, "")

    items = site.truth.quarantined(0, 10)
    assert len(items) == 2
    assert all(key.encode() not in item.original for item in items)


ATTACKS = {
    "expired": lambda shop: token(shop, expires_in_min=-1),
    "too long": lambda shop: token(shop, expires_in_min=60),
    "other audience": lambda shop: token(shop, source="joins", keyed_for="signed"),
    "key of another source": lambda shop: token(shop, keyed_for="joins"),
    "no token": lambda shop: "nonsense",
}


@pytest.mark.parametrize("attack", ATTACKS)
def test_a_bad_token_is_worth_nothing_and_the_event_is_kept(
    site: Shop, attack: str
) -> None:
    reply = site.post(
        track(userId="42", anonymousId="a1"),
        "signed",
        headers={"X-Habitue-Token": ATTACKS[attack](site)},
    )

    event = site.at(reply.results[0]["offset"])
    assert (event.writer, event.verified) == (Writer.PUBLIC, False)
    assert event.identifiers == (("anonymous_id", "a1"),)
    assert reply.results[0]["warnings"][0]["reason"].startswith("token_")


def test_a_token_of_an_unusable_subject_is_worth_nothing(site: Shop) -> None:
    for subject in ("user_id:guest", "shoe_size:42", "42", "user_id:"):
        event = site.event(
            track(userId="42"),
            "signed",
            headers={"X-Habitue-Token": token(site, subject)},
        )
        assert event.writer is Writer.PUBLIC


def test_a_server_needs_no_token_and_is_not_lowered_by_one(site: Shop) -> None:
    event = site.event(CLAIM, headers={"X-Habitue-Token": "nonsense"})

    assert (event.writer, event.identifiers) == (Writer.SERVER, ALL)


def test_staff_acting_as_a_customer_is_not_the_customer(site: Shop) -> None:
    told = {**CLAIM, "context": {**CLAIM["context"], "impersonated": True}}

    event = site.event(told)

    assert event.impersonated
    assert event.identifiers == DEVICES
    assert reasons(event) == [("user_id", "impersonated"), ("email", "impersonated")]


def test_staff_acting_as_a_customer_is_who_they_are(site: Shop) -> None:
    impersonated = {"operator": "Ola", "identifiers": {"user_id": "staff-7"}}
    told = {**CLAIM, "context": {**CLAIM["context"], "impersonated": impersonated}}

    event = site.event(told)

    assert event.identifiers == (("user_id", "staff-7"), *DEVICES)
    assert event.operator == "Ola"


def test_a_browser_names_no_operator(site: Shop) -> None:
    told = track(context={"impersonated": {"operator": "Ola"}})

    assert site.event(told, "trusted").operator is None


def test_an_impersonated_alias_joins_nobody(site: Shop) -> None:
    event = site.event(
        {
            "type": "alias",
            "previousId": "v1",
            "userId": "v2",
            "context": {"impersonated": True},
        }
    )

    assert event.formerly is None
    assert event.identifiers == (("anonymous_id", "v1"),)
