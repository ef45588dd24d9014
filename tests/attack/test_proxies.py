"""Who a request comes from is what a trusted proxy says, and nobody else."""

import http.client
from collections.abc import Callable, Iterator

import pytest

from tests.acceptance.shop import Shop

PROXY, STRANGER = "127.0.0.1", "127.0.0.2"
# Without a known key a block of addresses has 60 tries a minute.
TRIES = 150


@pytest.fixture(scope="module")
def behind(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """A server that believes one proxy; both peers reach it over loopback."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HABITUE_SERVER__TRUSTED_PROXIES", PROXY)
        shop = Shop(tmp_path_factory.mktemp("behind") / "data").start()
    yield shop
    shop.kill()


def statuses(shop: Shop, peer: str, said: Callable[[int], str]) -> set[int]:
    """Try with an unknown key, each time with another word of who is asking."""
    connection = http.client.HTTPConnection(
        "127.0.0.1", shop.port, timeout=30, source_address=(peer, 0)
    )
    found = set()
    for n in range(TRIES):
        headers = {"authorization": "Bearer unknown", "x-forwarded-for": said(n)}
        connection.request("POST", "/api/v1/events", b"{}", headers)
        answer = connection.getresponse()
        answer.read()
        found.add(answer.status)
    connection.close()
    return found


def other_block(n: int) -> str:
    return f"198.51.{n}.7"


def test_a_proxy_that_is_trusted_tells_who_asks(behind: Shop) -> None:
    assert statuses(behind, PROXY, other_block) == {401}
    assert statuses(behind, PROXY, lambda _: "203.0.113.9") == {401, 429}


def test_whoever_is_no_trusted_proxy_tells_nothing_of_who_they_are(
    behind: Shop,
) -> None:
    assert statuses(behind, STRANGER, other_block) == {401, 429}


def test_what_a_visitor_told_the_proxy_is_not_who_they_are(behind: Shop) -> None:
    # A proxy appends whom it sees: only the last one is its own word.
    def appended(n: int) -> str:
        return f"{other_block(n)}, 192.0.2.77"

    assert statuses(behind, PROXY, appended) == {401, 429}
