"""Clients that sign for their tokens: each once, for us, now, with its own key."""

import asyncio
import json
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from habitue.access.assertion import Refused
from habitue.access.oauth import LIFETIME_S, KeysAndTokens, OAuthClient, OAuthClients
from habitue.access.secrets import FileSecrets
from habitue.base.clock import SECOND_US
from habitue.base.errors import InvalidError, NotFoundError
from habitue.model.source import Source, Writer
from tests.access.test_sources import NOW_US, House, TruthDefinitions

HOST = "events.shop.example:8460"
NOW_S = NOW_US // SECOND_US
Key = rsa.RSAPrivateKey


def pem_of(key: Any) -> str:
    public = key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return str(public.decode())


def signed(header: dict[str, Any], claims: dict[str, Any], key: Key) -> str:
    """Make a JSON Web Token; a claim that is None is left out."""
    told = {name: value for name, value in claims.items() if value is not None}
    text = ".".join(part(json.dumps(one).encode()) for one in (header, told))
    signature = key.sign(text.encode(), padding.PKCS1v15(), hashes.SHA256())
    return f"{text}.{part(signature)}"


def part(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


class Signing(House):
    """A house with a server's client that signs with a key of its own."""

    def __init__(self, folder: Path, key: Key) -> None:
        super().__init__(folder)
        self.key = key
        self.add(name="erp")
        self.oauth = self.opened()
        self.client: OAuthClient = asyncio.run(self.oauth.add("erp", pem_of(key)))

    def opened(self) -> OAuthClients:
        return OAuthClients(
            TruthDefinitions(self.truth),
            FileSecrets(self.folder / "secrets"),
            self.sources,
            self.clock,
        )

    def assertion(self, key: Key | None = None, kid: str = "", **claims: Any) -> str:
        told = {
            "iss": self.client.client_id,
            "sub": self.client.client_id,
            "aud": f"https://{HOST}",
            "iat": NOW_S - 5,
            "exp": NOW_S + 55,
            "jti": "j1",
            **claims,
        }
        header = {"alg": "RS256", "typ": "JWT", "kid": kid or self.client.key_id}
        return signed(header, told, key or self.key)

    def error(self, assertion: str, host: str = HOST) -> str:
        with pytest.raises(Refused) as refused:
            self.oauth.grant(assertion, host)
        return refused.value.error


@pytest.fixture(scope="module")
def key() -> Key:
    return rsa.generate_private_key(65537, 2048)


@pytest.fixture
def house(tmp_path: Path, key: Key) -> Iterator[Signing]:
    opened = Signing(tmp_path, key)
    yield opened
    opened.truth.close()


def test_an_assertion_gives_a_token_that_sends_events_of_the_source(
    house: Signing,
) -> None:
    granted = house.oauth.grant(house.assertion(), HOST)

    held = KeysAndTokens(house.sources, house.oauth).credential(granted.token)
    assert held is not None
    assert (held.source.name, held.writer) == ("erp", Writer.SERVER)
    assert granted.expires_s == LIFETIME_S
    # A token is no key: it opens nothing of the API.
    assert house.sources.key(granted.token) is None


def test_an_assertion_is_taken_once(house: Signing) -> None:
    told = house.assertion()
    house.oauth.grant(told, HOST)

    assert house.error(told) == "invalid_request"
    assert house.oauth.grant(house.assertion(jti="j2"), HOST).token


def test_a_token_ends_with_its_hour(house: Signing) -> None:
    token = house.oauth.grant(house.assertion(), HOST).token

    house.clock.move(LIFETIME_S * SECOND_US)

    assert house.oauth.credential(token) is None


def test_a_revoked_client_gets_no_token_and_has_none(house: Signing) -> None:
    token = house.oauth.grant(house.assertion(), HOST).token

    asyncio.run(house.oauth.revoke("erp", house.client.client_id))

    assert house.oauth.credential(token) is None
    assert house.error(house.assertion(jti="j2")) == "invalid_client"


def test_clients_and_tokens_outlive_a_restart(house: Signing) -> None:
    token = house.oauth.grant(house.assertion(), HOST).token

    again = house.opened()

    assert again.of("erp") == [house.client]
    assert again.credential(token) is not None


@pytest.mark.parametrize(
    ("claims", "error"),
    [
        ({"exp": NOW_S - 31}, "invalid_request"),
        ({"iat": NOW_S + 31}, "invalid_request"),
        ({"exp": NOW_S + 601}, "invalid_request"),
        ({"exp": None}, "invalid_request"),
        ({"jti": None}, "invalid_request"),
        ({"sub": "somebody"}, "invalid_request"),
        ({"iss": "nobody"}, "invalid_client"),
        ({"aud": "https://oauth2.other.example"}, "invalid_client"),
        ({"aud": None}, "invalid_client"),
        ({"aud": f"https://{HOST}@evil.example"}, "invalid_client"),
        ({"kid": "other"}, "invalid_client"),
    ],
    ids=str,
)
def test_a_wrong_claim_gives_nothing(
    house: Signing, claims: dict[str, Any], error: str
) -> None:
    assert house.error(house.assertion(**claims)) == error


def unsigned(house: Signing) -> str:
    head, body, _ = house.assertion().split(".")
    return ".".join((part(b'{"alg":"none"}'), body, head))


def signed_with_the_public_key(house: Signing) -> str:
    """The old trick: the public key as the secret of another algorithm."""
    head, body, _ = house.assertion().split(".")
    header = json.dumps({"alg": "HS256", "kid": house.client.key_id}).encode()
    return f"{part(header)}.{body}.{head}"


def with_another_key(house: Signing) -> str:
    return house.assertion(key=rsa.generate_private_key(65537, 2048))


def with_other_claims(house: Signing) -> str:
    head, _, signature = house.assertion().split(".")
    return ".".join((head, house.assertion(jti="other").split(".")[1], signature))


@pytest.mark.parametrize(
    "forge",
    [
        unsigned,
        signed_with_the_public_key,
        with_another_key,
        with_other_claims,
        lambda _: "",
        lambda _: "a.b.c",
        lambda _: "x" * 10_000,
        lambda house: house.assertion() + "=",
    ],
)
def test_what_is_forged_gives_nothing(
    house: Signing, forge: Callable[[Signing], str]
) -> None:
    house.error(forge(house))


@pytest.mark.parametrize(
    "token",
    ["at_", "at_x.y.z", "at_..", "at_ü.1.x", "at_" + "x" * 1_000, "at_\ud800"],
)
def test_a_token_that_we_did_not_make_opens_nothing(house: Signing, token: str) -> None:
    assert house.oauth.credential(token) is None


def test_a_token_made_longer_is_worth_nothing(house: Signing) -> None:
    token = house.oauth.grant(house.assertion(), HOST).token
    head, expires_s, mac = token.rsplit(".", 2)

    assert house.oauth.credential(f"{head}.{int(expires_s) + 1}.{mac}") is None
    assert house.oauth.credential(token[:-1]) is None


def test_only_a_server_has_such_clients(house: Signing, key: Key) -> None:
    house.add(name="web", kind=Writer.PUBLIC)

    with pytest.raises(InvalidError, match="only servers"):
        asyncio.run(house.oauth.add("web", pem_of(key)))
    with pytest.raises(NotFoundError):
        asyncio.run(house.oauth.add("nowhere", pem_of(key)))


@pytest.mark.parametrize(
    ("pem", "sentence"),
    [
        ("not a key", "openssl rsa -pubout"),
        (pem_of(ec.generate_private_key(ec.SECP256R1())), "has to be an RSA key"),
        (pem_of(rsa.generate_private_key(65537, 1024)), "1024 bits"),
    ],
)
def test_a_key_that_can_not_be_used_is_told_with_the_way_out(
    house: Signing, pem: str, sentence: str
) -> None:
    with pytest.raises(InvalidError, match=sentence):
        asyncio.run(house.oauth.add("erp", pem))


def test_what_is_set_of_the_source_holds_for_its_tokens(house: Signing) -> None:
    token = house.oauth.grant(house.assertion(), HOST).token
    first = house.oauth.credential(token)
    asyncio.run(house.sources.change("erp", priority=7))
    second = house.oauth.credential(token)

    assert first is not None
    assert house.oauth.credential(token) is second
    assert isinstance(second.source if second else None, Source)
    assert second is not None
    assert second.source.priority == 7
