"""Keys that clients of other products hold already."""

import asyncio
from pathlib import Path

import pytest

from habitue.base.errors import ConflictError, InvalidError, NotFoundError
from habitue.model.source import Source, Writer
from tests.access.test_sources import House

PROJECT = "phc_projectapikey0123456789"


@pytest.fixture
def house(tmp_path: Path):
    opened = House(tmp_path)
    opened.add(name="web", kind=Writer.PUBLIC)
    opened.add(name="server")
    yield opened
    opened.truth.close()


def adopt(house: House, name: str, told: str) -> str:
    return asyncio.run(house.sources.adopt(name, told))


def test_a_key_taken_over_opens_its_source_now_and_after_a_restart(
    house: House,
) -> None:
    key_id = adopt(house, "web", PROJECT)

    for sources in (house.sources, house.restarted()):
        found = sources.credential(PROJECT)
        assert found is not None
        assert (found.source.name, found.writer, found.key_id) == (
            "web",
            Writer.PUBLIC,
            key_id,
        )
        adopted = sorted(key.adopted for key in sources.keys("web"))
        assert adopted == [False, True]


def test_a_key_taken_over_is_kept_as_a_hash(house: House) -> None:
    adopt(house, "web", PROJECT)

    assert PROJECT.encode() not in house.log_bytes()


def test_a_name_with_its_secret_opens_nothing_apart(house: House) -> None:
    adopt(house, "server", "G-ABC123:APISECRET")

    assert house.sources.credential("G-ABC123:APISECRET") is not None
    assert house.sources.credential("APISECRET") is None
    assert house.sources.credential("G-ABC123") is None


def test_one_key_is_of_one_source(house: House) -> None:
    adopt(house, "web", PROJECT)

    for name in ("web", "server"):
        with pytest.raises(ConflictError, match="taken already"):
            adopt(house, name, PROJECT)


def test_a_key_that_was_revoked_is_taken_over_again_by_its_own_source_only(
    house: House,
) -> None:
    key_id = adopt(house, "web", PROJECT)
    asyncio.run(house.sources.revoke(key_id))
    assert house.sources.credential(PROJECT) is None
    with pytest.raises(ConflictError):
        adopt(house, "server", PROJECT)

    assert adopt(house, "web", PROJECT) == key_id
    assert house.restarted().credential(PROJECT) is not None


def test_what_can_be_guessed_is_no_key_of_a_server(house: House) -> None:
    with pytest.raises(InvalidError, match="guessed"):
        adopt(house, "server", "shop")

    adopt(house, "web", "shop")


@pytest.mark.parametrize("told", ["", "two words", "x" * 201, "\x00abc", "klucz-ż"])
def test_what_no_client_could_tell_is_no_key(house: House, told: str) -> None:
    with pytest.raises(InvalidError, match="plain letters"):
        adopt(house, "web", told)


@pytest.mark.parametrize("told", ["pk_x", "sk_0123456789abcdef0123", "op_x"])
def test_nothing_in_the_form_of_our_own_keys_is_taken_over(
    house: House, told: str
) -> None:
    with pytest.raises(InvalidError, match="ours"):
        adopt(house, "web", told)


def test_a_key_of_no_source_is_not_taken_over(house: House) -> None:
    with pytest.raises(NotFoundError):
        adopt(house, "other", PROJECT)


def test_only_a_public_source_has_visitors_to_give_a_cookie_to(house: House) -> None:
    with pytest.raises(InvalidError, match="cookie"):
        house.add(name="till", network_cookie=True)
    house.add(name="shop", kind=Writer.PUBLIC, network_cookie=True)

    source = house.restarted().get("shop")
    assert source == Source(name="shop", kind=Writer.PUBLIC, network_cookie=True)
